"""Field masks: all compiled conditions read on one patient by one "and" for each known field.

Each value of a field looks up the conjunctions that it does not refute, as the bits of one Python integer, and the
"and" over the fields leaves those that hold: certainly in the upper half of the integer, possibly in the lower. Above
both stands a bit for each field that is unknown; these are joined eight at a time, as of most patients little is known.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, reduce
from itertools import accumulate
from operator import and_, getitem
from typing import Any, NamedTuple

from formulator.conditions.compiled.form import Conjunction, Form
from formulator.conditions.compiled.values import FieldCells
from formulator.conditions.compiled.words import Joined, Listing
from formulator.conditions.evaluate import Facts


class Match(NamedTuple):
    """Which conditions hold for certain and which possibly, as bits in the order of the masks (see `positions`)."""

    certain: int
    possible: int

    @property
    def open(self) -> int:
        """Those that hang on something unknown."""
        return self.possible & ~self.certain


class _Column(dict[Any, int]):
    """The masks of one field by value: named values are looked up, any other by the interval in which it lies.

    `place` is that of the field among the fields.
    """

    def __init__(self, place: int, named: Mapping[Any, int], cuts: tuple[float, ...], between: tuple[int, ...]) -> None:
        super().__init__(named)
        self.place = place
        self._cuts = cuts
        self._between = between

    def __missing__(self, value: Any) -> int:
        return self._between[bisect_right(self._cuts, value)]


class FieldMasks:
    """The masks of a form.

    Inside, conditions are sorted by their number of conjunctions, most first (`_order`): bit k of layer j is the
    conjunction j of the condition at place k, so that shifting a layer onto the first joins the conjunctions of every
    condition at once.
    """

    def __init__(self, form: Form) -> None:
        counts = [len(conjunctions) for conjunctions in form.conditions]
        self.order = _order(form)
        layers = [[p for p in self.order if counts[p] > layer] for layer in range(max(counts, default=0))]
        placed = [form.conditions[position][layer] for layer, own in enumerate(layers) for position in own]
        self.width = len(placed)
        self._further = [
            (sum(map(len, layers[:layer])), self._twice((1 << len(layers[layer])) - 1))
            for layer in range(1, len(layers))
        ]
        self.of_several = (1 << len(layers[1] if len(layers) > 1 else ())) - 1
        self.first = (1 << len(layers[0] if layers else ())) - 1
        self.every = (1 << 2 * self.width + len(form.fields)) - 1
        self.columns = {
            cells.field: _column(place, cells, self._telling(place, masks))
            for place, (cells, masks) in enumerate(_masks(form, placed))
        }
        unknown = [column[None] for column in self.columns.values()]
        self.unknown = [Joined(unknown[start : start + 8]) for start in range(0, len(unknown), 8)]

    def _telling(self, place: int, masks: Sequence[int]) -> list[int]:
        """The masks of a field, which also take its bit from the fields that are unknown; these stand above."""
        unknown = self.every >> 2 * self.width << 2 * self.width
        known = unknown ^ 1 << 2 * self.width + place
        return [masks[0] | unknown, *(mask | known for mask in masks[1:])]

    def _twice(self, bits: int) -> int:
        """The same bits in both halves."""
        return bits << self.width | bits

    @cached_property
    def _positions(self) -> Listing[int]:
        return Listing(self.order)

    def match(self, facts: Facts) -> Match:
        """Read every condition on one patient; `facts` maps known fields to values, absent means unknown."""
        if 2 * len(facts) > len(self.columns):
            return self.folded(reduce(and_, map(getitem, self.columns.values(), map(facts.get, self.columns)), -1))
        return self.folded(self.joined(self.known(facts, self.every)))

    def joined(self, known: int) -> int:
        """What all fields leave, from what the known ones leave."""
        bits = known
        for masks, byte in zip(self.unknown, self.unknown_in(known), strict=True):
            if byte:
                bits &= masks[byte]
        return bits

    def unknown_in(self, known: int) -> bytes:
        """The fields that are not among the known ones which left this."""
        return (known >> 2 * self.width).to_bytes(len(self.unknown), "little")

    def outlook(self, facts: Facts) -> Outlook:
        """What the conditions say of a patient, and what they would say if one more field were known."""
        return Outlook(self, self.known(facts, self.every))

    def answers(self, field: str, values: Iterable[Any]) -> tuple[int, ...]:
        """These values of a field that conditions read, as what they do not refute."""
        return tuple(self.columns[field][value] for value in values)

    def known(self, facts: Facts, bits: int) -> int:
        """What these facts leave of the bits."""
        columns = self.columns
        for field, value in facts.items():
            column = columns.get(field)
            if column is not None:
                bits &= column[value]
        return bits

    def folded(self, bits: int) -> Match:
        """What is left of all masks, the conjunctions of each condition joined."""
        joined = bits
        for shift, layer in self._further:
            joined |= bits >> shift & layer
        return Match(joined >> self.width & self.first, joined & self.first)

    def positions(self, bits: int) -> list[int]:
        """The positions in the form of the conditions whose bits are set, in ascending order."""
        return sorted(self._positions.of(bits))


class Outlook:
    """What the conditions say of one patient (`match`), and what they would say if one more field were known."""

    def __init__(self, masks: FieldMasks, known: int) -> None:
        self._masks = masks
        self._known = known
        self._unknown = masks.unknown_in(known)
        parts = [joined[byte] for joined, byte in zip(masks.unknown, self._unknown, strict=True)]
        self._before = list(accumulate(parts, and_, initial=known))
        self._after = list(accumulate(reversed(parts), and_, initial=-1))[::-1]
        self.match = masks.folded(self._before[-1])

    def learned_together(self, facts: Facts) -> Match:
        """What they would say if these facts, all of them unknown now, were known."""
        masks = self._masks
        return masks.folded(masks.joined(masks.known(facts, self._known)))

    def learned(self, field: str, answers: Iterable[int], wanted: int) -> list[Match]:
        """What the wanted conditions would say with each of these answers (`FieldMasks.answers`) about a field that is
        unknown now; what the matches say of others with several conjunctions has no meaning."""
        masks = self._masks
        octet, bit = divmod(masks.columns[field].place, 8)
        others = masks.unknown[octet][self._unknown[octet] ^ 1 << bit]
        others &= self._before[octet] & self._after[octet + 1]
        if wanted & masks.of_several:
            return [masks.folded(others & answer) for answer in answers]
        left, first, width = [others & answer for answer in answers], masks.first, masks.width
        return [Match(bits >> width & first, bits & first) for bits in left]


def _order(form: Form) -> tuple[int, ...]:
    """Most conjunctions first; then by the fields that are read, the rarest first: what hangs together is together."""
    read = Counter(part.field for parts in form.conditions for one in parts for part in one)

    def place(position: int) -> tuple[int, list[tuple[int, str]]]:
        conjunctions = form.conditions[position]
        fields = {part.field for one in conjunctions for part in one}
        return -len(conjunctions), sorted((read[field], field) for field in fields)

    return tuple(sorted(range(len(form.conditions)), key=place))


def _column(place: int, cells: FieldCells, masks: list[int]) -> _Column:
    named = {value: masks[cell] for value, cell in cells.words.items()}
    return _Column(place, {None: masks[0], **named}, cells.cuts, tuple(masks[cell] for cell in cells.between))


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
