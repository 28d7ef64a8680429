"""Every possible patient as a finite space: each field cut into the cells that no condition tells apart.

Inside a cell every condition of the knowledge base reads the same, so one representative stands for the whole cell and
a statement about all cells is a statement about all patients.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product
from math import floor, inf, prod
from typing import Any

from formulator.conditions import Condition
from formulator.conditions.tree import AtLeast, Atom, Below, IsOneOf, atoms
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.knowledge.base import DERIVED_NUMBERS
from formulator.profile import Catalogue, Field, profile_from_mapping

Word = str | int | float
Cut = tuple[float, bool]
"""A place between two numbers: just below the number, or (True) just above it."""
DAYS_TO_EVENT, EVENT, STOCK = DERIVED_NUMBERS[0], "event_date", "stocked_components"
_WITHOUT_INFLUENCE = ("date", "list of dates or date ranges", "list of component ids")
_CONSTRAINED_PAIRS = (("domain", "concern"), ("severity_scale", "severity"), ("severity_scale", "concern"))


@dataclass(frozen=True, slots=True)
class SpaceCell:
    """Values of one field that nothing tells apart; `value` is the one that is shown."""

    value: Word
    values: frozenset[Word] = frozenset()
    low: Cut = (-inf, False)
    high: Cut = (inf, True)

    def __contains__(self, value: Word) -> bool:
        if self.values or isinstance(value, str):
            return value in self.values
        return self.low <= (value, False) < self.high


@dataclass(frozen=True)
class Space:
    """The cells of each field that a clinician gives, and the pairs of cells that no patient can have.

    Days to the event stand for the date of the event. Start and unavailable dates are left out: they shift sessions and
    decide nothing. Components in stock are not cells: see `stockable`.
    """

    catalogue: Catalogue
    cells: Mapping[str, tuple[SpaceCell, ...]]
    impossible: tuple[Pair, ...]
    stockable: tuple[str, ...]

    def place(self, field: str, value: Word) -> int:
        """The number of the cell that holds a value.

        Raises KeyError for a value outside the field.
        """
        for number, cell in enumerate(self.cells[field]):
            if value in cell:
                return number
        raise KeyError(f"{field}: {value}")

    def document(self, chosen: Mapping[str, int], stock: Iterable[str], today: date) -> dict[str, Any]:
        """A profile as a clinician would write it: the shown value of each chosen cell, in the order of the fields."""
        values = {name: self.cells[name][number].value for name, number in chosen.items()}
        if DAYS_TO_EVENT in values:
            values[EVENT] = (today + timedelta(days=int(values.pop(DAYS_TO_EVENT)))).isoformat()
        found = {name: values[name] for name in self.catalogue.fields if name in values}
        return {**found, STOCK: sorted(stock)} if stock else found

    def patients(self) -> int:
        """How many different possible patients the space tells apart; what is in stock is left out."""
        choices = {field: frozenset(range(-1, len(cells))) for field, cells in self.cells.items()}
        return _counted(choices, self.impossible)


Pair = tuple[tuple[str, int], tuple[str, int]]
Choices = Mapping[str, frozenset[int]]


def _counted(choices: Choices, impossible: Sequence[Pair]) -> int:
    """The number of ways to choose one cell a field (-1: unknown) without an impossible pair."""
    active = [pair for pair in impossible if all(cell in choices.get(field, ()) for field, cell in pair)]
    met = Counter(field for pair in active for field, _ in pair)
    free = prod(len(cells) for field, cells in choices.items() if field not in met)
    if not met:
        return free
    busiest = met.most_common(1)[0][0]
    bound = {field: cells for field, cells in choices.items() if field in met and field != busiest}
    return free * sum(_counted(_left(bound, (busiest, cell), active), active) for cell in choices[busiest])


def _left(
    choices: Mapping[str, frozenset[int]], taken: tuple[str, int], impossible: Sequence[Pair]
) -> dict[str, frozenset[int]]:
    """The cells that remain once one is taken."""
    barred = {other for pair in impossible for one, other in (pair, pair[::-1]) if one == taken}
    return {field: frozenset(cell for cell in cells if (field, cell) not in barred) for field, cells in choices.items()}


def space_of(knowledge: Knowledge, also: Iterable[Condition] = ()) -> Space:
    """The space that the conditions of the knowledge base, and further ones, tell apart."""
    catalogue = knowledge.catalogue
    by_field = _atoms_by_field([*conditions_of(knowledge), *also])
    cells = {
        field.name: _cells(field, by_field.get(field.name, ()), catalogue)
        for field in catalogue.fields.values()
        if field.type not in _WITHOUT_INFLUENCE
    }
    cells[DAYS_TO_EVENT] = _intervals(by_field.get(DAYS_TO_EVENT, ()), (1, False), (inf, True), whole=True)
    return Space(catalogue, cells, tuple(_impossible(cells, catalogue)), tuple(sorted(knowledge.components)))


def conditions_of(knowledge: Knowledge) -> Iterator[Condition]:
    """Every condition of the knowledge base that is read on a patient."""
    yield from (rule.when for rule in knowledge.rules.values())
    yield from (one.when for one in knowledge.derivations)
    yield from (one.derived_from for one in knowledge.indications.values())
    yield from (one.when for one in knowledge.washouts if one.when is not None)
    for notes in (knowledge.before, knowledge.after, knowledge.expect, knowledge.side_effects):
        yield from (one.when for one in notes)
    yield from (one.when for one in (*knowledge.disagreements, *knowledge.planning))


def _atoms_by_field(conditions: Iterable[Condition]) -> dict[str, set[Atom]]:
    found: dict[str, set[Atom]] = {}
    for condition in conditions:
        for atom in atoms(condition):
            found.setdefault(atom.field, set()).add(atom)
    return found


def _cells(field: Field, read: Iterable[Atom], catalogue: Catalogue) -> tuple[SpaceCell, ...]:
    if field.type == "string":
        return _classes(catalogue.jurisdictions, read)
    if field.choices:
        values = [value for value in field.choices if field.type != "bool3" or value != "unknown"]
        return tuple(_alone(int(value) if field.is_number else value) for value in values)
    low = (-inf if field.low is None else field.low, field.low_is_excluded)
    high = (inf if field.high is None else field.high, True)
    scales = catalogue.scales.values() if field.name == "severity" else ()
    ends = [cut for scale in scales for cut in ((scale.low, False), (scale.high, True))]
    return _intervals(read, low, high, field.type == "integer", ends)


def _alone(value: Word) -> SpaceCell:
    return SpaceCell(value, frozenset((value,)))


def _classes(values: Iterable[str], read: Iterable[Atom]) -> tuple[SpaceCell, ...]:
    """Values that stand in the same lists everywhere are one cell."""
    lists = [atom.values for atom in read if isinstance(atom, IsOneOf)]
    classes: dict[tuple[bool, ...], list[str]] = {}
    for value in values:
        classes.setdefault(tuple(value in one for one in lists), []).append(value)
    return tuple(SpaceCell(members[0], frozenset(members)) for members in classes.values())


def _intervals(
    read: Iterable[Atom], low: Cut, high: Cut, whole: bool, ends: Sequence[Cut] = ()
) -> tuple[SpaceCell, ...]:
    """A number cut just below each threshold; for whole numbers, intervals without one are dropped."""
    limits = {(atom.limit, False) for atom in read if isinstance(atom, AtLeast | Below)}
    inside = sorted(cut for cut in limits.union(ends) if low < cut < high)
    found = (_interval(one, other, whole) for one, other in pairwise([low, *inside, high]))
    return tuple(cell for cell in found if cell is not None)


def _interval(low: Cut, high: Cut, whole: bool) -> SpaceCell | None:
    shown = _whole_inside(low, high) if whole else _number_inside(low, high)
    return None if shown is None else SpaceCell(shown, frozenset(), low, high)


def _whole_inside(low: Cut, high: Cut) -> int | None:
    first = floor(low[0]) if (floor(low[0]), False) >= low else floor(low[0]) + 1
    return first if (first, False) < high else None


def _number_inside(low: Cut, high: Cut) -> float:
    if not low[1]:
        return low[0]
    return low[0] + 1 if high[0] > low[0] + 1 else (low[0] + high[0]) / 2


def _impossible(cells: Mapping[str, Sequence[SpaceCell]], catalogue: Catalogue) -> Iterator[Pair]:
    """Pairs of cells that the validation of a profile refuses, asked of the validation itself."""
    pairs = {(one.field, one.other_field) for one in catalogue.impossible}.union(_CONSTRAINED_PAIRS)
    for one, other in sorted(pairs):
        for first, second in product(range(len(cells[one])), range(len(cells[other]))):
            if _is_refused({one: cells[one][first].value, other: cells[other][second].value}, catalogue):
                yield (one, first), (other, second)


def _is_refused(values: Mapping[str, Word], catalogue: Catalogue) -> bool:
    try:
        profile_from_mapping(values, "pair", catalogue)
    except FaultsFound:
        return True
    return False
