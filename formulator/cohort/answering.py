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
from formulator.cohort.reading import FieldReader, Read, Truths
from formulator.cohort.request import Request
from formulator.cohort.source import Block, Reject
from formulator.cohort.together import NO_DAY, days_of, may_clash
from formulator.columns import (
    DECISIONS,
    NO_INDICATION,
    STATUSES,
    CohortAnswers,
    Compiled,
    assess_columns,
    cell_table,
    compile_columns,
    days_to_events,
    results_for,
)
from formulator.columns.fields import is_number
from formulator.engine.facts import DAYS_TO_EVENT
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge
from formulator.profile.possible import clashes

Column = npt.NDArray[Any]
TOO_EARLY = "The event does not lie after the first possible session."
NOT_TEXT = "The cell is not UTF-8 text."


@dataclass(frozen=True)
class Answered:
    """The answers to the rows of a block that are in order, and why the others are not answered."""

    table: pa.Table
    rejects: tuple[Reject, ...]
    rejected_rows: int


class Answerer:
    """Answers block after block; holds what is made once: the compiled rules, readers, memory of patterns."""

    def __init__(self, request: Request, knowledge: Knowledge, model: EvidenceModel | None) -> None:
        self.request, self.knowledge = request, knowledge
        self.exact_questions = request.wants(words.QUESTIONS)
        self.compiled: Compiled = compile_columns(knowledge, questions=not self.exact_questions)
        catalogue = knowledge.catalogue
        self.readers = {name: FieldReader(catalogue.fields[name], catalogue) for name in request.fields}
        directly = request.wants(words.FORMULATIONS, words.PLAN)
        self.patterns = Patterns(knowledge, request.day, model if directly else None, directly)
        self._results = results_for(self.compiled, request.rows_of_block)

    def answer(self, block: Block, stop: Callable[[], None] | None = None) -> Answered:
        """The answers to a block; `stop` is called now and then and may raise."""
        generations = [reader.generation for reader in self.readers.values()]
        reads = {name: reader.read(_whole(block.table.column(name))) for name, reader in self.readers.items()}
        if generations != [reader.generation for reader in self.readers.values()]:
            self.patterns.forget()
        carried, unreadable = self._carried(block)
        columns = self._columns(reads, len(block.rows))
        too_early = self._with_days(reads, columns)
        rejects = list(self._rejects(reads, block, too_early, unreadable))
        bad = {one.row for one in rejects}
        keep = ~np.isin(block.rows, list(bad)) if bad else None
        made = self._assessed(reads, columns, block, keep, stop)
        table = _table(block.rows, carried, made, keep)
        rejects = sorted([*rejects, *block.misshapen], key=lambda one: one.row)
        return Answered(table, tuple(rejects), len({one.row for one in rejects}))

    def _carried(self, block: Block) -> tuple[dict[str, pa.Array], Mapping[str, Truths]]:
        """The columns that are carried along, and where text is none."""
        carried: dict[str, pa.Array] = {}
        unreadable: dict[str, Truths] = {}
        for name in self.request.carried:
            column = _whole(block.table.column(name))
            if pa.types.is_binary(column.type) and self.request.text:
                column, wrong = _decoded(column)
                if wrong is not None:
                    unreadable[name] = wrong
            carried[name] = column
        return carried, unreadable

    def _columns(self, reads: Mapping[str, Read], count: int) -> dict[str, Column]:
        columns: dict[str, Column] = {}
        for name, read in reads.items():
            cells = self.compiled.cells.get(name)
            if cells is None:
                continue
            if is_number(cells):
                columns[name] = read.number()
            elif read.numbers is not None:
                distinct, places = np.unique(read.numbers, return_inverse=True)
                whole = [None if np.isnan(one) else int(one) if one.is_integer() else one for one in distinct]
                columns[name] = read.spread(cell_table(self.compiled, name, whole)[places.ravel()])
            else:
                table = cell_table(self.compiled, name, [None, *read.values])
                columns[name] = read.spread(table[np.maximum(read.codes, 0)])
        return columns

    def _with_days(self, reads: Mapping[str, Read], columns: dict[str, Column]) -> Truths | None:
        """Add the days to the event; says where it does not lie after the first possible session."""
        if "event_date" not in reads:
            return None
        events = days_of(reads["event_date"])
        starts = days_of(reads["start_date"]) if "start_date" in reads else np.full(len(events), NO_DAY)
        days, too_early = days_to_events(events, starts, self.request.day)
        columns[DAYS_TO_EVENT] = np.where(too_early, np.nan, days)
        return too_early if too_early.any() else None

    def _rejects(
        self, reads: Mapping[str, Read], block: Block, too_early: Truths | None, unreadable: Mapping[str, Truths]
    ) -> Iterator[Reject]:
        refused = {name: wrong for name, read in reads.items() if (wrong := read.wrong) is not None}
        clashing = may_clash(reads, self.knowledge.catalogue, len(block.rows))
        suspects = clashing.copy()
        for wrong in [*refused.values(), *unreadable.values(), *([too_early] if too_early is not None else [])]:
            suspects |= wrong
        for row in np.flatnonzero(suspects).tolist():
            number = int(block.rows[row])
            found = [Reject(number, name, NOT_TEXT) for name, wrong in unreadable.items() if wrong[row]]
            for name in (name for name, wrong in refused.items() if wrong[row]):
                refusal = reads[name].refusal(row)
                if refusal:
                    found.append(Reject(number, name, refusal.reason, refusal.allowed))
            found += _impossible(reads, row, number, self.knowledge) if clashing[row] else ()
            if not found and too_early is not None and too_early[row]:
                found.append(Reject(number, "event_date", TOO_EARLY, "a later date"))
            yield from found

    def _assessed(
        self,
        reads: Mapping[str, Read],
        columns: dict[str, Column],
        block: Block,
        keep: Truths | None,
        stop: Callable[[], None] | None,
    ) -> list[tuple[str, pa.Array]]:
        count = len(block.rows)
        if not count:
            columns = {}
        answers = assess_columns(columns, count, self.compiled, results=self._buffer(count))
        made = [*self._judged(answers)]
        if self.request.extras:
            made += self._told(reads, columns, answers, keep, stop)
        return made

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

    def _told(
        self,
        reads: Mapping[str, Read],
        columns: Mapping[str, Column],
        answers: CohortAnswers,
        keep: Truths | None,
        stop: Callable[[], None] | None,
    ) -> list[tuple[str, pa.Array]]:
        wanted = np.ones(answers.count, dtype=np.bool_) if keep is None else keep.copy()
        if not self.exact_questions:
            wanted &= np.isin(answers.decision, [DECISIONS.index(one) for one in ("treat", "treat_after")])
        rows = np.flatnonzero(wanted)
        found: list[Told | None] = [None] * answers.count
        for row, one in zip(rows, self.patterns.told(reads, self._cells(columns), rows.tolist(), stop), strict=True):
            found[row] = one
        return list(_told_columns(found, self.request))

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


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """The column in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    whole = column.combine_chunks()
    return whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks)


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


def _impossible(reads: Mapping[str, Read], row: int, number: int, knowledge: Knowledge) -> Iterator[Reject]:
    values = {name: value for name, read in reads.items() if (value := read.value(row)) is not None}
    for clash in clashes(values, knowledge.catalogue):
        others = " and ".join(sorted(clash.fields - {clash.field}))
        yield Reject(number, clash.field, f"Impossible combination with {others}.", clash.allowed)


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


def _table(
    rows: npt.NDArray[np.int64],
    carried: Mapping[str, pa.Array],
    made: Sequence[tuple[str, pa.Array]],
    keep: Truths | None,
) -> pa.Table:
    columns = {words.ROW: pa.array(rows), **carried, **dict(made)}
    table = pa.table(columns)
    return table if keep is None else table.filter(pa.array(keep))
