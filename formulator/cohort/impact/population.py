"""The patients of a cohort as both sides read them: the cohort's own reader, once for each catalogue of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np

from formulator.cohort.impact.run import Patients
from formulator.cohort.impact.sides import Side
from formulator.cohort.impact.tally import ColumnsFor
from formulator.cohort.rows import RowReader, Rows
from formulator.cohort.source import Source, rows_of_block

MOST_ROWS = 32_768
"""Rows of a block: both sides' answers are there at once."""
Progress = Callable[[int], object]
"""Told how many rows have been read."""


def columns_left_out(source: Source, before: Side, after: Side) -> tuple[str, ...]:
    """The columns that are a field on one side only."""
    names = (*source.layout.fields, *source.layout.carried)
    known = [side.knowledge.catalogue.fields for side in (before, after)]
    return tuple(name for name in names if (name in known[0]) != (name in known[1]))


def patients_of(
    source: Source, before: Side, after: Side, day: date, progress: Progress = lambda _: None
) -> Iterator[Patients]:
    """Block after block; a row is answered where both sides take it. Raises FaultsFound where the file breaks off."""
    names = (*source.layout.fields, *source.layout.carried)
    readers = [_reader(names, side, day) for side in (before, after)]
    if before.knowledge.catalogue == after.knowledge.catalogue:
        readers[0] = readers[1]
    done = 0
    for block in source.blocks(min(rows_of_block(len(names), costly=False), MOST_ROWS)):
        new = readers[1].read(block)
        old = new if readers[0] is readers[1] else readers[0].read(block)
        rejects = [*new.rejects({}), *(() if old is new else old.rejects({})), *block.misshapen]
        refused = sorted({(one.row, one.field, one.reason) for one in rejects})
        keep = ~np.isin(block.rows, [row for row, _, _ in refused])
        yield Patients(block.rows[keep], _kept(old, keep), _kept(new, keep), refused)
        done += len(block.rows)
        progress(done)


def _reader(names: tuple[str, ...], side: Side, day: date) -> RowReader:
    catalogue = side.knowledge.catalogue
    return RowReader([name for name in names if name in catalogue.fields], catalogue, day)


def _kept(rows: Rows, keep: np.ndarray) -> ColumnsFor:
    return lambda compiled: {name: column[keep] for name, column in rows.columns(compiled).items()}
