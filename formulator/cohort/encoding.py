"""An answered block as the bytes of a part: Parquet, CSV or JSON lines.

Text is put together column by column: distinct values are written once, and rows are joined by Arrow.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from formulator.cohort.kernels import pc, pq
from formulator.cohort.request import CSV, DECISION, JSON_LINES, PARQUET, ROW
from formulator.export.table import guarded

METADATA = b"formulator"
"""The key under which the metadata stand in a Parquet file."""


def encoded(table: pa.Table, form: str, about: Mapping[str, Any], carried: frozenset[str]) -> tuple[bytes, bytes]:
    """The heading of a part, which is not repeated in the whole, and its rows; `about` stands in Parquet's metadata."""
    return _ENCODERS[form](table, about, carried)


def _parquet(table: pa.Table, about: Mapping[str, Any], _: frozenset[str]) -> tuple[bytes, bytes]:
    metadata = {**(table.schema.metadata or {}), METADATA: json.dumps(about, sort_keys=True).encode()}
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(metadata), out, write_statistics=[ROW, DECISION])
    return b"", out.getvalue()


def _csv(table: pa.Table, _: Mapping[str, Any], carried: frozenset[str]) -> tuple[bytes, bytes]:
    parts: list[Any] = []
    for place, name in enumerate(table.column_names):
        between = None if name in carried else " "
        parts += [*([pa.scalar(",")] if place else []), _texts(table.column(name), _csv_cell, between, ("", ""))]
    heading = ",".join(_csv_cell(name) for name in table.column_names) + "\n"
    return heading.encode(), _joined([*parts, pa.scalar("\n")])


def _csv_cell(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula; in quotation marks where it needs them."""
    plain = _plain(value)
    if isinstance(plain, float):
        return repr(plain)
    text = json.dumps(plain, ensure_ascii=False) if isinstance(plain, dict | list) else guarded(plain)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(one in text for one in '",\r\n') else text


def _json_lines(table: pa.Table, _: Mapping[str, Any], __: frozenset[str]) -> tuple[bytes, bytes]:
    parts: list[Any] = []
    for place, name in enumerate(table.column_names):
        key = json.dumps(name, ensure_ascii=False)
        parts.append(pa.scalar(f"{', ' if place else '{'}{key}: "))
        parts.append(_texts(table.column(name), _json_cell, ", ", ("[", "]")))
    return b"", _joined([*parts, pa.scalar("}\n")])


def _joined(parts: list[Any]) -> bytes:
    """The rows one after another: the buffer of the column that they make."""
    lines = pc.binary_join_element_wise(*parts, pa.scalar(""))
    return b"".join(_buffer(chunk) for chunk in lines.chunks if len(chunk))


def _buffer(chunk: pa.Array) -> bytes:
    _, ends, content = chunk.buffers()
    begins = np.frombuffer(ends, dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
    return content[int(begins[0]) : int(begins[-1])].to_pybytes() if content else b""


def _texts(
    column: pa.ChunkedArray, cell: Callable[[Any], str], between: str | None, around: tuple[str, str]
) -> pa.ChunkedArray:
    """Each value as text by `cell`; lists of words have a sign between, unless it is None, and around."""

    def texts(chunk: pa.Array) -> pa.Array:
        kind = chunk.type
        if pa.types.is_integer(kind):
            return pc.fill_null(pc.cast(chunk, pa.string()), cell(None))
        if between is not None and _is_list_of_words(kind):
            return _lists(chunk)
        if _is_text(kind):
            chunk = chunk.dictionary_encode()
        if isinstance(chunk, pa.DictionaryArray):
            return _taken(chunk)
        return pa.array([cell(one) for one in chunk.to_pylist()], pa.string())

    def _taken(chunk: pa.DictionaryArray) -> pa.Array:
        written = pa.array([cell(one) for one in chunk.dictionary.to_pylist()], pa.string())
        return pc.fill_null(written.take(chunk.indices), cell(None))

    def _lists(chunk: pa.ListArray) -> pa.Array:
        values = chunk.flatten()
        values = values if isinstance(values, pa.DictionaryArray) else values.dictionary_encode()
        lengths = pc.fill_null(pc.list_value_length(chunk), 0).to_numpy()
        begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        inside = pc.binary_join(pa.ListArray.from_arrays(pa.array(begins), _taken(values)), between)
        whole = pc.binary_join_element_wise(pa.scalar(around[0]), inside, pa.scalar(around[1]), pa.scalar(""))
        return pc.if_else(pc.is_valid(chunk), whole, pa.scalar(cell(None)))

    return pa.chunked_array([texts(chunk) for chunk in column.chunks], pa.string())


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _is_list_of_words(kind: Any) -> bool:
    return pa.types.is_list(kind) and (pa.types.is_dictionary(kind.value_type) or kind.value_type == pa.string())


def _json_cell(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """JSON-ready: days and times as text, octets as hexadecimal, numbers that are none as nothing."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else str(value)


_ENCODERS: Mapping[str, Callable[[pa.Table, Mapping[str, Any], frozenset[str]], tuple[bytes, bytes]]] = {
    PARQUET: _parquet,
    CSV: _csv,
    JSON_LINES: _json_lines,
}
