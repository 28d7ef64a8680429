"""OpenFisca: a variable per field, and formulas for the comparisons and rules, computed for all persons at once.

It has no unknown: each distinct comparison is a certain and a possible variable over a field's code (0: unknown) or
number (not a number: unknown), each rule of several comparisons a certain and a possible variable over those. OpenFisca
keeps what it has computed, so no comparison is made twice. In batches, since it keeps a byte per variable and person.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

from benchmarks.peers.engines.coded import coded, folded
from benchmarks.peers.engines.numpy_masks import certain_and_possible
from benchmarks.peers.patients import Column

BATCH = 100_000
YEAR = "2026"
KINDS = ("certain", "possible")
Formula = Callable[[Any, Any], np.ndarray]


def prepare(rules: Mapping[str, Any]) -> OpenFisca:
    """The system of variables."""
    person = entities.build_entity(key="person", plural="persons", label="a patient", is_person=True)
    system = taxbenefitsystems.TaxBenefitSystem([person])
    for field in rules["fields"]:
        system.add_variable(_variable(person, field["name"], int if field["kind"] == "word" else float, None))
    for number, one in enumerate(coded(rules)):
        for kind, word in enumerate(KINDS):
            system.add_variable(_variable(person, f"{word}_c{number}", bool, _of_comparison(one, kind)))
    for number, rule in enumerate(rules["rules"]):
        for word in KINDS:
            system.add_variable(_variable(person, f"{word}_r{number}", bool, _of_rule(rule["when"], word)))
    return OpenFisca(system, len(rules["rules"]))


def _variable(person: Any, name: str, value_type: type, formula: Formula | None) -> type[variables.Variable]:
    said = {"value_type": value_type, "entity": person, "definition_period": periods.DateUnit.YEAR, "label": name}
    return type(name, (variables.Variable,), said | ({"formula": formula} if formula else {}))


def _of_comparison(one: Mapping[str, Any], kind: int) -> Formula:
    def formula(person: Any, period: Any) -> np.ndarray:
        return certain_and_possible(one, person(one["field"], period))[kind]

    return formula


def _of_rule(program: Any, word: str) -> Formula:
    def formula(person: Any, period: Any) -> np.ndarray:
        return folded(
            program,
            lambda number: person(f"{word}_c{number}", period),
            operator.and_,
            operator.or_,
            lambda value: np.full(person.count, value),
        )

    return formula


class OpenFisca:
    """The system of variables."""

    def __init__(self, system: Any, rules: int) -> None:
        self.system, self.rules = system, rules

    def loaded(self, columns: Mapping[str, Column]) -> Mapping[str, Column]:
        """The columns are set as inputs of each simulation."""
        return columns

    def many(self, columns: Mapping[str, Column]) -> tuple[np.ndarray, np.ndarray]:
        """Rules that hold and rules that hold or are open: a row of bits per rule."""
        count = len(next(iter(columns.values())))
        answer = [np.empty((self.rules, (count + 7) // 8), dtype=np.uint8) for _ in KINDS]
        for start in range(0, count, BATCH):
            batch = {name: column[start : start + BATCH] for name, column in columns.items()}
            simulation = simulations.SimulationBuilder().build_default_simulation(
                self.system, len(next(iter(batch.values())))
            )
            for name, column in batch.items():
                simulation.set_input(name, YEAR, column)
            for bits, word in zip(answer, KINDS, strict=True):
                for number in range(self.rules):
                    packed = np.packbits(simulation.calculate(f"{word}_r{number}", YEAR))
                    bits[number, start // 8 : start // 8 + len(packed)] = packed
        return answer[0], answer[1]

    def rows(self, answer: tuple[np.ndarray, np.ndarray], start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Rules that hold and open rules, a row per rule; `start` is a multiple of 8."""
        part = slice(start // 8, (stop + 7) // 8)
        holds, maybe = (np.unpackbits(bits[:, part], axis=1)[:, : stop - start].view(bool) for bits in answer)
        return holds, maybe & ~holds
