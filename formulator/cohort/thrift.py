"""The compact protocol of Thrift, read and written without a schema: enough to move the offsets of a Parquet footer.

A structure is a list of fields (number, type, value), in the order of the file; what is not understood is kept as it
was. Format: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
_STOP = 0
_DEEPEST = 32


@dataclass(slots=True)
class Struct:
    """Fields by number, each with its type and value."""

    fields: dict[int, tuple[int, Any]]

    def get(self, number: int) -> Any:
        """The value of a field, None where it is absent."""
        return self.fields[number][1] if number in self.fields else None

    def replace(self, number: int, value: Any) -> None:
        """Give a field that is there another value."""
        self.fields[number] = (self.fields[number][0], value)


@dataclass(slots=True)
class Sequence:
    """A list with the type of its elements."""

    kind: int
    items: list[Any]


def read_struct(content: bytes) -> Struct:
    """The structure at the beginning of some bytes. Raises ValueError where they are none."""
    try:
        return _Reader(content).struct(0)
    except (IndexError, KeyError) as error:
        raise ValueError("no structure of Thrift") from error


def written_struct(structure: Struct) -> bytes:
    """The bytes of a structure."""
    out = bytearray()
    _write_struct(structure, out)
    return bytes(out)


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 0

    def byte(self) -> int:
        self.at += 1
        return self.content[self.at - 1]

    def take(self, size: int) -> bytes:
        if size < 0 or self.at + size > len(self.content):
            raise IndexError(size)
        self.at += size
        return self.content[self.at - size : self.at]

    def varint(self) -> int:
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def zigzag(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def struct(self, depth: int) -> Struct:
        if depth > _DEEPEST:
            raise IndexError(depth)
        fields: dict[int, tuple[int, Any]] = {}
        number = 0
        while (head := self.byte()) != _STOP:
            step, kind = head >> 4, head & 0x0F
            number = number + step if step else self.zigzag()
            fields[number] = (kind, kind == TRUE if kind in (TRUE, FALSE) else self.value(kind, depth))
        return Struct(fields)

    def value(self, kind: int, depth: int) -> Any:
        return _READ[kind](self, depth + 1)

    def list(self, depth: int) -> Sequence:
        head = self.byte()
        size, kind = head >> 4, head & 0x0F
        if size == 0x0F:
            size = self.varint()
        if kind in (TRUE, FALSE):
            return Sequence(kind, list(self.take(size)))
        return Sequence(kind, [self.value(kind, depth) for _ in range(size)])


_READ: dict[int, Callable[[_Reader, int], Any]] = {
    BYTE: lambda reader, _: reader.byte(),
    I16: lambda reader, _: reader.zigzag(),
    I32: lambda reader, _: reader.zigzag(),
    I64: lambda reader, _: reader.zigzag(),
    DOUBLE: lambda reader, _: reader.take(8),
    BINARY: lambda reader, _: reader.take(reader.varint()),
    LIST: _Reader.list,
    SET: _Reader.list,
    STRUCT: _Reader.struct,
}


def _write_varint(value: int, out: bytearray) -> None:
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def _write_zigzag(value: int, out: bytearray) -> None:
    _write_varint(value << 1 if value >= 0 else (-value << 1) - 1, out)


def _write_struct(structure: Struct, out: bytearray) -> None:
    before = 0
    for number, (kind, value) in structure.fields.items():
        if kind in (TRUE, FALSE):
            kind = TRUE if value else FALSE  # noqa: PLW2901 - a truth is written in its type
        step = number - before
        if 0 < step <= 0x0F:
            out.append(step << 4 | kind)
        else:
            out.append(kind)
            _write_zigzag(number, out)
        before = number
        if kind not in (TRUE, FALSE):
            _write_value(kind, value, out)
    out.append(_STOP)


def _write_value(kind: int, value: Any, out: bytearray) -> None:
    if kind == BYTE:
        out.append(value)
    elif kind in (I16, I32, I64):
        _write_zigzag(value, out)
    elif kind == DOUBLE:
        out += value
    elif kind == BINARY:
        _write_varint(len(value), out)
        out += value
    elif kind == STRUCT:
        _write_struct(value, out)
    else:
        _write_list(value, out)


def _write_list(value: Sequence, out: bytearray) -> None:
    size = len(value.items)
    out.append((size if size < 0x0F else 0x0F) << 4 | value.kind)
    if size >= 0x0F:
        _write_varint(size, out)
    if value.kind in (TRUE, FALSE):
        out += bytes(value.items)
        return
    for item in value.items:
        _write_value(value.kind, item, out)
