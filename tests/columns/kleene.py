"""An independent reading over columns: Kleene's logic as arithmetic on raw values, without cells and bits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from formulator.conditions import All, Always, AnyOf, AtLeast, Below, Condition, IsKnown, IsOneOf, Not
from formulator.knowledge import Knowledge

FALSE, UNKNOWN, TRUE = 0, 1, 2


class Words:
    """A column of words: numbers of a list, -1 where nothing is known."""

    def __init__(self, words: tuple[Any, ...], numbers: np.ndarray) -> None:
        self.words, self.numbers = words, numbers

    @property
    def known(self) -> np.ndarray:
        return self.numbers >= 0

    def among(self, values: frozenset[Any]) -> np.ndarray:
        return np.array([*(word in values for word in self.words), False])[self.numbers]


class Numbers:
    """A column of numbers, NaN where nothing is known."""

    def __init__(self, numbers: np.ndarray) -> None:
        self.numbers = numbers

    @property
    def known(self) -> np.ndarray:
        return ~np.isnan(self.numbers)

    def among(self, values: frozenset[Any]) -> np.ndarray:
        return np.isin(self.numbers, sorted(values))


Raw = dict[str, Words | Numbers]


def truths(condition: Condition, raw: Mapping[str, Words | Numbers], count: int) -> np.ndarray:  # noqa: PLR0911
    """0 false, 1 unknown, 2 true; all is the least, any the greatest, not is 2 - x."""
    match condition:
        case Always():
            return np.full(count, TRUE, dtype=np.int8)
        case Not(part):
            return 2 - truths(part, raw, count)
        case All(parts):
            return np.minimum.reduce([truths(part, raw, count) for part in parts])
        case AnyOf(parts):
            return np.maximum.reduce([truths(part, raw, count) for part in parts])
        case IsKnown(field, expected):
            known = raw[field].known if field in raw else np.zeros(count, dtype=bool)
            return np.where(known == expected, TRUE, FALSE).astype(np.int8)
    if condition.field not in raw:
        return np.full(count, UNKNOWN, dtype=np.int8)
    column = raw[condition.field]
    match condition:
        case IsOneOf(_, values):
            held = column.among(values)
        case AtLeast(_, limit, _):
            held = column.numbers >= limit
        case Below(_, limit, _):
            held = column.numbers < limit
    return np.where(column.known, np.where(held, TRUE, FALSE), UNKNOWN).astype(np.int8)


def with_derived(raw: Raw, knowledge: Knowledge, count: int) -> Raw:
    """What follows: every derivation in the order of the file until nothing new comes, then the first indication."""
    found = dict(raw)
    changed = True
    while changed:
        changed = False
        for one in knowledge.derivations:
            before = found.get(one.field) or Words((), np.full(count, -1, dtype=np.int16))
            new = ~before.known & (truths(one.when, found, count) == TRUE)
            if new.any():
                words = before.words if one.value in before.words else (*before.words, one.value)
                found[one.field] = Words(words, np.where(new, words.index(one.value), before.numbers))
                changed = True
    number = np.full(count, -1, dtype=np.int16)
    for place, one in reversed(list(enumerate(knowledge.indications.values()))):
        number[truths(one.derived_from, found, count) == TRUE] = place
    found["indication"] = Words(tuple(knowledge.indications), number)
    return found
