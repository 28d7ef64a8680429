"""The values of one field as cells: two values share a cell where no comparison tells them apart.

Cell 0 is "unknown". Numbers are compared as they are given, in double precision, so a value at a threshold never moves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf, nextafter
from typing import Any

from formulator.conditions.evaluate import truth
from formulator.conditions.tree import AtLeast, Atom, Below, IsOneOf

UNKNOWN_CELL = 0


@dataclass(frozen=True)
class FieldCells:
    """How a field is cut.

    `words` holds the cell of each value that a set names; any other value lies between `cuts` (a cut belongs to the
    interval above it), and `between` holds the cell of each interval: one where there is no cut. `truths` holds for
    each atom its truth in every cell.
    """

    field: str
    words: Mapping[Any, int]
    cuts: tuple[float, ...]
    between: tuple[int, ...]
    truths: Mapping[Atom, tuple[bool | None, ...]]
    count: int

    def cell_of(self, value: Any) -> int:
        """The cell of a value; None is unknown."""
        if value is None:
            return UNKNOWN_CELL
        found = self.words.get(value)
        return self.between[bisect_right(self.cuts, value)] if found is None else found

    def holding(self, atom: Atom, positive: bool) -> tuple[int, int]:
        """The cells in which an atom (or its opposite) certainly and possibly holds, as bits of two numbers."""
        return self._holding[atom][positive]

    @cached_property
    def _holding(self) -> Mapping[Atom, tuple[tuple[int, int], tuple[int, int]]]:
        """For each atom, the cells where it does not hold, and where it does."""
        return {atom: (_cells(truths, False), _cells(truths, True)) for atom, truths in self.truths.items()}


def _cells(truths: Iterable[bool | None], wanted: bool) -> tuple[int, int]:
    certain = possible = 0
    for cell, value in enumerate(truths):
        certain |= (value is wanted) << cell
        possible |= (value is None or value is wanted) << cell
    return certain, possible


def cut_field(field: str, read: Iterable[Atom]) -> FieldCells:
    """The cells of a field as these atoms tell its values apart; each value is read by `truth` itself."""
    atoms = tuple(dict.fromkeys(read))
    cuts = tuple(sorted({atom.limit for atom in atoms if isinstance(atom, AtLeast | Below)}))
    words = {value for atom in atoms if isinstance(atom, IsOneOf) for value in atom.values}
    cells: dict[tuple[bool | None, ...], int] = {}

    def cell_of(value: object) -> int:
        read_as = tuple(truth(atom, {field: value}) for atom in atoms)
        return cells.setdefault(read_as, len(cells) + 1)

    of_words = {value: cell_of(value) for value in sorted(words, key=repr)}
    between = tuple(cell_of(_inside(low, high, words)) for low, high in pairwise((-inf, *cuts, inf)))
    unknown = tuple(truth(atom, {}) for atom in atoms)
    truths = dict(zip(atoms, zip(unknown, *cells, strict=True), strict=True))
    return FieldCells(field, of_words, cuts, between, truths, len(cells) + 1)


def _inside(low: float, high: float, named: Collection[object]) -> object:
    """A value of an interval (low included, high not) that no set names; without limits, one like no other."""
    if low == -inf and high == inf:
        return object()
    value = nextafter(high, -inf) if low == -inf else low
    while value in named:
        value = nextafter(value, -inf if low == -inf else inf)
    return value
