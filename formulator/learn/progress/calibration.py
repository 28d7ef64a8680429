"""The trainee's own certainty against being right about the decision."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from formulator.learn.diagnosis.words import counted
from formulator.learn.progress.records import AttemptRecord
from formulator.learn.progress.shares import Share
from formulator.learn.progress.skills import of_known_cases

EDGES = (0, 20, 40, 60, 80, 100)
"""Percent; each step holds its lower edge, the last one both."""
FEWEST_DECISIONS = 10
_BEYOND_CHANCE = 1.96


@dataclass(frozen=True, slots=True)
class Step:
    """Decisions about which the trainee was sure from `low` to `high` percent; `sure` is the mean, None where none."""

    low: int
    high: int
    share: Share
    sure: float | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """Certainty against being right. `brier` is the mean squared distance (0 is best; always saying 50 % gives 0.25).

    `excess` is the mean certainty less the share right, in percent: positive is more sure than right. `beyond_chance`
    says whether it is further from zero than it would be by chance in 95 of 100 if the certainties held.
    """

    count: int
    steps: tuple[Step, ...]
    brier: float | None = None
    sure: float | None = None
    right: float | None = None
    beyond_chance: bool = False

    @property
    def excess(self) -> float | None:
        """Percentage points of certainty above the share right."""
        return None if self.sure is None or self.right is None else self.sure - self.right

    @property
    def words(self) -> str:
        """What the numbers carry, as a sentence."""
        if self.sure is None or self.right is None:
            return "No decision yet. After each case this shows how sure you were, and how often you were right."
        decisions = counted(self.count, "decision")
        said = f"On average you were {self.sure:.0f} % sure and right in {self.right:.0f} % of {decisions}"
        return f"{said}: {self._verdict}."

    @property
    def _verdict(self) -> str:
        if self.count < FEWEST_DECISIONS:
            return "too few to say"
        if not self.beyond_chance:
            return "the difference may be chance"
        return "more sure than right" if (self.excess or 0) > 0 else "less sure than you could be"


def calibration_of(history: Iterable[AttemptRecord], cases: Container[str] | None = None) -> Calibration:
    """The calibration of all decided attempts; attempts at other than these cases are left out."""
    said = [
        (one.sure, one.decision_right)
        for one in of_known_cases(history, cases)
        if one.sure is not None and one.decision_right is not None
    ]
    steps = tuple(_step(low, high, said) for low, high in pairwise(EDGES))
    if not said:
        return Calibration(0, steps)
    count = len(said)
    return Calibration(
        count=count,
        steps=steps,
        brier=sum((sure / 100 - right) ** 2 for sure, right in said) / count,
        sure=sum(sure for sure, _ in said) / count,
        right=100 * sum(right for _, right in said) / count,
        beyond_chance=_beyond_chance(said),
    )


def _step(low: int, high: int, said: list[tuple[int, bool]]) -> Step:
    inside = [(sure, right) for sure, right in said if low <= sure < high or sure == high == EDGES[-1]]
    right = sum(right for _, right in inside)
    sure = sum(sure for sure, _ in inside) / len(inside) if inside else None
    return Step(low, high, Share(right, len(inside) - right), sure)


def _beyond_chance(said: list[tuple[int, bool]]) -> bool:
    """If each decision were right with the certainty that was given, the number right would vary by this much."""
    chances = [sure / 100 for sure, _ in said]
    surplus = sum(chances) - sum(right for _, right in said)
    return abs(surplus) > _BEYOND_CHANCE * sqrt(sum(one * (1 - one) for one in chances)) + 1e-9
