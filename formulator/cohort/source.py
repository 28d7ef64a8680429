"""What a cohort is read from: which columns are fields, which are carried along, and its rows block by block.

Row numbers count the records after the heading, from one; empty lines do not count.
"""

from __future__ import annotations

import hashlib
import io
import os
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from formulator.faults import Fault, FaultsFound, Place, did_you_mean, shown
from formulator.profile import Catalogue

MOST_COLUMNS = 2_000
ROWS_OF_BLOCK = 65_536
ROWS_OF_COSTLY_BLOCK = 8_192
"""Rows of a block where the engine itself is asked about patients, or where they become text of kilobytes each."""
BYTES_OF_BLOCK = 64 << 20
_CELLS_OF_BLOCK = 20_000_000
_MOST_WARNINGS = 30


@dataclass(frozen=True, slots=True)
class Reject:
    """Something for which a row is not answered; no value of the patient."""

    row: int
    field: str
    reason: str
    allowed: str = ""


@dataclass(frozen=True)
class Block:
    """Some rows with their numbers, and the records among them that are no rows."""

    index: int
    table: pa.Table
    rows: npt.NDArray[np.int64]
    misshapen: tuple[Reject, ...] = ()


@dataclass(frozen=True)
class Layout:
    """The columns of a cohort, in the order of the file."""

    fields: tuple[str, ...]
    carried: tuple[str, ...]
    warnings: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Held:
    """A file that is nowhere but in memory, used as a path is."""

    name: str
    content: bytes = field(repr=False)

    @property
    def suffix(self) -> str:
        """The ending of the name."""
        return PurePath(self.name).suffix

    def open(self, _: str = "rb") -> BinaryIO:
        """The content as a stream."""
        return io.BytesIO(self.content)

    def stat(self) -> os.stat_result:
        """Its size; it never changes."""
        return os.stat_result((0o400, 0, 0, 1, 0, 0, len(self.content), 0, 0, 0))

    def is_file(self) -> bool:
        """It is there."""
        return True

    def exists(self) -> bool:
        """It is there."""
        return True


File = Path | Held
Renamed = Mapping[str, str]
"""The field, or another name, that a column of the file is taken for."""


class Source(ABC):
    """A cohort that can be read from the beginning, block by block."""

    path: File
    names: Sequence[str]
    """The columns in the order of the file, by the names that they are taken for."""
    catalogue: Catalogue
    written: frozenset[str]
    is_text = False
    """Whether every cell is text as somebody typed it."""
    rows: float = 0.0
    """How many rows there are, or probably are; 0 where nothing is known yet."""
    _seen: tuple[int, int, int] | None = None

    @cached_property
    def layout(self) -> Layout:
        """Which columns are fields and which are carried along. Raises FaultsFound as `layout_of`."""
        return layout_of(self.names, self.path.name, self.catalogue, self.written)

    @abstractmethod
    def batches(self, most_rows: int) -> Iterator[tuple[pa.Table, npt.NDArray[np.int64], tuple[Reject, ...]]]:
        """Rows with their numbers, in any portions that fit into memory."""

    def fingerprint(self) -> str:
        """SHA-256 of the file. Raises FaultsFound where it cannot be read."""
        try:
            self._seen = _stamp(self.path)
            if isinstance(self.path, Held):
                return hashlib.sha256(self.path.content).hexdigest()
            with self.path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise unreadable(self.path.name, f"The file cannot be read: {error.strerror}.") from None

    def check_unchanged(self) -> None:
        """Raises FaultsFound where the file is another one than when its fingerprint was taken."""
        if _stamp(self.path) != self._seen:
            raise unreadable(self.path.name, "The file was changed while it was read.", "a file that nobody writes to")

    def blocks(self, most_rows: int) -> Iterator[Block]:
        """The same rows in blocks of equal size, smaller only where rows are very long."""
        waiting: list[tuple[pa.Table, npt.NDArray[np.int64]]] = []
        misshapen: list[Reject] = []
        index = 0
        for table, rows, rejects in self.batches(most_rows):
            waiting.append((table, rows))
            misshapen += rejects
            while _is_full(waiting, most_rows):
                block, waiting = _cut(waiting, most_rows)
                yield Block(index, *block, tuple(misshapen))
                index, misshapen = index + 1, []
        if waiting or misshapen or not index:
            block, _ = _cut(waiting or [(self.empty(), np.array([], dtype=np.int64))], most_rows)
            yield Block(index, *block, tuple(misshapen))

    @abstractmethod
    def empty(self) -> pa.Table:
        """No rows, with the columns of the file."""


def _stamp(path: File) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _is_full(waiting: Sequence[tuple[pa.Table, object]], most_rows: int) -> bool:
    tables = [table for table, _ in waiting]
    return sum(map(len, tables)) >= most_rows or sum(table.nbytes for table in tables) >= BYTES_OF_BLOCK


def _cut(
    waiting: Sequence[tuple[pa.Table, npt.NDArray[np.int64]]], most_rows: int
) -> tuple[tuple[pa.Table, npt.NDArray[np.int64]], list[tuple[pa.Table, npt.NDArray[np.int64]]]]:
    """The first rows as one block, and what is left."""
    if len(waiting) == 1 and len(waiting[0][0]) <= most_rows:
        return waiting[0], []
    table = pa.concat_tables([one for one, _ in waiting])
    rows = np.concatenate([numbers for _, numbers in waiting])
    left = [(table.slice(most_rows), rows[most_rows:])] if len(table) > most_rows else []
    return (table.slice(0, most_rows).combine_chunks(), rows[:most_rows]), left


def rows_of_block(columns: int, costly: bool) -> int:
    """Rows of a block: fewer where there are very many columns, or where each row takes much time or space."""
    most = ROWS_OF_COSTLY_BLOCK if costly else ROWS_OF_BLOCK
    return max(64, min(most, _CELLS_OF_BLOCK // max(1, columns) // 64 * 64))


def layout_of(names: Sequence[str], file: str, catalogue: Catalogue, written: frozenset[str]) -> Layout:
    """Which columns are fields and which are carried along; columns that look like fields are warned of.

    Raises FaultsFound where there are too many columns, none is a field, one stands twice, or one that is carried has
    the name of a column that will be written.
    """
    place = Place(file)
    if len(names) > MOST_COLUMNS:
        raise FaultsFound([Fault(place, "", f"There are {len(names):,} columns.", f"at most {MOST_COLUMNS:,}")])
    fields = tuple(name for name in names if name in catalogue.fields)
    carried = tuple(name for name in names if name not in catalogue.fields)
    faults = [
        Fault(place, shown(name).strip("'"), "The column stands twice.", "each name once")
        for name, count in Counter(names).items()
        if count > 1
    ]
    faults += [
        Fault(place, name, "The answer has a column of this name.", advice="Give the column another name.")
        for name in carried
        if name in written
    ]
    if not fields:
        advice = "Run `formulator schema` for the list of fields."
        faults.append(Fault(place, "", "No column has the name of a field.", "a heading with names of fields", advice))
    if faults:
        raise FaultsFound(faults)
    return Layout(fields, carried, tuple(_warnings(carried, file, catalogue)))


def _warnings(carried: Sequence[str], file: str, catalogue: Catalogue) -> Iterator[str]:
    for name in carried[:_MOST_WARNINGS]:
        meant = did_you_mean(name.strip().replace(" ", "_"), catalogue.fields)
        if meant:
            yield f"{file}: the column {shown(name)} is no field and is only carried along. {meant}"


class InputBroken(FaultsFound):
    """The file cannot be read, or not to its end."""


def unreadable(file: str, problem: str, allowed: str = "a CSV or Parquet file") -> InputBroken:
    """The fault of a file that cannot be read."""
    return InputBroken([Fault(Place(file), "", problem, allowed)])
