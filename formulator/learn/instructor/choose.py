"""Which cases a session could be made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from formulator.learn.cases import Case, Casebook
from formulator.proof.expectations import listed


@dataclass(frozen=True, slots=True)
class Wish:
    """What the cases should have; empty where it does not matter. Every part that is given must be met."""

    indications: frozenset[str] = frozenset()
    difficulties: frozenset[int] = frozenset()
    decisions: frozenset[str] = frozenset()
    lessons: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()


def fitting(book: Casebook, wish: Wish, skills_of: Callable[[Case], Iterable[str]] | None = None) -> list[Case]:
    """The cases that meet a wish, the easiest first; `skills_of` is asked last, and only where skills are wished."""
    met = (one for one in book.cases.values() if _meets(one, wish))
    if skills_of and wish.skills:
        met = (one for one in met if _overlap(skills_of(one), wish.skills))
    return sorted(met, key=lambda one: (one.difficulty, one.folder, one.id))


def _meets(case: Case, wish: Wish) -> bool:
    return (
        _overlap(expected(case, "indication"), wish.indications)
        and _overlap((case.difficulty,), wish.difficulties)
        and _overlap(expected(case, "decision"), wish.decisions)
        and _overlap(case.lessons, wish.lessons)
    )


def _overlap(of_case: Iterable[object], wanted: frozenset[Any]) -> bool:
    return not wanted or not wanted.isdisjoint(of_case)


def expected(case: Case, key: str) -> tuple[str, ...]:
    """What the case expects under a key, one value or several; empty where it says nothing."""
    return tuple(map(str, listed(case.expect[key]))) if key in case.expect else ()
