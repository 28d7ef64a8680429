"""Two kept consultations side by side: which inputs differ, and how the answers as they were given differ."""

from __future__ import annotations

from dataclasses import dataclass, replace

from formulator.consultations.records import Kept
from formulator.consultations.replay import Means, Replay, profile_of, replay
from formulator.explain.attribution import Input, inputs_that_differ
from formulator.explain.difference import Difference, difference
from formulator.explain.difference_lines import Names


@dataclass(frozen=True)
class KeptComparison:
    """Both answers made again, the inputs that differ, and the difference of the answers.

    Where the model of one of them is not at hand both are answered by rules alone, so that no model makes a difference.
    """

    before: Replay
    after: Replay
    inputs: tuple[Input, ...]
    difference: Difference

    @property
    def names(self) -> Names:
        """The names of what they are about, each in its own knowledge."""
        return Names(self.before.knowledge, self.after.knowledge)

    @property
    def limits(self) -> tuple[str, ...]:
        """What limits the comparison, in sentences."""
        return tuple(dict.fromkeys(one.words for one in (self.before, self.after) if one.result != "exact"))


def compare_kept(before: Kept, after: Kept, means: Means) -> KeptComparison:
    """The comparison of two kept consultations; raises FaultsFound as `replay`."""
    first, second = replay(before, means), replay(after, means)
    if not (first.with_model and second.with_model):
        alone = replace(means, model=None)
        first, second = replay(before, alone), replay(after, alone)
    catalogue = second.knowledge.catalogue
    inputs = inputs_that_differ(profile_of(before, first.knowledge), profile_of(after, second.knowledge), catalogue)
    return KeptComparison(first, second, inputs, difference(first.answer, second.answer))
