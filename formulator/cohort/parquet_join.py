"""Parquet files of one schema put one behind the other: the pages are copied as they are, only the footer is new.

The footer of the whole is that of the first part with the row groups of all, their offsets moved by where their pages
now stand. Field numbers: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

from __future__ import annotations

from pathlib import Path

from formulator.cohort import thrift
from formulator.cohort.thrift import Struct

MAGIC = b"PAR1"
_NUMBER_OF_ROWS, _ROW_GROUPS = 3, 4
_COLUMNS, _ROWS_OF_GROUP, _GROUP_OFFSET, _ORDINAL = 1, 3, 5, 7
_CHUNK_OFFSET, _CHUNK, _OFFSET_INDEX, _COLUMN_INDEX = 2, 3, 4, 6
_PAGES = (9, 10, 11, 14)
"""Of the metadata of a column: data pages, index pages, dictionary, Bloom filter."""


class Joined:
    """The footer of what has been joined so far, and how long its pages are."""

    def __init__(self) -> None:
        self.length = len(MAGIC)
        self._footer: Struct | None = None

    def add(self, footer: Struct, pages: int) -> None:
        """Take in the row groups of a part whose pages (without magic) are so long and come next."""
        moved_by = self.length - len(MAGIC)
        self.length += pages
        if self._footer is None:
            self._footer = footer
            return
        groups = self._footer.get(_ROW_GROUPS)
        for group in footer.get(_ROW_GROUPS).items:
            _move(group, moved_by, len(groups.items))
            groups.items.append(group)
        self._footer.replace(_NUMBER_OF_ROWS, self._footer.get(_NUMBER_OF_ROWS) + footer.get(_NUMBER_OF_ROWS))

    def end(self) -> bytes:
        """What stands after the pages of all parts."""
        if self._footer is None:
            raise ValueError("nothing to join")
        content = thrift.written_struct(self._footer)
        return content + len(content).to_bytes(4, "little") + MAGIC


def footer_of(path: Path) -> tuple[Struct, int]:
    """The footer of a Parquet file, and the length of its pages between the magic and the footer.

    Raises ValueError where the file has none, OSError where it cannot be read.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        if size < 12:
            raise ValueError("too short for Parquet")
        stream.seek(size - 8)
        tail = stream.read(8)
        length = int.from_bytes(tail[:4], "little")
        if tail[4:] != MAGIC or length > size - 12:
            raise ValueError("no footer of Parquet")
        stream.seek(size - 8 - length)
        return thrift.read_struct(stream.read(length)), size - 8 - length - len(MAGIC)


def _move(group: Struct, by: int, ordinal: int) -> None:
    _shift(group, _GROUP_OFFSET, by)
    if group.get(_ORDINAL) is not None:
        group.fields.pop(_ORDINAL) if ordinal > 0x7FFF else group.replace(_ORDINAL, ordinal)
    for chunk in group.get(_COLUMNS).items:
        for number in (_CHUNK_OFFSET, _OFFSET_INDEX, _COLUMN_INDEX):
            _shift(chunk, number, by)
        for number in _PAGES:
            _shift(chunk.get(_CHUNK), number, by)


def _shift(structure: Struct, number: int, by: int) -> None:
    """Offsets of zero mean that there is none."""
    if structure.get(number):
        structure.replace(number, structure.get(number) + by)
