"""Reading the small CSV tables of data/profile, refusing one that has other columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from formulator.faults import shown


def rows_of(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Each row as a mapping.

    Raises ValueError where the table is empty, is not text, has other columns or a row of another length; OSError
    where it cannot be opened.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        try:
            reader = csv.DictReader(stream)
            if tuple(reader.fieldnames or ()) != columns:
                raise ValueError(f"{path.name} must have the columns {', '.join(columns)}")
            found = [_whole(row, path, reader.line_num) for row in reader]
        except csv.Error as error:
            raise ValueError(f"{path.name} is not a table: {error}") from None
    if not found:
        raise ValueError(f"{path.name} is empty")
    yield from found


def _whole(row: dict[str, str], path: Path, line: int) -> dict[str, str]:
    if None in row or None in row.values():
        raise ValueError(f"{path.name}, line {line}: the row has not as many cells as there are columns")
    return row


def number_in(text: str, table: str) -> Decimal:
    """A cell as an exact number; raises ValueError where it is none."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        raise ValueError(f"{table}: {shown(text)} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{table}: {shown(text)} is not a number")
    return number
