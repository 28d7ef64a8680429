"""What is left of a condition when some facts are settled: the reading behind "is this field still needed"."""

from __future__ import annotations

from collections.abc import Collection

from formulator.conditions.evaluate import Facts, truth
from formulator.conditions.tree import All, Always, AnyOf, Condition, IsKnown, Not

ALWAYS: Condition = Always()
NEVER: Condition = Not(ALWAYS)


def remaining(condition: Condition, facts: Facts, settled: Collection[str]) -> Condition:
    """The condition without the parts that settled fields decide; `ALWAYS` or `NEVER` where they decide everything.

    `settled` names the fields of which everything is said: those with a value in `facts`, and those that will stay
    unknown. On any facts that agree with this, what is left reads as the condition does, in all three truths.
    """
    if isinstance(condition, Not):
        return _opposite(remaining(condition.part, facts, settled))
    if isinstance(condition, All):
        return _joined(All, [remaining(part, facts, settled) for part in condition.parts], ALWAYS, NEVER)
    if isinstance(condition, AnyOf):
        return _joined(AnyOf, [remaining(part, facts, settled) for part in condition.parts], NEVER, ALWAYS)
    if isinstance(condition, Always) or condition.field not in settled:
        return condition
    if isinstance(condition, IsKnown):
        return ALWAYS if truth(condition, facts) else NEVER
    value = truth(condition, facts)
    return condition if value is None else ALWAYS if value else NEVER


def _opposite(part: Condition) -> Condition:
    return part.part if isinstance(part, Not) and isinstance(part.part, Always) else Not(part)


def _joined(kind: type[All | AnyOf], parts: list[Condition], idle: Condition, decides: Condition) -> Condition:
    """Parts under "and" or "or", where `idle` says nothing and `decides` settles the whole."""
    if decides in parts:
        return decides
    left = tuple(part for part in parts if part != idle)
    return kind(left) if len(left) > 1 else left[0] if left else idle
