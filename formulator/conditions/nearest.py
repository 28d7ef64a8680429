"""What must change before a condition reads otherwise: the reading behind "why not" and "what would change it".

A set of truths stands for what is wanted: `HOLDS`, `FAILS`, or one of them with unknown added.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from formulator.conditions.evaluate import Facts, Truth, truth
from formulator.conditions.tree import All, Always, AnyOf, Condition, Not

Wanted = frozenset[Truth]
Fields = frozenset[str]

HOLDS: Wanted = frozenset((True,))
FAILS: Wanted = frozenset((False,))
DOES_NOT_HOLD: Wanted = frozenset((False, None))
_OPPOSITE = {True: False, False: True, None: None}


def must_change(condition: Condition, facts: Facts, wanted: Wanted) -> Fields:
    """Fields of which at least one must change before the condition, which does not, reads as `wanted`.

    Empty: nothing that changes could bring it about. Every change that brings it about touches one of these fields, so
    a search that branches on them misses none.
    """
    if isinstance(condition, Always):
        return frozenset()
    if isinstance(condition, Not):
        return must_change(condition.part, facts, _negated(wanted))
    if not isinstance(condition, All | AnyOf):
        return frozenset((condition.field,))
    lacking = [part for part in condition.parts if truth(part, facts) not in wanted]
    sets = [must_change(part, facts, wanted) for part in lacking]
    if _every_part_counts(condition, wanted):
        return min(sets, key=lambda one: (len(one), sorted(one)))
    return frozenset().union(*sets)


def fewest_changes(condition: Condition, facts: Facts, wanted: Wanted = HOLDS) -> tuple[Fields, ...]:
    """The smallest sets of fields that would have to change together before the condition reads as `wanted`.

    One empty set where it does already; none where nothing can. Whether values exist that do it is not asked.
    """
    found = _ways(condition, facts, wanted)
    fewest = min((len(one) for one in found), default=0)
    return tuple(sorted((one for one in found if len(one) == fewest), key=sorted))


def _ways(condition: Condition, facts: Facts, wanted: Wanted) -> set[Fields]:
    if truth(condition, facts) in wanted:
        return {frozenset()}
    if isinstance(condition, Always):
        return set()
    if isinstance(condition, Not):
        return _ways(condition.part, facts, _negated(wanted))
    if not isinstance(condition, All | AnyOf):
        return {frozenset((condition.field,))}
    parts = [_ways(part, facts, wanted) for part in condition.parts]
    if _every_part_counts(condition, wanted):
        return _smallest(frozenset().union(*chosen) for chosen in product(*parts))
    return _smallest(one for ways in parts for one in ways)


def _smallest(sets: Iterable[Fields]) -> set[Fields]:
    """Those that hold no other one."""
    found: set[Fields] = set()
    for one in sorted(set(sets), key=len):
        if not any(other <= one for other in found):
            found.add(one)
    return found


def _every_part_counts(condition: All | AnyOf, wanted: Wanted) -> bool:
    """Whether every part must read as wanted: all for what must hold, any for what must not."""
    return (True in wanted) is isinstance(condition, All)


def _negated(wanted: Wanted) -> Wanted:
    return frozenset(_OPPOSITE[one] for one in wanted)
