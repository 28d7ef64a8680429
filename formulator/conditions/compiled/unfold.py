"""A condition as an or of ands over comparisons and negated comparisons, without a change of any Kleene truth."""

from __future__ import annotations

from itertools import product
from math import prod

from formulator.conditions.tree import All, Always, AnyOf, Atom, Condition, Not

Signed = tuple[Atom, bool]
"""A comparison, and whether it is meant as it stands (True) or negated."""
Alternative = tuple[Signed, ...]

MOST_ALTERNATIVES = 1000
"""A condition that unfolds into more is refused: it is better written as several rules."""


def count_alternatives(condition: Condition, positive: bool = True) -> int:
    """How many alternatives `alternatives` would give, counted without making them."""
    if isinstance(condition, Not):
        return count_alternatives(condition.part, not positive)
    if isinstance(condition, All | AnyOf):
        counts = [count_alternatives(part, positive) for part in condition.parts]
        return prod(counts) if isinstance(condition, All) is positive else sum(counts)
    return int(positive) if isinstance(condition, Always) else 1


def alternatives(condition: Condition, positive: bool = True) -> tuple[Alternative, ...]:
    """Every alternative with its comparisons in the order of the condition; one without comparisons always holds.

    Raises ValueError for a condition with more than MOST_ALTERNATIVES.
    """
    if count_alternatives(condition, positive) > MOST_ALTERNATIVES:
        raise ValueError(f"a condition unfolds into more than {MOST_ALTERNATIVES} alternatives")
    return _unfolded(condition, positive)


def _unfolded(condition: Condition, positive: bool) -> tuple[Alternative, ...]:
    if isinstance(condition, Always):
        return ((),) if positive else ()
    if isinstance(condition, Not):
        return _unfolded(condition.part, not positive)
    if not isinstance(condition, All | AnyOf):
        return (((condition, positive),),)
    parts = [_unfolded(part, positive) for part in condition.parts]
    if isinstance(condition, All) is positive:
        return tuple(tuple(signed for part in chosen for signed in part) for chosen in product(*parts))
    return tuple(alternative for part in parts for alternative in part)
