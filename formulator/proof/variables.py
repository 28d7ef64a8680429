"""The z3 variables of one patient: for each field one truth a cell, none of them where the field is unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import Any, Protocol

from formulator.proof.booleans import Formula, both, either, negated, variable
from formulator.proof.space import DAYS_TO_EVENT, EVENT, STOCK, Space, Word


@dataclass(frozen=True)
class FieldFormula:
    """What is known about one field: the values with the formula that says when it has each; never two at once."""

    values: tuple[tuple[Word, Formula], ...]

    @cached_property
    def known(self) -> Formula:
        """When the field has any value."""
        return either(*(one for _, one in self.values))

    def has(self, value: Word) -> Formula:
        """When the field has exactly this shown value."""
        return either(*(one for shown, one in self.values if shown == value))


class Facts(Protocol):
    """What a condition is read over."""

    def field(self, name: str) -> FieldFormula:
        """What is known about a field, given or derived."""
        ...


@dataclass(frozen=True)
class Variables:
    """The variables of one patient over a space; `in_stock` tells which components the clinic lists, if any."""

    space: Space
    given: Mapping[str, FieldFormula]
    in_stock: Mapping[str, Formula]

    def field(self, name: str) -> FieldFormula:
        """What was given about a field; the date of the event is known where the days to it are."""
        if name == STOCK:
            return FieldFormula((("", either(*self.in_stock.values())),))
        return self.given.get(DAYS_TO_EVENT if name == EVENT else name, NOTHING)

    def stocked(self, component: str) -> Formula:
        """Whether a component is in stock; an empty list stands for everything."""
        return either(self.in_stock[component], negated(either(*self.in_stock.values())))

    def possible(self, about: str | None = None) -> Iterator[Formula]:
        """What holds for every patient: one value a field, and no impossible pair; all of it, or what reads a field."""
        for name, field in self.given.items():
            if about in (None, name):
                for (_, one), (_, other) in combinations(field.values, 2):
                    yield negated(both(one, other))
        for (name, first), (other_name, second) in self.space.impossible:
            if about in (None, name, other_name):
                yield negated(both(self.given[name].values[first][1], self.given[other_name].values[second][1]))

    def document(self, true: Collection[str], today: date) -> dict[str, Any]:
        """The profile that makes just these variables true, as a clinician would write it."""
        chosen = {
            field: number
            for field, cells in self.space.cells.items()
            for number, cell in enumerate(cells)
            if _of_cell(field, cell.value) in true
        }
        return self.space.document(chosen, [name for name in self.in_stock if _of_stock(name) in true], today)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of every variable."""
        cells = self.space.cells.items()
        given = (_of_cell(field, cell.value) for field, of_field in cells for cell in of_field)
        return (*given, *map(_of_stock, self.in_stock))

    def true_of(self, values: Mapping[str, Any], days_to_event: int | None = None) -> frozenset[str]:
        """The names of the variables that a profile makes true; values without influence are passed over."""
        cells = self.space.cells
        given = {name: value for name, value in values.items() if name in cells}
        if days_to_event is not None:
            given[DAYS_TO_EVENT] = days_to_event
        found = (_of_cell(name, cells[name][self.space.place(name, value)].value) for name, value in given.items())
        return frozenset((*found, *map(_of_stock, values.get(STOCK, ()))))


NOTHING = FieldFormula(())


def variables_of(space: Space) -> Variables:
    """Fresh variables for a patient of the space, named after field and shown value."""
    given = {
        name: FieldFormula(tuple((cell.value, variable(_of_cell(name, cell.value))) for cell in cells))
        for name, cells in space.cells.items()
    }
    return Variables(space, given, {name: variable(_of_stock(name)) for name in space.stockable})


def _of_cell(field: str, value: Word) -> str:
    return f"{field}={value}"


def _of_stock(component: str) -> str:
    return f"stock:{component}"
