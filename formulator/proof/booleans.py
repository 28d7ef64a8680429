"""Truths of z3, joined with constants folded away so that formulas stay small."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import cast

import z3

Formula = z3.BoolRef
TRUE, FALSE = z3.BoolVal(True), z3.BoolVal(False)
_Test = Callable[[object], bool]


def variable(name: str) -> Formula:
    """A free truth."""
    return cast(Formula, z3.Bool(name))


def either(*parts: Formula) -> Formula:
    """At least one of them."""
    return _joined(parts, z3.is_false, z3.is_true, TRUE, z3.Or, FALSE)


def both(*parts: Formula) -> Formula:
    """All of them."""
    return _joined(parts, z3.is_true, z3.is_false, FALSE, z3.And, TRUE)


def negated(part: Formula) -> Formula:
    """The opposite; a double negation is taken away."""
    if z3.is_true(part) or z3.is_false(part):
        return FALSE if z3.is_true(part) else TRUE
    return cast(Formula, part.arg(0) if z3.is_not(part) else z3.Not(part))


def choice(when: Formula, then: Formula, otherwise: Formula) -> Formula:
    """One or the other."""
    if then.eq(otherwise):
        return then
    return either(both(when, then), both(negated(when), otherwise))


def first_of(cases: Iterable[Formula]) -> tuple[Formula, ...]:
    """Each case where none before it holds."""
    found: list[Formula] = []
    before: list[Formula] = []
    for case in cases:
        found.append(both(case, negated(either(*before))))
        before.append(case)
    return tuple(found)


def _joined(
    parts: Sequence[Formula], drop: _Test, decide: _Test, decided: Formula, join: Callable[..., object], empty: Formula
) -> Formula:
    kept = {one.get_id(): one for one in parts if not drop(one)}
    if any(decide(one) for one in kept.values()):
        return decided
    if len(kept) > 1:
        return cast(Formula, join(*kept.values()))
    return next(iter(kept.values()), empty)
