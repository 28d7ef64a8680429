"""Columns of many patients: what they hold, how they are made, and which are refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from formulator.columns.compiled import Compiled
from formulator.columns.fields import is_number
from formulator.columns.threads import in_threads, parts_of
from formulator.conditions.compiled import FieldCells
from formulator.engine.facts import DAYS_TO_EVENT, days_to_event
from formulator.profile import Profile

Column = npt.NDArray[Any]
Columns = Mapping[str, Column]

NO_DAY = np.datetime64("NaT", "D")


def cell_table(compiled: Compiled, field: str, values: Sequence[Any]) -> Column:
    """The code of each of these values (None is unknown), to be taken by the place of a value in a dictionary.

    The values are those of a valid profile: words, or whole numbers where a field is a choice among numbers. Raises
    KeyError for a field that no column gives, ValueError for one that is given by its numbers.
    """
    cells = compiled.cells[field]
    if is_number(cells):
        raise ValueError(f"{field} is a column of numbers")
    return np.array([cells.cell_of(value) for value in values], dtype=_code_type(cells))


def column_of(compiled: Compiled, field: str, values: Iterable[Any]) -> Column:
    """The column of a field from one value a patient, None where it is unknown: numbers, or codes of cells."""
    cells = compiled.cells[field]
    if is_number(cells):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array([cells.cell_of(value) for value in values], dtype=_code_type(cells))


def columns_of(compiled: Compiled, profiles: Sequence[Profile], today: date) -> dict[str, Column]:
    """The columns of these profiles, for one day.

    Raises FaultsFound where an event does not lie after the first possible session.
    """
    columns = {
        name: column_of(compiled, name, [one.get(name) for one in profiles])
        for name in compiled.cells
        if name != DAYS_TO_EVENT
    }
    if DAYS_TO_EVENT in compiled.cells:
        days = [days_to_event(one, today) for one in profiles]
        columns[DAYS_TO_EVENT] = column_of(compiled, DAYS_TO_EVENT, days)
    return columns


def days_to_events(
    events: Column, starts: Column, today: date
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Days from the first possible session to the event (NaN: none), and where the event does not lie after it.

    Both columns hold `datetime64[D]`, NaT where nothing is given. The engine refuses a patient of the second kind.
    """
    first = np.fmax(starts.astype("datetime64[D]"), np.datetime64(today, "D"))
    found = (events.astype("datetime64[D]") - first).astype("timedelta64[D]")
    days = np.where(np.isnat(found), np.nan, found.astype(np.int64))
    return days, days <= 0


def checked(compiled: Compiled, columns: Columns, count: int, threads: int = 1) -> dict[str, Column]:
    """The columns that the program reads, as they are.

    Raises ValueError where one has another length, holds a code that is no cell, or no numbers where it should.
    """
    found = {field: np.asarray(columns[field]) for field in compiled.cells if columns.get(field) is not None}
    fields = list(found)

    def check(first: int, last: int) -> None:
        for field in fields[first:last]:
            problem = _problem(compiled.cells[field], found[field], count)
            if problem:
                raise ValueError(f"column {field}: {problem}")

    in_threads(check, parts_of(len(fields), threads, 1))
    return found


def _problem(cells: FieldCells, column: Column, count: int) -> str:
    if column.shape != (count,):
        return f"shape {column.shape} instead of ({count},)"
    if is_number(cells):
        return "" if column.dtype.kind in "fiu" else f"{column.dtype} instead of numbers"
    if column.dtype not in (np.uint8, np.uint16):
        return f"{column.dtype} instead of codes (uint8 or uint16)"
    return f"code {column.max()}, of {cells.count} cells" if count and column.max() >= cells.count else ""


def _code_type(cells: FieldCells) -> type[np.uint8 | np.uint16]:
    return np.uint8 if cells.count <= np.iinfo(np.uint8).max + 1 else np.uint16
