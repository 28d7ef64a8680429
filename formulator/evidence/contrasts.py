"""A table of contrasts read from a CSV file; every bad row is refused by file, line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from formulator.evidence.network.studies import contrast_faults
from formulator.evidence.network.treatments import Contrast
from formulator.faults import Fault, FaultsFound, Place, did_you_mean, shortened, shown

COLUMNS = ("id", "treat1", "treat2", "estimate", "se")
_HEADER = ", ".join(COLUMNS)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]+,[0-9]+")
Row = tuple[int, Sequence[str]]


def read_contrasts(path: Path) -> list[Contrast]:
    """Contrasts of a CSV file with the columns id, treat1, treat2, estimate, se in any order; others are ignored.

    Raises FaultsFound where the file cannot be read and for every row that is wrong.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FaultsFound([Fault(Place(str(path)), "", f"The file cannot be read: {error.strerror}.")]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FaultsFound([Fault(Place(str(path), line), "", "The text is not UTF-8.")]) from None
    return contrasts_from_text(text, str(path))


def contrasts_from_text(text: str, name: str) -> list[Contrast]:
    """As read_contrasts, from text; `name` stands in the messages."""
    rows = _rows(text, name)
    columns = _columns(next(rows, None), name)
    faults: list[Fault] = []
    contrasts = [contrast for row in rows if (contrast := _contrast(row, columns, name, faults)) is not None]
    if not contrasts and not faults:
        faults.append(Fault(Place(name), "", "There are no rows below the header.", "at least one contrast"))
    if faults:
        raise FaultsFound(shortened(faults, name))
    return contrasts


def _rows(text: str, name: str) -> Iterator[Row]:
    """Rows that are not empty, with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise FaultsFound([Fault(Place(name, line), "", f"The row is not CSV: {error}.")]) from None


def _columns(header: Row | None, name: str) -> dict[str, int]:
    """Where each column stands, counted from 0."""
    if header is None:
        raise FaultsFound([Fault(Place(name), "", "The file is empty.", f"the columns {_HEADER}")])
    line, cells = header
    faults = [
        Fault(Place(name, line), column, "The column is missing.", f"the columns {_HEADER}", _advice(column, cells))
        for column in COLUMNS
        if column not in cells
    ]
    faults += [
        Fault(Place(name, line, number + 1), column, "The column stands twice.", f"the columns {_HEADER}")
        for number, column in enumerate(cells)
        if column in COLUMNS and column in cells[:number]
    ]
    if faults:
        raise FaultsFound(faults)
    return {column: cells.index(column) for column in COLUMNS}


def _advice(column: str, cells: Sequence[str]) -> str:
    if len(cells) == 1 and (";" in cells[0] or "\t" in cells[0]):
        return "Separate the columns by commas."
    near = [cell for cell in cells if cell.casefold() == column]
    return (
        f"Did you mean {near[0]!r}?" if near else did_you_mean(column, [cell for cell in cells if cell not in COLUMNS])
    )


def _contrast(row: Row, columns: dict[str, int], name: str, faults: list[Fault]) -> Contrast | None:
    line, cells = row
    if len(cells) <= max(columns.values()):
        faults.append(
            Fault(
                Place(name, line, len(cells)), "", f"The row ends after {len(cells)} columns.", f"the columns {_HEADER}"
            )
        )
        return None
    places = {column: Place(name, line, number + 1) for column, number in columns.items()}
    found = [
        Fault(places[column], column, "Nothing stands here.", "a name" if column in COLUMNS[:3] else "a number")
        for column in COLUMNS
        if not cells[columns[column]]
    ]
    numbers = [_number(cells[columns[column]], places[column], column, found) for column in ("estimate", "se")]
    if found:
        faults += found
        return None
    study, treat1, treat2 = (cells[columns[column]] for column in COLUMNS[:3])
    contrast = Contrast(study, treat1, treat2, *numbers, place=Place(name, line))
    found = [_at_column(fault, places) for fault in contrast_faults(contrast)]
    faults += found
    return None if found else contrast


def _number(text: str, place: Place, column: str, faults: list[Fault]) -> float:
    if _NUMBER.fullmatch(text):
        return float(text)
    if text:
        advice = "Write a decimal point." if _COMMA_NUMBER.fullmatch(text) else ""
        faults.append(Fault(place, column, f"{shown(text)} is not a number.", "digits with a decimal point", advice))
    return 0.0


def _at_column(fault: Fault, places: dict[str, Place]) -> Fault:
    return Fault(places.get(fault.field, fault.place), fault.field, fault.problem, fault.allowed, fault.advice)
