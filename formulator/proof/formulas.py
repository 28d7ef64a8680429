"""A condition as a pair of formulas: when it is certainly true and when certainly false; otherwise it is unknown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from formulator.conditions import All, Always, AnyOf, AtLeast, Below, Condition, IsKnown, IsOneOf, Not, truth
from formulator.conditions.evaluate import Truth
from formulator.proof.booleans import FALSE, TRUE, Formula, both, either, negated
from formulator.proof.variables import Facts


@dataclass(frozen=True, slots=True)
class Kleene:
    """Three values as two formulas that never hold together."""

    true: Formula
    false: Formula

    @property
    def unknown(self) -> Formula:
        """When the condition hangs on something unknown."""
        return negated(either(self.true, self.false))

    def is_(self, value: Truth) -> Formula:
        """When the condition has this truth."""
        return self.unknown if value is None else self.true if value else self.false


def kleene(condition: Condition, variables: Facts) -> Kleene:
    """The readings of a condition over the facts of a patient; a field that can have no value is unknown."""
    return _READ[type(condition)](condition, variables)


def carries_an_unknown(condition: Condition, value: Truth, variables: Facts) -> Formula:
    """When the condition has this truth and an unknown field is among those that carry it (`carried_by`).

    For True and False these are the comparisons that notice that something is not known.
    """
    return either(*carriers(condition, value, variables).values())


def carriers(condition: Condition, value: Truth, variables: Facts) -> dict[str, Formula]:
    """For each unknown field that may carry this truth of the condition, when it does."""
    found: dict[str, list[Formula]] = {}
    _gather(condition, value, kleene(condition, variables).is_(value), variables, found)
    return {field: either(*parts) for field, parts in found.items()}


def _gather(
    condition: Condition, wanted: Truth, reached: Formula, variables: Facts, found: dict[str, list[Formula]]
) -> None:
    """The same walk as `carried_by`, with the formula that says when it comes this far."""
    if isinstance(condition, Not):
        _gather(condition.part, None if wanted is None else not wanted, reached, variables, found)
    elif isinstance(condition, All | AnyOf):
        for part in condition.parts:
            _gather(part, wanted, both(reached, kleene(part, variables).is_(wanted)), variables, found)
    elif not isinstance(condition, Always):
        unknown = negated(variables.field(condition.field).known)
        found.setdefault(condition.field, []).append(both(reached, unknown))


def _always(_: Always, __: Facts) -> Kleene:
    return Kleene(TRUE, FALSE)


def _compared(atom: IsOneOf | AtLeast | Below, variables: Facts) -> Kleene:
    """Each value is read by the engine's own comparison."""
    true, false = [], []
    for value, has in variables.field(atom.field).values:
        (true if truth(atom, {atom.field: value}) else false).append(has)
    return Kleene(either(*true), either(*false))


def _is_known(atom: IsKnown, variables: Facts) -> Kleene:
    known = variables.field(atom.field).known
    return Kleene(known, negated(known)) if atom.expected else Kleene(negated(known), known)


def _all(node: All, variables: Facts) -> Kleene:
    parts = [kleene(part, variables) for part in node.parts]
    return Kleene(both(*(one.true for one in parts)), either(*(one.false for one in parts)))


def _any(node: AnyOf, variables: Facts) -> Kleene:
    parts = [kleene(part, variables) for part in node.parts]
    return Kleene(either(*(one.true for one in parts)), both(*(one.false for one in parts)))


def _not(node: Not, variables: Facts) -> Kleene:
    part = kleene(node.part, variables)
    return Kleene(part.false, part.true)


_READ: dict[type, Callable[[Any, Facts], Kleene]] = {
    Always: _always,
    IsOneOf: _compared,
    AtLeast: _compared,
    Below: _compared,
    IsKnown: _is_known,
    All: _all,
    AnyOf: _any,
    Not: _not,
}
