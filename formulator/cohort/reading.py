"""Columns as people write them, read with the reader of the one-patient validator: each distinct value once.

A column becomes codes: 0 nothing is known, -1 somebody answered "unknown", above 0 a value, below -1 a refusal. Numbers
that stand plainly in a column are checked together; those that do not pass are asked of the one reader again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from formulator.cohort.kernels import pc
from formulator.cohort.texts import as_texts, is_plain_number
from formulator.faults import Place
from formulator.profile import Catalogue, Field, Value
from formulator.profile.validate import EMPTY, Refused, Said, read_entry
from formulator.strict_yaml import Node

Codes = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
Column = npt.NDArray[Any]

NOTHING, ASKED, KNOWN, FIRST_REFUSAL = 0, -1, 1, -2
MOST_REMEMBERED = 50_000
"""Distinct values of a field that are kept from block to block."""
_FEW = 64


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value is not taken, without the value, and what is allowed."""

    reason: str
    allowed: str


@dataclass(frozen=True)
class Read:
    """One field of some patients. `codes` (and `numbers` of a field of numbers) belong to the distinct values that
    `places` points to, or to the patients themselves where there are no places."""

    field: Field
    codes: Codes
    places: Codes | None
    numbers: Numbers | None
    values: Sequence[Value]
    refusals: Sequence[Refusal]

    def spread(self, table: Column) -> Column:
        """For each patient, what the table says of the distinct value."""
        return table if self.places is None else np.take(table, self.places, mode="clip")

    @property
    def wrong(self) -> Truths | None:
        """Patients whose value is refused, None where there is none."""
        refused = self.codes <= FIRST_REFUSAL
        return self.spread(refused) if refused.any() else None

    @property
    def asked(self) -> Truths | None:
        """Patients of whom somebody said that it is unknown, None where there is none."""
        asked = self.codes == ASKED
        return self.spread(asked) if asked.any() else None

    def by_value(self, table: Mapping[Any, Any], otherwise: Any) -> Column:
        """For each patient, what stands in a table under the value."""
        distinct = np.array([otherwise, *(table.get(value, otherwise) for value in self.values)])
        return self.spread(distinct[np.maximum(self.codes, 0)])

    def has(self, value: Value) -> Truths:
        """Patients with this value; of a field of words."""
        code = self.values.index(value) + 1 if value in self.values else 0
        return self.spread((self.codes == code) & (code > 0))

    def number(self) -> Numbers:
        """For each patient the number, NaN where it is not known; of a field of numbers."""
        if self.numbers is None:
            raise TypeError(f"{self.field.name} is no number")
        return self.spread(self.numbers)

    def _code(self, row: int) -> tuple[int, int]:
        place = row if self.places is None else int(self.places[row])
        return place, int(self.codes[place])

    def value(self, row: int) -> Value | None:
        """The value of one patient, None where it is unknown or refused."""
        place, code = self._code(row)
        if code <= 0:
            return None
        if self.numbers is None:
            return self.values[code - 1]
        number = float(self.numbers[place])
        return int(number) if self.field.type == "integer" else number

    def refusal(self, row: int) -> Refusal | None:
        """Why the value of one patient is refused."""
        code = self._code(row)[1]
        return self.refusals[FIRST_REFUSAL - code] if code <= FIRST_REFUSAL else None


class FieldReader:
    """Reads the columns of one field, and remembers what distinct values mean."""

    def __init__(self, field: Field, catalogue: Catalogue) -> None:
        self.field, self.catalogue = field, catalogue
        self.generation = 0
        self._forget()

    def _forget(self) -> None:
        self._known: dict[object, tuple[int, float]] = {}
        self._codes: dict[Value, int] = {}
        self._values: list[Value] = []
        self._refusals: list[Refusal] = []
        self._refused: dict[Refusal, int] = {}

    def read(self, column: pa.Array) -> Read:
        """What a column says. Never raises for a value: it is refused instead."""
        if len(self._known) > MOST_REMEMBERED:
            self._forget()
            self.generation += 1
        places = None
        if not pa.types.is_dictionary(column.type) and not self._is_read_at_once(column):
            column = as_texts(column)
            column = column if pa.types.is_nested(column.type) else column.dictionary_encode()
        if isinstance(column, pa.DictionaryArray):
            places, column = _places(column), column.dictionary
        codes, numbers = self._distinct(column)
        if places is not None:
            codes = np.concatenate([np.array([NOTHING], dtype=np.int32), codes])
            numbers = np.concatenate([[np.nan], numbers])
        return Read(self.field, codes, places, numbers if self.field.is_number else None, self._values, self._refusals)

    def _is_read_at_once(self, column: pa.Array) -> bool:
        kind = column.type
        return self.field.is_number and (pa.types.is_integer(kind) or pa.types.is_floating(kind))

    def _distinct(self, column: pa.Array) -> tuple[Codes, Numbers]:
        if self._is_read_at_once(column):
            return self._numbers(column, column)
        texts = as_texts(column)
        if self.field.is_number and len(texts) > _FEW and not pa.types.is_nested(texts.type):
            plain = pc.if_else(is_plain_number(texts), texts, pa.scalar(None, texts.type))
            return self._numbers(pc.cast(pc.cast(plain, pa.string()), pa.float64()), texts)
        found = [self._meaning(one) for one in texts.to_pylist()]
        codes = np.array([code for code, _ in found], dtype=np.int32)
        return codes, np.array([number for _, number in found], dtype=np.float64)

    def _numbers(self, column: pa.Array, written: pa.Array) -> tuple[Codes, Numbers]:
        """Numbers checked together; `written` holds what stood there, for those that are read one by one."""
        given = pc.is_valid(column).to_numpy(zero_copy_only=False)
        numbers = pc.fill_null(pc.cast(column, pa.float64(), safe=False), np.nan).to_numpy(zero_copy_only=False)
        fine = given & self._within(numbers)
        codes = np.where(fine, np.int32(KNOWN), np.int32(NOTHING))
        numbers = np.where(fine, numbers, np.nan)
        rest = np.flatnonzero(~fine & pc.is_valid(written).to_numpy(zero_copy_only=False))
        for place, one in zip(rest, written.take(pa.array(rest)).to_pylist() if len(rest) else (), strict=True):
            codes[place], numbers[place] = self._meaning(one)
        return codes, numbers

    def _within(self, numbers: Numbers) -> Truths:
        field = self.field
        fine = np.isfinite(numbers)
        if field.low is not None:
            fine &= numbers > field.low if field.low_is_excluded else numbers >= field.low
        if field.high is not None:
            fine &= numbers <= field.high
        return fine & (numbers == np.floor(numbers)) if field.type == "integer" else fine

    def _meaning(self, written: Any) -> tuple[int, float]:
        """The code of one value, and its number."""
        if written is None:
            return NOTHING, np.nan
        key = _key(written)
        if key not in self._known:
            self._known[key] = self._judged(written)
        return self._known[key]

    def _judged(self, written: Any) -> tuple[int, float]:
        try:
            value = read_entry(self.field, _node(written, self.field), self.catalogue)
        except UnicodeDecodeError:
            return self._refuse(Refusal("The cell is not UTF-8 text.", self.field.allowed())), np.nan
        except Refused as refused:
            return self._refuse(Refusal(refused.reason, refused.allowed)), np.nan
        if isinstance(value, Said):
            return (ASKED if value is Said.UNKNOWN else NOTHING), np.nan
        if self.field.is_number:
            return KNOWN, float(value)  # type: ignore[arg-type] # a field of numbers reads numbers
        if value not in self._codes:
            self._values.append(value)
            self._codes[value] = len(self._values)
        return self._codes[value], np.nan

    def _refuse(self, refusal: Refusal) -> int:
        if refusal not in self._refused:
            self._refused[refusal] = FIRST_REFUSAL - len(self._refusals)
            self._refusals.append(refusal)
        return self._refused[refusal]


def _key(written: Any) -> object:
    if isinstance(written, list):
        return tuple(map(str, written))
    return written if isinstance(written, str | bytes) else str(written)


def _places(column: pa.DictionaryArray) -> Codes:
    """Where each value stands in the dictionary, from 1; 0 for a null."""
    indices = column.indices
    places = np.frombuffer(indices.buffers()[1] or b"", dtype=indices.type.to_pandas_dtype())
    places = places[indices.offset : indices.offset + len(indices)].astype(np.int32) + np.int32(1)
    if not indices.null_count:
        return places
    valid = np.frombuffer(indices.buffers()[0], dtype=np.uint8)
    places *= np.unpackbits(valid, count=indices.offset + len(indices), bitorder="little")[indices.offset :]
    return places


def _node(written: Any, field: Field) -> Node:
    """A cell as the entry of a document: unquoted text; of a list, its entries between semicolons."""
    if isinstance(written, list):
        return Node([_scalar("" if one is None else str(one)) for one in written], Place())
    if isinstance(written, dict):
        return Node({}, Place())
    text = (written.decode() if isinstance(written, bytes) else str(written)).strip()
    if field.type.startswith("list") and text not in (*EMPTY, "unknown"):
        return Node([_scalar(one) for one in text.split(";")], Place())
    return _scalar(text)


def _scalar(text: str) -> Node:
    return Node(text.strip(), Place())
