"""The values of one field cut where conditions cut it: inside a cell every condition reads the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from formulator.conditions.tree import AtLeast, Atom, Below, Condition, IsOneOf, atoms


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer to a question: a representative value; for numbers the interval, low included, high not."""

    value: str | int | float
    low: float | None = None
    high: float | None = None

    @property
    def words(self) -> str:
        """What the answer is called."""
        return _words(self.value, self.low, self.high)

    def joined(self, following: Cell) -> Cell:
        """This cell and the next one taken together; both are intervals of one number."""
        return Cell(self.value, self.low, following.high)


@lru_cache(maxsize=4096, typed=True)
def _words(value: str | int | float, low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "any value" if isinstance(value, float) else str(value)
    if low is None:
        return f"below {high:g}"
    return f"{low:g} or more" if high is None else f"{low:g} to below {high:g}"


def is_more(cell: Cell, now: object) -> bool:
    """Whether every number of the cell lies above a known one."""
    return isinstance(now, int | float) and cell.low is not None and cell.low > now


def cells_of(conditions: Iterable[Condition], field: str) -> tuple[Cell, ...]:
    """The cells of a field as these conditions tell them apart; numbers are cut at their thresholds."""
    limits: set[float] = set()
    values: set[str | int] = set()
    for condition in conditions:
        for atom in atoms(condition):
            if isinstance(atom, AtLeast | Below) and atom.field == field:
                limits.add(atom.limit)
            elif isinstance(atom, IsOneOf) and atom.field == field:
                values |= atom.values
    if values & {"yes", "no"}:
        values |= {"yes", "no"}
    return _number_cells(sorted(limits)) if limits else tuple(Cell(value) for value in sorted(values, key=_yes_first))


def _yes_first(value: str | int) -> tuple[bool, str]:
    return value != "yes", str(value)


def _number_cells(limits: list[float]) -> tuple[Cell, ...]:
    if not limits:
        return ()
    first = Cell(_just_below(limits[0]), None, limits[0])
    return (first, *(Cell(low, low, high) for low, high in pairwise(limits)), Cell(limits[-1], limits[-1], None))


def _just_below(limit: float) -> float:
    return max(0.0, limit - min(1.0, limit / 2))


def absent_words(condition: Condition, field: str) -> str:
    """What is taken for granted about a field while the condition is assumed not to hold."""
    words = [_opposite(atom) for atom in atoms(condition) if atom.field == field]
    return " and ".join(dict.fromkeys(words))


def _opposite(atom: Atom) -> str:
    if isinstance(atom, AtLeast):
        return f"below {atom.limit:g}"
    if isinstance(atom, Below):
        return f"at least {atom.limit:g}"
    if isinstance(atom, IsOneOf) and atom.values == {"yes"}:
        return "no"
    if isinstance(atom, IsOneOf) and atom.values == {"no"}:
        return "yes"
    values = " or ".join(sorted(str(value) for value in atom.values)) if isinstance(atom, IsOneOf) else "known"
    return f"not {values}"
