"""formulator for one patient once more, but with the statuses made from its lists as those of the other engines are."""

from __future__ import annotations

from benchmarks.peers.engines.ours_one import Lists, given
from formulator.knowledge import Knowledge

__all__ = ["given", "prepare"]


def prepare(knowledge: Knowledge) -> Lists:
    """Compile the rules."""
    return Lists(knowledge.matcher)
