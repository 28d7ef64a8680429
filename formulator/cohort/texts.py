"""Cells of any type as the text that a person would have written."""

from __future__ import annotations

import pyarrow as pa

from formulator.cohort.kernels import pc

_PLAIN = r"^(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?$"
"""Numbers of at most fifteen digits, which double precision tells apart."""


def is_plain_number(texts: pa.Array) -> pa.BooleanArray:
    """Which texts are plain decimal numbers without sign, unit or blanks."""
    return pc.match_substring_regex(texts, _PLAIN)


def as_texts(column: pa.Array) -> pa.Array:
    """Text, bytes or (for nested values) lists and mappings; days for dates and for times at midnight."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return as_texts(column.dictionary_decode())
    if _is_text(kind) or pa.types.is_nested(kind):
        return column
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return pc.cast(column, pa.string())
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    if pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None):
        return _days(column)
    return pa.array([None if one is None else str(one) for one in column.to_pylist()], pa.string())


def _is_text(kind: pa.DataType) -> bool:
    return (
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
    )


def _days(column: pa.Array) -> pa.Array:
    days = pc.cast(column, pa.date32(), safe=False)
    whole = pc.equal(pc.cast(days, column.type), column)
    return pc.if_else(whole, pc.cast(days, pa.string()), pa.scalar("a time of day"))
