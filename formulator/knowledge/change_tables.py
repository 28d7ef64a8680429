"""What differs in the CSV tables: small ones row by row, those of the evidence as a whole."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from formulator.knowledge.archive import Files

if TYPE_CHECKING:
    from formulator.knowledge.versions import How

TABLES = ("profile/", "evidence/")
_BY_ROW = "profile/"
TableChange = tuple[str, "How", tuple[str, ...], str]
Rows = dict[str, list[tuple[str, ...]]]


def is_table(name: str) -> bool:
    """Whether a knowledge file is compared here."""
    return name.startswith(TABLES) and name.endswith(".csv")


def table_changes(before: Files, after: Files) -> Iterator[TableChange]:
    """Item, way, parts and a sentence for each changed table, or group of rows with one first cell."""
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old == new or not is_table(name):
            continue
        if old is None or new is None:
            how, word = ("added", "new") if old is None else ("removed", "gone")
            yield f"table {name}", how, (), f"The table is {word}; it has {len(_lines(old or new or b'')) - 1} rows."
        else:
            rows = list(_row_changes(name, _rows(old), _rows(new))) if name.startswith(_BY_ROW) else []
            yield from rows or [_whole(name, old, new)]


def _row_changes(name: str, old: Rows, new: Rows) -> Iterator[TableChange]:
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) == new.get(key):
            continue
        item = f"row of {name} {key or 'header'}".replace("  ", " ")
        if key not in old:
            yield item, "added", (), f"New: {_words(new[key])}."
        elif key not in new:
            yield item, "removed", (), f"Gone: {_words(old[key])}."
        else:
            gone = [row for row in old[key] if row not in new[key]]
            came = [row for row in new[key] if row not in old[key]]
            yield item, "changed", (), f"Was: {_words(gone) or 'fewer rows'}. Is: {_words(came) or 'fewer rows'}."


def _whole(name: str, old: bytes, new: bytes) -> TableChange:
    was, now = set(_lines(old)), set(_lines(new))
    words = f"{len(now - was)} rows are new or other, {len(was - now)} are gone or other."
    return f"table {name}", "changed", (), words


def _words(rows: list[tuple[str, ...]]) -> str:
    text = "; ".join(", ".join(cell for cell in row if cell) for row in rows)
    return text if len(text) <= 300 else text[:297] + "..."


def _rows(content: bytes) -> Rows:
    grouped: Rows = defaultdict(list)
    for row in csv.reader(io.StringIO(content.decode(), newline="")):
        if row:
            grouped[row[0].replace(" ", "_")].append(tuple(row))
    return dict(grouped)


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines()
