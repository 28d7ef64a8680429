"""formulator for cohorts: `formulator.columns`, run by numpy alone or by numba.

It works out derived facts and the indication itself; the peers are given those.
Two programs are timed: the rules alone, like the peers; and everything: rules, statuses of all components, and the
decision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.peers.grown import grown
from benchmarks.peers.patients import Column
from formulator.columns import CohortAnswers, assess_columns, cell_table, compile_columns, results_for
from formulator.columns.assess import Evaluator
from formulator.columns.compiled import Compiled
from formulator.columns.fields import is_number
from formulator.knowledge import Knowledge, load_knowledge

Known = tuple[Knowledge, list[dict[str, Any]]]


def given(rules: Mapping[str, Any]) -> Known:
    """The knowledge base with its fields: reading it from its files is not part of what is compared."""
    return grown(load_knowledge(), rules["times"]), rules["all_fields"]


def prepared(known: Known, evaluator: Evaluator, rules_alone: bool) -> OursColumns:
    """Compile the knowledge base for columns."""
    knowledge, fields = known
    compiled = compile_columns(knowledge, questions=False)
    return OursColumns(only_rules(compiled) if rules_alone else compiled, fields, evaluator)


def only_rules(compiled: Compiled) -> Compiled:
    """The same without the instructions and results that only statuses and decisions need."""
    places = np.unique(np.concatenate([compiled.certain, compiled.open]))
    outputs = compiled.program.outputs[places]
    needed, kept = set(outputs.tolist()), []
    for instruction in compiled.program.code[::-1].tolist():
        _, target, first, second = instruction
        if target in needed:
            needed = (needed - {target}) | {first, second}
            kept.append(instruction)
    code = np.array(kept[::-1], dtype=np.int32).reshape(-1, 4)
    return replace(
        compiled,
        program=replace(compiled.program, code=code, outputs=outputs),
        certain=np.searchsorted(places, compiled.certain).astype(np.int32),
        open=np.searchsorted(places, compiled.open).astype(np.int32),
    )


class OursColumns:
    """A compiled program with its evaluator."""

    def __init__(self, compiled: Compiled, fields: list[dict[str, Any]], evaluator: Evaluator) -> None:
        self.compiled, self.evaluator = compiled, evaluator
        self.fields = {field["name"]: field for field in fields}

    def loaded(self, columns: Mapping[str, Column]) -> dict[str, Column]:
        """Codes of a file become codes of cells by one look-up; a buffer for the results is kept."""
        count = len(next(iter(columns.values())))
        self.buffer = results_for(self.compiled, count)
        self.kept_bytes = self.buffer.nbytes
        return {name: self._column(name, columns[name]) for name in self.compiled.cells if name in columns}

    def _column(self, name: str, column: Column) -> Column:
        if is_number(self.compiled.cells[name]):
            return column
        words = [None, *self.fields[name]["values"], "another word"]
        return np.take(cell_table(self.compiled, name, words), column)

    def many(self, columns: Mapping[str, Column]) -> CohortAnswers:
        """Rules that hold and rules that are open (and what else the program makes) as rows of bits."""
        count = len(next(iter(columns.values())))
        return assess_columns(columns, count, self.compiled, self.evaluator, self.buffer)

    def rows(self, answer: CohortAnswers, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Rules that hold and open rules, a row per rule; `start` is a multiple of 64."""
        words = answer.results[:, start // 64 : -(-stop // 64)]
        bits = np.unpackbits(words.view(np.uint8), axis=1, count=stop - start, bitorder="little").view(bool)
        return bits[self.compiled.certain], bits[self.compiled.open]
