"""formulator for one patient: the compiled matcher that the engine itself uses (field masks, plain Python).

Both lists of ids are made, as the other engines make them; the statuses come from the engine's own sets of rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.peers.grown import grown
from formulator.engine.rule_sets import RuleSets, rule_sets
from formulator.engine.standing import in_lanes, status_of_marks
from formulator.knowledge import Knowledge, load_knowledge
from formulator.knowledge.matching import RuleMatcher


def given(rules: Mapping[str, Any]) -> Knowledge:
    """The knowledge base: reading it from its files is not part of what is compared."""
    return grown(load_knowledge(), rules["times"])


def prepare(knowledge: Knowledge) -> Ours:
    """Compile the rules."""
    return Ours(rule_sets(knowledge))


class Lists:
    """The matcher."""

    def __init__(self, matcher: RuleMatcher) -> None:
        self.matcher, self.listed = matcher, matcher.names.of

    def one(self, facts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """Rules that hold, rules that are open."""
        match = self.matcher.match(facts)
        return self.listed(match.certain), self.listed(match.open)


class Ours(Lists):
    """The same with the sets of its rules."""

    def __init__(self, sets: RuleSets) -> None:
        super().__init__(sets.knowledge.matcher)
        self.sets = sets

    def with_statuses(self, facts: Mapping[str, Any]) -> tuple[list[str], list[str], list[str]]:
        """The same, and the status of every component."""
        match = self.matcher.match(facts)
        marks = self.sets.said_while(match.certain) | self.sets.blocked_while(match.open)
        statuses = list(map(status_of_marks, in_lanes(marks, self.sets.knowledge)))
        return self.listed(match.certain), self.listed(match.open), statuses
