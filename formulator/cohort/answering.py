"""One block of patients answered: read, checked, judged, and put into the columns of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from formulator.cohort import request as words
from formulator.cohort.bits import by_patient, listed
from formulator.cohort.patterns import Patterns, Told
from formulator.cohort.reading import Read, Truths
from formulator.cohort.request import Request
from formulator.cohort.rows import RowReader, whole
from formulator.cohort.source import Block, Reject
from formulator.columns import (
    DECISIONS,
    NO_INDICATION,
    STATUSES,
    CohortAnswers,
    Compiled,
    assess_columns,
    compile_columns,
    results_for,
)
from formulator.columns.fields import is_number
from formulator.engine.plan import PLANNED
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge

Column = npt.NDArray[Any]


@dataclass(frozen=True)
class Answered:
    """The answers to the rows of a block that are in order, and why the others are not answered."""

    table: pa.Table
    rejects: tuple[Reject, ...]
    rejected_rows: int


@dataclass(frozen=True)
class Checked:
    """A block as it was read: fields, columns for the rules, what is carried along, what is refused, what is kept."""

    count: int
    reads: Mapping[str, Read]
    columns: Mapping[str, Column]
    carried: Mapping[str, pa.Array]
    rejects: tuple[Reject, ...]
    keep: Truths | None


class Answerer:
    """Answers block after block; holds what is made once: the compiled rules, readers, memory of patterns."""

    def __init__(
        self, request: Request, knowledge: Knowledge, model: EvidenceModel | None, compiled: Compiled | None = None
    ) -> None:
        self.request, self.knowledge = request, knowledge
        self.exact_questions = request.wants(words.QUESTIONS)
        self.compiled = compiled or compile_columns(knowledge, questions=not self.exact_questions)
        self.reader = RowReader(request.fields, knowledge.catalogue, request.day)
        directly = request.wants(words.FORMULATIONS, words.PLAN)
        self.patterns = Patterns(knowledge, request.day, model if directly else None, directly)
        self._results = results_for(self.compiled, request.rows_of_block)

    def answer(self, block: Block, stop: Callable[[], None] | None = None) -> Answered:
        """The answers to a block; `stop` is called now and then and may raise."""
        checked = self.checked(block)
        made = self._made(checked, stop)
        table = pa.table({words.ROW: pa.array(block.rows), **checked.carried, **made})
        rejects = sorted([*checked.rejects, *block.misshapen], key=lambda one: one.row)
        kept = table if checked.keep is None else table.filter(pa.array(checked.keep))
        return Answered(kept, tuple(rejects), len({one.row for one in rejects}))

    def checked(self, block: Block) -> Checked:
        """What stands in a block, and which of its rows are refused."""
        generations = self.reader.generations
        rows = self.reader.read(block)
        if generations != self.reader.generations:
            self.patterns.forget()
        carried, unreadable = self._carried(block)
        rejects = tuple(rows.rejects(unreadable))
        keep = ~np.isin(block.rows, list({one.row for one in rejects})) if rejects else None
        return Checked(len(block.rows), rows.reads, rows.columns(self.compiled), carried, rejects, keep)

    def _carried(self, block: Block) -> tuple[dict[str, pa.Array], Mapping[str, Truths]]:
        """The columns that are carried along, and where text is none."""
        carried: dict[str, pa.Array] = {}
        unreadable: dict[str, Truths] = {}
        for name in self.request.carried:
            column = whole(block.table.column(name))
            if pa.types.is_binary(column.type) and self.request.text:
                column, wrong = _decoded(column)
                if wrong is not None:
                    unreadable[name] = wrong
            carried[name] = column
        return carried, unreadable

    def _made(self, checked: Checked, stop: Callable[[], None] | None) -> dict[str, pa.Array]:
        """The columns that are added."""
        answers = assess_columns(checked.columns, checked.count, self.compiled, results=self._buffer(checked.count))
        made = dict(self._judged(answers))
        return {**made, **self._told(checked, answers, stop)} if self.request.extras else made

    def _buffer(self, count: int) -> npt.NDArray[np.uint64]:
        if count > self.request.rows_of_block:
            raise ValueError("a block is larger than was agreed")
        return self._results

    def _judged(self, answers: CohortAnswers) -> Iterator[tuple[str, pa.Array]]:
        knowledge = self.knowledge
        yield words.DECISION, _coded(answers.decision, DECISIONS)
        indication = answers.indication.astype(np.int16) - 1
        yield words.INDICATION, _coded(indication, list(knowledge.indications), indication == NO_INDICATION - 1)
        for name, codes in zip(knowledge.components, answers.statuses, strict=True):
            yield f"{words.STATUS}{name}", _coded(codes, STATUSES)
        rules = by_patient(answers.certain, answers.count)
        yield words.RULES, _lists(rules, self.compiled.rules) if self.request.lists else _octets(rules)
        if not self.exact_questions:
            yield words.MAY_ASK, _lists(by_patient(answers.wanted, answers.count), self.compiled.asked)

    def _told(self, checked: Checked, answers: CohortAnswers, stop: Callable[[], None] | None) -> dict[str, pa.Array]:
        """What the engine is asked; of patients who are not treated it is asked for questions alone."""
        wanted = np.ones(answers.count, dtype=np.bool_) if checked.keep is None else checked.keep
        if not self.exact_questions:
            wanted = wanted & np.isin(answers.decision, [DECISIONS.index(one) for one in PLANNED])
        rows = np.flatnonzero(wanted).tolist()
        found: list[Told | None] = [None] * answers.count
        told = self.patterns.told(checked.reads, self._cells(checked.columns), rows, stop)
        for row, one in zip(rows, told, strict=True):
            found[row] = one
        return dict(_told_columns(found, self.request))

    def _cells(self, columns: Mapping[str, Column]) -> dict[str, Column]:
        """For each field the cell that its conditions tell apart; numbers compared by themselves as they are."""
        cells = {}
        for name, column in columns.items():
            if name in self.patterns.exact:
                continue
            known = self.compiled.cells[name]
            if is_number(known) and not known.words:
                inside = np.searchsorted(np.array(known.cuts), column, side="right").astype(np.int16)
                cells[name] = np.where(np.isnan(column), np.int16(-1), inside)
            else:
                cells[name] = column
        return cells


def _decoded(column: pa.Array) -> tuple[pa.Array, Truths | None]:
    try:
        return column.cast(pa.string()), None
    except pa.ArrowInvalid:
        cells = [_text(one) for one in column.to_pylist()]
        return pa.array(cells, pa.string()), np.array([one is None for one in cells])


def _text(cell: bytes) -> str | None:
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return None


def _coded(codes: Column, names: Sequence[str], missing: Truths | None = None) -> pa.Array:
    kind = np.int8 if len(names) < 128 else np.int16
    places = pa.array(codes.astype(kind, copy=False), mask=missing if missing is not None and missing.any() else None)
    return pa.DictionaryArray.from_arrays(places, pa.array(list(names), pa.string()))


def _octets(octets: npt.NDArray[np.uint8]) -> pa.Array:
    count, width = octets.shape
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), count, [None, pa.py_buffer(octets)])


def _lists(octets: npt.NDArray[np.uint8], names: Sequence[str]) -> pa.Array:
    begins, places = listed(octets, len(names))
    return pa.ListArray.from_arrays(
        pa.array(begins), pa.DictionaryArray.from_arrays(pa.array(places), pa.array(list(names), pa.string()))
    )


def _told_columns(found: Sequence[Told | None], request: Request) -> Iterator[tuple[str, pa.Array]]:
    def column(kind: pa.DataType, take: Callable[[Told], Any]) -> pa.Array:
        return pa.array([None if one is None else take(one) for one in found], kind)

    if request.wants(words.QUESTIONS):
        kind = pa.list_(pa.string())
        yield words.QUESTIONS, column(kind, lambda one: one.questions)
        yield words.ASSUMPTIONS, column(kind, lambda one: one.assumptions)
    if request.wants(words.FORMULATIONS):
        yield words.FORMULATION, column(pa.string(), lambda one: one.formulation)
    if request.wants(words.PLAN):
        sessions, first, interval = words.PLAN_COLUMNS
        yield sessions, column(pa.int16(), lambda one: one.sessions)
        yield first, column(pa.date32(), lambda one: one.first)
        yield interval, column(pa.int32(), lambda one: one.interval_days)
