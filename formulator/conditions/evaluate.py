"""Reading a condition on one patient, in Kleene's three-valued logic: True, False, or None for unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from formulator.conditions.tree import All, Always, AnyOf, AtLeast, Below, Condition, IsKnown, IsOneOf, Not

Facts = Mapping[str, Any]
Truth = bool | None


def truth(condition: Condition, facts: Facts) -> Truth:
    """Kleene truth of a condition; `facts` maps known fields to values, absent means unknown."""
    return _TRUTH[type(condition)](condition, facts)


def carried_by(condition: Condition, facts: Facts, value: Truth) -> tuple[str, ...]:
    """The fields that make a condition have the truth `value`, which it has.

    Where it is True or False they settle it; where it is None their answers could still settle it.
    """
    found: dict[str, None] = {}
    _gather(condition, facts, value, found)
    return tuple(found)


def _gather(condition: Condition, facts: Facts, wanted: Truth, found: dict[str, None]) -> None:
    """Collect the fields of the parts that have the wanted truth: they are what carries it."""
    if isinstance(condition, Not):
        _gather(condition.part, facts, None if wanted is None else not wanted, found)
    elif isinstance(condition, All | AnyOf):
        for part in condition.parts:
            if truth(part, facts) is wanted:
                _gather(part, facts, wanted, found)
    elif not isinstance(condition, Always):
        found[condition.field] = None


def _always(_: Always, __: Facts) -> Truth:
    return True


def _is_one_of(atom: IsOneOf, facts: Facts) -> Truth:
    value = facts.get(atom.field)
    return None if value is None else value in atom.values


def _at_least(atom: AtLeast, facts: Facts) -> Truth:
    value = facts.get(atom.field)
    return None if value is None else value >= atom.limit


def _below(atom: Below, facts: Facts) -> Truth:
    value = facts.get(atom.field)
    return None if value is None else value < atom.limit


def _is_known(atom: IsKnown, facts: Facts) -> Truth:
    return (atom.field in facts) is atom.expected


def _all(node: All, facts: Facts) -> Truth:
    result: Truth = True
    for part in node.parts:
        value = _TRUTH[type(part)](part, facts)
        if value is False:
            return False
        if value is None:
            result = None
    return result


def _any(node: AnyOf, facts: Facts) -> Truth:
    result: Truth = False
    for part in node.parts:
        value = _TRUTH[type(part)](part, facts)
        if value is True:
            return True
        if value is None:
            result = None
    return result


def _not(node: Not, facts: Facts) -> Truth:
    value = _TRUTH[type(node.part)](node.part, facts)
    return None if value is None else not value


_TRUTH: dict[type, Callable[[Any, Facts], Truth]] = {
    Always: _always,
    IsOneOf: _is_one_of,
    AtLeast: _at_least,
    Below: _below,
    IsKnown: _is_known,
    All: _all,
    AnyOf: _any,
    Not: _not,
}
