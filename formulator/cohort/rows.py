"""The rows of a block read for one catalogue of fields: their values, their columns, and why some are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from formulator.cohort.reading import FieldReader, Read, Truths
from formulator.cohort.source import Block, Reject
from formulator.cohort.together import NO_DAY, days_of, may_clash
from formulator.columns import Compiled, cell_table, days_to_events
from formulator.columns.fields import is_number
from formulator.engine.facts import DAYS_TO_EVENT
from formulator.profile import Catalogue
from formulator.profile.possible import clashes

Column = npt.NDArray[Any]
TOO_EARLY = "The event does not lie after the first possible session."
NOT_TEXT = "The cell is not UTF-8 text."


class RowReader:
    """Reads block after block; remembers what distinct values mean."""

    def __init__(self, fields: Sequence[str], catalogue: Catalogue, day: date) -> None:
        self.catalogue, self.day = catalogue, day
        self._readers = {name: FieldReader(catalogue.fields[name], catalogue) for name in fields}

    @property
    def generations(self) -> tuple[int, ...]:
        """Changes where codes of values have changed their meaning."""
        return tuple(reader.generation for reader in self._readers.values())

    def read(self, block: Block) -> Rows:
        """What the rows of a block say. Never raises for a value: its row is refused instead."""
        reads = {name: reader.read(whole(block.table.column(name))) for name, reader in self._readers.items()}
        days, too_early = _days(reads, self.day)
        return Rows(block.rows, reads, self.catalogue, days, too_early)


@dataclass(frozen=True)
class Rows:
    """Rows as one catalogue of fields reads them."""

    numbers: npt.NDArray[np.int64]
    reads: Mapping[str, Read]
    catalogue: Catalogue
    days_to_event: Column | None
    too_early: Truths | None

    def columns(self, compiled: Compiled) -> dict[str, Column]:
        """The columns of all rows, refused ones included, for a compiled knowledge."""
        columns = {name: _column(compiled, name, read) for name, read in self.reads.items() if name in compiled.cells}
        return columns if self.days_to_event is None else {**columns, DAYS_TO_EVENT: self.days_to_event}

    def rejects(self, unreadable: Mapping[str, Truths]) -> Iterator[Reject]:
        """Why rows are refused; `unreadable` says of other columns which cells are no text."""
        refused = {name: wrong for name, read in self.reads.items() if (wrong := read.wrong) is not None}
        clashing = may_clash(self.reads, self.catalogue, len(self.numbers))
        suspects = clashing.copy()
        for wrong in [*refused.values(), *unreadable.values(), *([] if self.too_early is None else [self.too_early])]:
            suspects |= wrong
        for row in np.flatnonzero(suspects).tolist():
            number = int(self.numbers[row])
            found = [Reject(number, name, NOT_TEXT) for name, wrong in unreadable.items() if wrong[row]]
            for name in (name for name, wrong in refused.items() if wrong[row]):
                refusal = self.reads[name].refusal(row)
                if refusal:
                    found.append(Reject(number, name, refusal.reason, refusal.allowed))
            found += self._impossible(row) if clashing[row] else ()
            if not found and self.too_early is not None and self.too_early[row]:
                found.append(Reject(number, "event_date", TOO_EARLY, "a later date"))
            yield from found

    def _impossible(self, row: int) -> Iterator[Reject]:
        values = {name: value for name, read in self.reads.items() if (value := read.value(row)) is not None}
        for clash in clashes(values, self.catalogue):
            others = " and ".join(sorted(clash.fields - {clash.field}))
            problem = f"Impossible combination with {others}."
            yield Reject(int(self.numbers[row]), clash.field, problem, clash.allowed)


def _column(compiled: Compiled, name: str, read: Read) -> Column:
    if is_number(compiled.cells[name]):
        return read.number()
    if read.numbers is not None:
        distinct, places = np.unique(read.numbers, return_inverse=True)
        numbers = [None if np.isnan(one) else int(one) if one.is_integer() else one for one in distinct]
        return read.spread(cell_table(compiled, name, numbers)[places.ravel()])
    table = cell_table(compiled, name, [None, *read.values])
    return read.spread(table[np.maximum(read.codes, 0)])


def _days(reads: Mapping[str, Read], day: date) -> tuple[Column | None, Truths | None]:
    """The days to the event, and where it does not lie after the first possible session."""
    if "event_date" not in reads:
        return None, None
    events = days_of(reads["event_date"])
    starts = days_of(reads["start_date"]) if "start_date" in reads else np.full(len(events), NO_DAY)
    days, too_early = days_to_events(events, starts, day)
    return np.where(too_early, np.nan, days), too_early if too_early.any() else None


def whole(column: pa.ChunkedArray) -> pa.Array:
    """The column in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    joined = column.combine_chunks()
    return joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks)
