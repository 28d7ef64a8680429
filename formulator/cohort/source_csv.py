"""A cohort in a CSV file: comma, semicolon or tab; UTF-8, or UTF-16 with its mark; quoted cells may hold line ends."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from formulator.cohort.kernels import csv as arrow_csv
from formulator.cohort.source import File, Reject, Renamed, Source, unreadable
from formulator.profile import Catalogue

LONGEST_RECORD = 8 << 20
"""Bytes of one record, and of the portions that the file is read in."""
_LONGEST_HEADING = 1 << 20
_CHUNK = 1 << 20
_END = "\x02end of the file\x03"
"""Stands in every cell of a record that is put after the last one: where a quotation mark is open, it is not seen."""
_DELIMITERS = (",", ";", "\t")


class CsvSource(Source):
    """Every cell is text; a record with too many or too few cells is no row."""

    is_text = True

    def __init__(
        self, path: File, catalogue: Catalogue, written: frozenset[str], renamed: Renamed | None = None
    ) -> None:
        self.path, self.name, self.catalogue, self.written = path, path.name, catalogue, written
        with path.open("rb") as stream:
            head = stream.read(_LONGEST_HEADING)
        self.encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
        self._order = "utf-16-le" if head.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
        self._renamed = renamed or {}
        self.delimiter, self._in_file = self._heading(head)
        self.names = [self._renamed.get(name, name) for name in self._in_file]
        self._size = max(1, path.stat().st_size)

    def _heading(self, head: bytes) -> tuple[str, list[str]]:
        """The delimiter that finds most fields in the first record, and the names."""
        text = head.decode("utf-16" if self.encoding == "utf-16" else "utf-8-sig", errors="replace")
        found: dict[str, list[str]] = {}
        for delimiter in _DELIMITERS:
            try:
                records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
                found[delimiter] = next((record for record in records if record), [])
            except csv.Error:
                continue
        best = max(found, key=lambda one: (self._fields_in(found[one]), len(found[one])), default=None)
        if best is None or not found[best]:
            raise unreadable(self.name, "The file has no heading.")
        if any("\ufffd" in name for name in found[best]):
            raise unreadable(self.name, "The heading is not UTF-8.", "UTF-8, or UTF-16 with its mark")
        return best, found[best]

    def _fields_in(self, names: Sequence[str]) -> int:
        return sum(self._renamed.get(name, name) in self.catalogue.fields for name in names)

    @cached_property
    def _reads_octets(self) -> bool:
        """Whether some octets are no UTF-8: then each is read as one sign, and cells are looked at one by one."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            with self.path.open("rb") as stream:
                while self.encoding == "utf-8" and (chunk := stream.read(_CHUNK)):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return True
        return False

    def empty(self) -> pa.Table:
        """No rows, with the columns of the file."""
        columns = {name: pa.array([], kind) for name, kind in self._types().items()}
        return pa.table(columns).rename_columns(self.names)

    def _in_octets(self, table: pa.Table) -> pa.Table:
        """The table as it would be if every sign were an octet again."""
        columns = {}
        for name, column in zip(table.column_names, table.columns, strict=True):
            distinct = column.combine_chunks()
            if not pa.types.is_dictionary(column.type):
                distinct = distinct.dictionary_encode()
            distinct = distinct if isinstance(distinct, pa.Array) else pa.concat_arrays(distinct.chunks)
            octets = pa.array([_octets(one) for one in distinct.dictionary.to_pylist()], pa.binary())
            whole = pa.DictionaryArray.from_arrays(distinct.indices, octets)
            columns[_octets(name.encode()).decode()] = (
                whole if pa.types.is_dictionary(column.type) else whole.dictionary_decode()
            )
        return pa.table(columns)

    def _types(self) -> dict[str, pa.DataType]:
        """Fields as distinct values, as these are read once; nothing is taken for text before it is looked at."""
        distinct = pa.dictionary(pa.int32(), pa.binary())
        pairs = zip(self._in_file, self.names, strict=True)
        return {written: distinct if name in self.layout.fields else pa.binary() for written, name in pairs}

    def batches(self, most_rows: int) -> Iterator[tuple[pa.Table, npt.NDArray[np.int64], tuple[Reject, ...]]]:
        """The records in portions of some megabytes."""
        skipped: list[Reject] = []
        done = 0
        with self.path.open("rb") as stream:
            reader = self._reader(stream, skipped)
            names = reader.schema.names
            if self._reads_octets:
                names = [_octets(name.encode()).decode() for name in names]
            if names != self._in_file:
                raise unreadable(self.name, "The heading cannot be read.", "one record with the names of the columns")
            ended = False
            while True:
                try:
                    batch = reader.read_next_batch()
                except StopIteration:
                    break
                except (pa.ArrowInvalid, UnicodeError, OSError) as error:
                    raise self._broken(done, error) from None
                table = pa.Table.from_batches([batch])
                table = self._in_octets(table) if self._reads_octets else table
                table = table.rename_columns(self.names)
                if len(table) and table.column(0)[-1].as_py() == _END.encode():
                    ended, table = True, table.slice(0, len(table) - 1)
                rows, passed = _numbered(len(table), done, skipped)
                self.rows = self.rows or len(table) * max(1.0, self._size / LONGEST_RECORD)
                done = int(rows[-1]) if len(rows) else done
                yield table, rows, passed
        if not ended:
            raise self._broken(max(0, done - 1), None)
        if skipped:
            yield self.empty(), np.array([], dtype=np.int64), tuple(skipped)

    def _reader(self, stream: BinaryIO, skipped: list[Reject]) -> Any:
        def skip(record: Any) -> str:
            problem = f"The record has {record.actual_columns} cells instead of {record.expected_columns}."
            skipped.append(Reject(record.number - 1, "", problem))
            return "skip"

        types, encoding = self._types(), self.encoding
        if self._reads_octets:
            types, encoding = {name.encode().decode("latin-1"): kind for name, kind in types.items()}, "latin-1"
        try:
            return arrow_csv.open_csv(
                _WithEnd(stream, self._end()),
                arrow_csv.ReadOptions(use_threads=False, block_size=LONGEST_RECORD, encoding=encoding),
                arrow_csv.ParseOptions(
                    delimiter=self.delimiter, newlines_in_values=True, invalid_row_handler=skip, ignore_empty_lines=True
                ),
                arrow_csv.ConvertOptions(
                    column_types=types, strings_can_be_null=False, null_values=[], check_utf8=False
                ),
            )
        except (pa.ArrowInvalid, UnicodeError, OSError) as error:
            raise self._broken(0, error) from None

    def _end(self) -> bytes:
        """The record after the last one, in the encoding of the file."""
        text = "\n" + self.delimiter.join([_END] * len(self.names)) + "\n"
        return text.encode(self.encoding.replace("utf-16", self._order))

    def _broken(self, done: int, error: Exception | None) -> Exception:
        """The fault of a file of which so many rows could be read."""
        problem = f"The file cannot be read after row {done:,}."
        if "straddling" in str(error) or "block" in str(error):
            problem = f"The record after row {done:,} is longer than {LONGEST_RECORD >> 20} MB."
        return unreadable(self.name, f"{problem} Perhaps a quotation mark is not closed.", "CSV")


class _WithEnd(io.RawIOBase):
    """A stream without its mark of UTF-8, and with some octets after its end."""

    def __init__(self, stream: BinaryIO, end: bytes) -> None:
        super().__init__()
        self._stream, self._end = stream, end
        if stream.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
            stream.seek(0)

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next octets."""
        found = self._stream.read(size)
        if not found:
            found, self._end = self._end, b""
        return found


def _octets(text: bytes) -> bytes:
    """What was read as one sign an octet, as it was."""
    return text.decode().encode("latin-1")


def _numbered(count: int, done: int, skipped: list[Reject]) -> tuple[npt.NDArray[np.int64], tuple[Reject, ...]]:
    """The numbers of so many rows after `done`, without those of skipped records, and the records passed on the way."""
    if not skipped:
        return np.arange(done + 1, done + count + 1, dtype=np.int64), ()
    numbers = np.arange(done + 1, done + count + len(skipped) + 1, dtype=np.int64)
    rows = numbers[~np.isin(numbers, [one.row for one in skipped])][:count]
    last = int(rows[-1]) if count else done
    passed = tuple(one for one in skipped if one.row < last)
    del skipped[: len(passed)]
    return rows, passed
