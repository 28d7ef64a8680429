"""The nodes of a condition. Immutable, closed: nothing else can be said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Always:
    """True for everybody."""


@dataclass(frozen=True, slots=True)
class IsOneOf:
    """The field has one of these values."""

    field: str
    values: frozenset[str | int]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The number is the threshold or more."""

    field: str
    limit: float
    threshold: str


@dataclass(frozen=True, slots=True)
class Below:
    """The number is less than the threshold."""

    field: str
    limit: float
    threshold: str


@dataclass(frozen=True, slots=True)
class IsKnown:
    """The field was given (expected) or was not (not expected). Never unknown itself."""

    field: str
    expected: bool


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Atom = IsOneOf | AtLeast | Below | IsKnown
Condition = Always | IsOneOf | AtLeast | Below | IsKnown | All | AnyOf | Not


def atoms(condition: Condition) -> tuple[Atom, ...]:
    """Every comparison in the tree, from left to right."""
    if isinstance(condition, All | AnyOf):
        return tuple(atom for part in condition.parts for atom in atoms(part))
    if isinstance(condition, Not):
        return atoms(condition.part)
    return () if isinstance(condition, Always) else (condition,)


def fields_read(condition: Condition) -> frozenset[str]:
    """The names of the fields that can influence the condition."""
    return frozenset(atom.field for atom in atoms(condition))


def thresholds_read(condition: Condition) -> frozenset[str]:
    """The ids of the thresholds that the condition compares with."""
    return frozenset(atom.threshold for atom in atoms(condition) if isinstance(atom, AtLeast | Below))


def with_limit(condition: Condition, threshold: str, limit: float) -> Condition:
    """The same condition with another number for one threshold; the same object where it reads none of it."""
    if threshold not in thresholds_read(condition):
        return condition
    return with_limits(condition, lambda one: limit if one.threshold == threshold else one.limit)


def with_limits(condition: Condition, limit: Callable[[AtLeast | Below], float]) -> Condition:
    """The condition with every comparison at another number, which `limit` gives."""
    if isinstance(condition, All | AnyOf):
        return type(condition)(tuple(with_limits(part, limit) for part in condition.parts))
    if isinstance(condition, Not):
        return Not(with_limits(condition.part, limit))
    return replace(condition, limit=limit(condition)) if isinstance(condition, AtLeast | Below) else condition
