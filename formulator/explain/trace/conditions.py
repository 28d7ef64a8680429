"""A condition as it read on this patient: every comparison with its value, and what carries the truth of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from formulator.conditions import All, Always, AnyOf, AtLeast, Below, Condition, Not, say, truth
from formulator.conditions.evaluate import Truth
from formulator.conditions.tree import Atom
from formulator.explain.trace.tree import Trace

if TYPE_CHECKING:
    from formulator.explain.trace.reading import Reading

HOLDS: dict[Truth, str] = {True: "holds", False: "does not hold", None: "not known"}
_EVERYBODY = Trace("condition", "Holds for everybody", HOLDS[True])
_GROUPS = {All: "All of these", AnyOf: "At least one of these", Not: "Not"}


def condition_trace(condition: Condition, value: Truth, reading: Reading, decisive: bool = True) -> Trace:
    """The tree of a condition that has the truth `value`; parts that do not carry it are not decisive.

    The same parts carry it as in `conditions.carried_by`: those of a group that have its truth.
    """
    if isinstance(condition, Always):
        return _EVERYBODY
    if isinstance(condition, Not):
        inner = condition_trace(condition.part, None if value is None else not value, reading)
        return Trace("condition", _GROUPS[Not], HOLDS[value], children=(inner,), decisive=decisive)
    if isinstance(condition, All | AnyOf):
        parts = [(part, truth(part, reading.facts)) for part in condition.parts]
        children = tuple(condition_trace(part, one, reading, one is value) for part, one in parts)
        return Trace("condition", _GROUPS[type(condition)], HOLDS[value], children=children, decisive=decisive)
    return _atom(condition, value, reading, decisive)


def _atom(atom: Atom, value: Truth, reading: Reading, decisive: bool) -> Trace:
    fact = reading.fact(atom.field)
    limits = (reading.threshold(atom.threshold),) if isinstance(atom, AtLeast | Below) else ()
    words = say(atom, reading.label, reading.value)
    return Trace("condition", words, HOLDS[value], children=(fact, *limits), decisive=decisive, about=atom.field)
