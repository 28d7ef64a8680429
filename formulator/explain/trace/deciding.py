"""Which of the arguments about a component decide its status, found by asking the engine's own ladder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations

from formulator.engine.standing import NOTHING_SAID, Standing, status_of

BLOCKED: Standing = -1
"""Stands for an open question that blocks, beside the marks of rules."""
Marks = frozenset[Standing]


@lru_cache(maxsize=4096)
def deciding(said: Marks) -> Marks:
    """The marks that belong to a smallest reason for the status.

    A reason is a set of marks that gives this status whatever becomes of the others; a mark decides if some reason
    would be none without it. `said` holds what each argument says (engine.standing.said_by), and BLOCKED.
    """
    reasons: list[Marks] = []
    for size in range(len(said) + 1):
        for chosen in map(frozenset, combinations(sorted(said), size)):
            if not any(one <= chosen for one in reasons) and _suffices(chosen, said):
                reasons.append(chosen)
    return frozenset().union(*reasons)


def status_by(marks: Iterable[Standing]) -> str:
    """The status that a set of marks gives."""
    standing, blocked = NOTHING_SAID, False
    for one in marks:
        if one == BLOCKED:
            blocked = True
        else:
            standing |= one
    return status_of(standing, blocked)


def _suffices(chosen: Marks, said: Marks) -> bool:
    wanted = status_by(said)
    return all(status_by(chosen | others) == wanted for others in _subsets(said - chosen))


def _subsets(marks: Marks) -> Iterator[Marks]:
    ordered = sorted(marks)
    for size in range(len(ordered) + 1):
        yield from map(frozenset, combinations(ordered, size))
