"""Reading the small CSV tables of data/profile, refusing one that has other columns."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path


def rows_of(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Each row as a mapping.

    Raises ValueError where the table is empty, is not text, or has other columns; OSError where it cannot be opened.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        try:
            reader = csv.DictReader(stream)
            if tuple(reader.fieldnames or ()) != columns:
                raise ValueError(f"{path.name} must have the columns {', '.join(columns)}")
            found = list(reader)
        except csv.Error as error:
            raise ValueError(f"{path.name} is not a table: {error}") from None
    if not found:
        raise ValueError(f"{path.name} is empty")
    yield from found
