"""Predictive distributions: for each row a mixture of normals, one a node of the scales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, logsumexp, ndtr, ndtri

Array = NDArray[np.float64]
BISECTIONS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Predictive:
    """Means and SDs (nodes, rows) in the unit of the effect, with the weights of the nodes (nodes)."""

    means: Array
    sds: Array
    weights: Array

    @property
    def mean(self) -> Array:
        """Mean of each row."""
        return self.weights @ self.means

    @property
    def sd(self) -> Array:
        """SD of each row, the spread of the nodes included."""
        return np.sqrt(np.maximum(self.weights @ (self.sds**2 + self.means**2) - self.mean**2, 0.0))

    def cdf(self, values: Array) -> Array:
        """Probability of at most `values` (rows)."""
        return self.weights @ ndtr(self._standardised(values))

    def above(self, threshold: float) -> Array:
        """Probability that the effect exceeds a threshold."""
        return 1 - self.cdf(np.full(self.means.shape[1], threshold))

    def log_density(self, values: Array) -> Array:
        """Logarithmic score of each value: higher is better."""
        densities = -0.5 * self._standardised(values) ** 2 - np.log(self.sds) - 0.5 * np.log(2 * np.pi)
        return np.asarray(logsumexp(densities + np.log(self.weights)[:, None], axis=0))

    def quantile(self, probability: float) -> Array:
        """Value below which an effect lies with the given probability, by bisection to the last bits."""
        z = float(ndtri(probability))
        ends = self.means + z * self.sds
        low, high = ends.min(axis=0), ends.max(axis=0)
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            below = self.cdf(middle) < probability
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return (low + high) / 2

    def interval(self, level: float) -> tuple[Array, Array]:
        """Central interval with the given probability."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def crps(self, values: Array) -> Array:
        """Continuous ranked probability score: lower is better (Grimit et al. 2006, Q J R Meteorol Soc 132:2925)."""
        to_value = self.weights @ _absolute_normal(values - self.means, self.sds)
        gaps = self.means[:, None, :] - self.means[None, :, :]
        spreads = np.sqrt(self.sds[:, None, :] ** 2 + self.sds[None, :, :] ** 2)
        among = np.einsum("i,j,ijr->r", self.weights, self.weights, _absolute_normal(gaps, spreads))
        return to_value - among / 2

    def _standardised(self, values: Array) -> Array:
        return (np.asarray(values) - self.means) / self.sds


def _absolute_normal(mean: Array, sd: Array) -> Array:
    """Expected absolute value of a normal variable."""
    z = mean / sd
    return mean * (2 * np.exp(log_ndtr(z)) - 1) + 2 * sd * np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
