"""A mixture of normals around one mean, in plain Python: quantiles and probabilities at run time."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, sqrt

_STEPS = 60


class NormalMixture:
    """Normals with one mean (unit of the effect) and several variances with their weights."""

    def __init__(self, mean: float, parts: Sequence[tuple[float, float]]) -> None:
        """`parts` are (variance, weight); weights need not sum to one."""
        self.mean = mean
        total = sum(weight for _, weight in parts)
        self._parts = [(sqrt(variance), weight / total) for variance, weight in parts]

    def above(self, threshold: float) -> float:
        """Probability of a value above a threshold."""
        return sum(w * 0.5 * erfc((threshold - self.mean) / (sd * sqrt(2))) for sd, w in self._parts)

    def interval(self, level: float) -> tuple[float, float]:
        """Central interval with the given probability; symmetric, since every part has the same mean."""
        tail = (1 - level) / 2
        low, high = self.mean, self.mean + 40 * max(sd for sd, _ in self._parts)
        for _ in range(_STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.above(middle) > tail else (low, middle)
        return 2 * self.mean - low, low
