"""How good predictive distributions are: coverage, log score, CRPS, RMSE, and what a calibration plot needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formulator.evidence.pooling.predictive import Predictive

Array = NDArray[np.float64]
LEVELS = (0.5, 0.8, 0.95)
CURVE = (*(round(0.05 * step, 2) for step in range(1, 20)), 0.99)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """One number an effect: log score (higher better), CRPS and error in SDs, probability integral transform.

    `studies` (m) makes a study with several effects weigh as much as one with a single effect.
    """

    log_score: Array
    crps: Array
    error: Array
    pit: Array
    studies: NDArray[np.str_]

    @property
    def weights(self) -> Array:
        """Weight of each effect; those of a study sum to 1 / number of studies."""
        _, inverse, counts = np.unique(self.studies, return_inverse=True, return_counts=True)
        return 1 / counts[inverse] / len(counts)

    def covered(self, level: float) -> Array:
        """Whether each effect lies in its central interval, as 0 or 1."""
        return (np.abs(self.pit - 0.5) <= level / 2).astype(float)

    def summary(self) -> dict[str, Any]:
        """Means over effects, and over studies."""
        count = len(self.pit)
        even = np.full(count, 1 / count) if count else np.zeros(0)
        return {
            "effects": count,
            "studies": len(set(self.studies.tolist())),
            **self._means(even),
            "by_study": self._means(self.weights) if count else self._means(even),
        }

    def _means(self, weights: Array) -> dict[str, Any]:
        if not len(weights):
            return {"coverage": dict.fromkeys(map(_percent, LEVELS)), "log_score": None, "crps": None, "rmse": None}
        return {
            "coverage": {_percent(level): float(weights @ self.covered(level)) for level in LEVELS},
            "log_score": float(weights @ self.log_score),
            "crps": float(weights @ self.crps),
            "rmse": float(np.sqrt(weights @ self.error**2)),
        }

    def curve(self) -> list[dict[str, float]]:
        """Nominal and observed coverage over effects and over studies, for a calibration plot."""
        even, weights = np.full(len(self.pit), 1 / len(self.pit)), self.weights
        return [
            {
                "level": level,
                "effects": float(even @ self.covered(level)),
                "studies": float(weights @ self.covered(level)),
            }
            for level in CURVE
        ]


def _percent(level: float) -> str:
    return f"{level * 100:g}"


def scored(parts: Iterable[tuple[Predictive, Array]], studies: Sequence[str]) -> Scores:
    """Scores of predictives, each with the values that it predicted, in the order of `studies`."""
    columns: list[list[Array]] = [[], [], [], []]
    for predictive, values in parts:
        found = (
            predictive.log_density(values),
            predictive.crps(values),
            values - predictive.mean,
            predictive.cdf(values),
        )
        for column, numbers in zip(columns, found, strict=True):
            column.append(np.asarray(numbers, dtype=float))
    joined = [np.concatenate(column) if column else np.zeros(0) for column in columns]
    return Scores(joined[0], joined[1], joined[2], joined[3], np.array(studies, dtype=str))
