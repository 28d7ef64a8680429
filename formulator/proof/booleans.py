"""Truths of z3, joined with constants folded away so that formulas stay small."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, cast

import z3

Formula = z3.BoolRef
TRUE, FALSE = z3.BoolVal(True), z3.BoolVal(False)


def variable(name: str) -> Formula:
    """A free truth."""
    return cast(Formula, z3.Bool(name))


_TRUE, _FALSE = TRUE.get_id(), FALSE.get_id()
_CONTEXT = z3.main_ctx()


def either(*parts: Formula) -> Formula:
    """At least one of them."""
    kept = {one.get_id(): one for one in parts}
    kept.pop(_FALSE, None)
    if _TRUE in kept:
        return TRUE
    if len(kept) > 1:
        return _made(z3.Z3_mk_or, kept.values())
    return next(iter(kept.values()), FALSE)


def both(*parts: Formula) -> Formula:
    """All of them."""
    kept = {one.get_id(): one for one in parts}
    kept.pop(_TRUE, None)
    if _FALSE in kept:
        return FALSE
    if len(kept) > 1:
        return _made(z3.Z3_mk_and, kept.values())
    return next(iter(kept.values()), TRUE)


def negated(part: Formula) -> Formula:
    """The opposite; a double negation is taken away."""
    if part.get_id() in (_TRUE, _FALSE):
        return FALSE if part.get_id() == _TRUE else TRUE
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


def _made(make: Callable[..., Any], parts: Collection[Formula]) -> Formula:
    """A term made through z3's own C interface: its Python wrapper takes ten times as long."""
    arguments = (z3.Ast * len(parts))(*(part.as_ast() for part in parts))
    return Formula(make(_CONTEXT.ref(), len(parts), arguments), _CONTEXT)
