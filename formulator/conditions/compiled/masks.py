"""Field masks: all compiled conditions read on one patient by one "and" for each field.

Each value of a field looks up the conjunctions that it does not refute, as the bits of one Python integer, and the
"and" over the fields leaves those that hold: certainly in the upper half of the integer, possibly in the lower.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import compress
from operator import and_, getitem
from typing import Any

from formulator.conditions.compiled.form import Conjunction, Form
from formulator.conditions.compiled.values import FieldCells
from formulator.conditions.evaluate import Facts

_SELECTORS = bytes.maketrans(b"01", b"\x00\x01")


@dataclass(frozen=True, slots=True)
class Match:
    """Which conditions hold for certain and which possibly, as bits in the order of the masks (see `positions`)."""

    certain: int
    possible: int

    @property
    def open(self) -> int:
        """Those that hang on something unknown."""
        return self.possible & ~self.certain


class _Column(dict[Any, int]):
    """The masks of one field by value: named values are looked up, any other by the interval in which it lies."""

    def __init__(self, named: Mapping[Any, int], cuts: tuple[float, ...], between: tuple[int, ...]) -> None:
        super().__init__(named)
        self._cuts = cuts
        self._between = between

    def __missing__(self, value: Any) -> int:
        return self._between[bisect_right(self._cuts, value)]


class FieldMasks:
    """The masks of a form.

    Inside, conditions are sorted by their number of conjunctions, most first: bit k of layer j is the conjunction j of
    the condition at place k, so that shifting a layer onto the first joins the conjunctions of every condition at once.
    """

    def __init__(self, form: Form) -> None:
        counts = [len(conjunctions) for conjunctions in form.conditions]
        self._order = sorted(range(len(counts)), key=lambda position: -counts[position])
        layers = [[p for p in self._order if counts[p] > layer] for layer in range(max(counts, default=0))]
        placed = [form.conditions[position][layer] for layer, own in enumerate(layers) for position in own]
        self._further = [
            (sum(map(len, layers[:layer])), (1 << len(layers[layer])) - 1) for layer in range(1, len(layers))
        ]
        self._first = (1 << len(layers[0] if layers else ())) - 1
        self._width = len(placed)
        self._every = (1 << 2 * self._width) - 1
        self._low = (1 << self._width) - 1
        self._names = tuple(form.fields)
        self._columns = [_column(cells, masks) for cells, masks in _masks(form, placed)]
        self._column_of = dict(zip(self._names, self._columns, strict=True))

    def match(self, facts: Facts) -> Match:
        """Read every condition on one patient; `facts` maps known fields to values, absent means unknown."""
        return self._folded(reduce(and_, map(getitem, self._columns, map(facts.get, self._names)), self._every))

    def _folded(self, bits: int) -> Match:
        certain, possible = bits >> self._width, bits & self._low
        joined_certain, joined_possible = certain, possible
        for shift, layer in self._further:
            joined_certain |= certain >> shift & layer
            joined_possible |= possible >> shift & layer
        return Match(joined_certain & self._first, joined_possible & self._first)

    def positions(self, bits: int) -> list[int]:
        """The positions in the form of the conditions whose bits are set, in ascending order."""
        selectors = f"{bits:b}"[::-1].encode().translate(_SELECTORS)
        return sorted(compress(self._order, selectors))


def _column(cells: FieldCells, masks: list[int]) -> _Column:
    named = {value: masks[cell] for value, cell in cells.words.items()}
    return _Column({None: masks[0], **named}, cells.cuts, tuple(masks[cell] for cell in cells.between))


def _masks(form: Form, placed: list[Conjunction]) -> Iterator[tuple[FieldCells, list[int]]]:
    """For each field, the mask of each of its cells."""
    width = len(placed)
    reading: dict[str, dict[tuple[int, int], int]] = {field: {} for field in form.fields}
    for bit, conjunction in enumerate(placed):
        for part in conjunction:
            alike = reading[part.field]
            asked = (part.certain, part.possible)
            alike[asked] = alike.get(asked, 0) | 1 << bit
    every = (1 << 2 * width) - 1
    for field, cells in form.fields.items():
        refuted = [0] * cells.count
        for (certain, possible), bits in reading[field].items():
            for cell in range(cells.count):
                refuted[cell] |= (0 if certain >> cell & 1 else bits << width) | (0 if possible >> cell & 1 else bits)
        yield cells, [every & ~mask for mask in refuted]
