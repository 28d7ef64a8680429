"""formulator for one patient: the compiled matcher that the engine itself uses (field masks, plain Python).

Both lists of ids are made, as the other engines make them; statuses then come from the same function as theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.peers.grown import grown
from formulator.knowledge import Knowledge, load_knowledge
from formulator.knowledge.matching import RuleMatcher


def given(rules: Mapping[str, Any]) -> Knowledge:
    """The knowledge base: reading it from its files is not part of what is compared."""
    return grown(load_knowledge(), rules["times"])


def prepare(knowledge: Knowledge) -> Ours:
    """Compile the rules."""
    return Ours(knowledge.matcher)


class Ours:
    """The matcher."""

    def __init__(self, matcher: RuleMatcher) -> None:
        self.matcher, self.names = matcher, [rule.id for rule in matcher.rules]

    def one(self, facts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """Rules that hold, rules that are open."""
        match, names, positions = self.matcher.match(facts), self.names, self.matcher.masks.positions
        return [names[at] for at in positions(match.certain)], [names[at] for at in positions(match.open)]
