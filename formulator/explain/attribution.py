"""Which input caused which difference: found by asking the engine again, never guessed.

A change between the answers for A and B is attributed to the smallest sets of differing inputs that, applied alone to
A, already bring it about in the same way: the difference between A and A with these inputs of B holds an equal change.
Single inputs are tried first, then pairs, then triples; all sets of the smallest size that bring it about are named. A
combination that no patient can have is skipped. A size is searched as a whole or not at all: not where it would take
more than MOST_SETS combinations, or more than MOST_RUNS answers together with the smaller ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

from formulator.engine.answer import Recommendation
from formulator.explain.difference import Change, Difference, difference
from formulator.faults import FaultsFound
from formulator.profile import Catalogue, Profile, profile_from_mapping
from formulator.profile.fields import UNKNOWN

LARGEST_SET = 3
MOST_SETS = 5000
MOST_RUNS = 300

Answerer = Callable[[Profile], Recommendation]
Fields = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """A field that was given differently, in stored units; None: not given, `unknown`: asked, but not known."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Attribution:
    """A difference with its causes: for each change the smallest sets of fields, none where none was found.

    A change without a cause needs more inputs together than `searched`, the size up to which every set was tried.
    """

    inputs: tuple[Input, ...]
    difference: Difference
    causes: tuple[tuple[Fields, ...], ...]
    searched: int


def inputs_that_differ(before: Profile, after: Profile, catalogue: Catalogue) -> tuple[Input, ...]:
    """The given fields on which two profiles differ, in the order of the catalogue; unknown counts as a value."""
    pairs = ((name, _given(before, name), _given(after, name)) for name in catalogue.fields)
    return tuple(Input(name, old, new) for name, old, new in pairs if old != new)


def _given(profile: Profile, name: str) -> Any:
    return UNKNOWN if name in profile.asked_unknown else profile.get(name)


def with_inputs(profile: Profile, inputs: Mapping[str, Any], catalogue: Catalogue) -> Profile:
    """The profile with some fields given anew, as plain values; None takes the field out.

    Raises FaultsFound where no patient can have this combination.
    """
    plain = {name: value for name, value in {**profile.plain(), **inputs}.items() if value is not None}
    return profile_from_mapping(plain, "profile", catalogue)


def attribute(before: Profile, after: Profile, catalogue: Catalogue, answer: Answerer) -> Attribution:
    """The difference between the answers for two profiles, each change with the inputs that cause it.

    `answer` is the engine with its knowledge, day, model and preferences. Raises what it raises for either profile.
    """
    inputs = inputs_that_differ(before, after, catalogue)
    found = difference(answer(before), answer(after))
    search = _Search(before, after, tuple(one.field for one in inputs), catalogue, answer, found)
    searched = search.run()
    return Attribution(inputs, found, tuple(tuple(sets) for sets in search.causes), searched)


class _Search:
    """The search for one pair of profiles: what is explained already, and how many answers that took."""

    def __init__(  # noqa: PLR0913 - the two sides, what differs, and the engine
        self,
        before: Profile,
        after: Profile,
        fields: Fields,
        catalogue: Catalogue,
        answer: Answerer,
        found: Difference,
    ) -> None:
        self.before, self.fields, self.catalogue, self.answer, self.found = before, fields, catalogue, answer, found
        self.wanted = after.plain()
        self.causes: list[list[Fields]] = [[] for _ in found.changes]
        self.runs = 0

    def run(self) -> int:
        """Search size by size until everything is explained; the largest size that was searched."""
        for size in range(1, LARGEST_SET + 1):
            unexplained = [place for place, sets in enumerate(self.causes) if not sets]
            if not unexplained or size > len(self.fields):
                return LARGEST_SET
            if size == len(self.fields):
                self._note(self.fields, self.found, unexplained)
                return LARGEST_SET
            if not self._search(size, unexplained):
                return size - 1
        return LARGEST_SET

    def _search(self, size: int, unexplained: Sequence[int]) -> bool:
        """Try every set of a size; false where that would take too long."""
        if comb(len(self.fields), size) > MOST_SETS:
            return False
        mixed = [(fields, self._mixed(fields)) for fields in combinations(self.fields, size)]
        possible = [(fields, profile) for fields, profile in mixed if profile is not None]
        if self.runs + len(possible) > MOST_RUNS:
            return False
        self.runs += len(possible)
        for fields, profile in possible:
            answer = self._answer(profile)
            if answer is not None:
                self._note(fields, difference(self.found.before, answer), unexplained)
        return True

    def _mixed(self, fields: Fields) -> Profile | None:
        try:
            return with_inputs(self.before, {name: self.wanted.get(name) for name in fields}, self.catalogue)
        except FaultsFound:
            return None

    def _answer(self, profile: Profile) -> Recommendation | None:
        """The answer for a mixed profile; none where its dates do not fit the day."""
        try:
            return self.answer(profile)
        except FaultsFound:
            return None

    def _note(self, fields: Fields, brings: Difference, unexplained: Iterable[int]) -> None:
        by_name: dict[tuple[str, str, str], list[Change]] = {}
        for one in brings.changes:
            by_name.setdefault((one.part, one.subject, one.key), []).append(one)
        for place in unexplained:
            change = self.found.changes[place]
            if change in by_name.get((change.part, change.subject, change.key), ()):
                self.causes[place].append(fields)
