"""Marginal likelihood of the scales of a linear mixed model, its mode, and a deterministic integral over it.

With the scales given everything is Gaussian and exact (Harville 1977, J Am Stat Assoc 72:320; for the flat prior on the
mean Rasmussen and Williams 2006, section 2.7), so only the scales need numerical work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.stats import qmc

Array = NDArray[np.float64]

LOWEST, HIGHEST = np.log(1e-4), np.log(30.0)
STARTS = (np.log(0.3), np.log(0.03))
# The nodes: scales below exp(LOWEST_NODE) units change no answer; conditional densities are raised to WIDENING, because
# marginal ones are wider, and nothing is left without any chance.
LOWEST_NODE = np.log(3e-3)
GRID_POINTS = 31
WIDENING = 0.85
FLOOR = 1e-3
JITTER = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class MarginalModel:
    """y (m), its sampling covariance (m, m), flat-prior columns (m, q) and k covariances at scale one (m, m).

    `unit` is the size of an ordinary effect; logarithms of scales are relative to it. `prior_scale` is the scale of the
    half-normal prior of every SD in that unit; None leaves the likelihood alone (REML).
    """

    effects: Array
    sampling: Array
    flat: Array
    covariances: tuple[Array, ...]
    unit: float
    prior_scale: float | None

    def total_covariance(self, log_scales: Array) -> Array:
        """Sampling, heterogeneity and prior together at these scales; shape (m, m)."""
        scales = self.variances(log_scales)
        total = self.sampling + JITTER * self.unit**2 * np.eye(len(self.effects))
        for variance, covariance in zip(scales, self.covariances, strict=True):
            total = total + variance * covariance
        return total

    def variances(self, log_scales: Array) -> Array:
        """Squared scales in the squared unit of the effects, shape (k)."""
        return np.exp(2 * log_scales) * self.unit**2

    def solve(self, log_scales: Array) -> ConditionalFit:
        """Everything that follows from given scales. Raises LinAlgError where the total covariance is singular."""
        factor = cho_factor(self.total_covariance(log_scales), lower=True)
        inverse = cho_solve(factor, np.eye(len(self.effects)))
        log_determinant = 2 * float(np.sum(np.log(np.diag(factor[0]))))
        if not self.flat.shape[1]:
            projector, mean, mean_covariance = inverse, np.zeros(0), np.zeros((0, 0))
        else:
            weighted = inverse @ self.flat
            information = self.flat.T @ weighted
            mean_covariance = np.linalg.inv(information)
            mean = mean_covariance @ (weighted.T @ self.effects)
            projector = inverse - weighted @ mean_covariance @ weighted.T
            log_determinant += float(np.linalg.slogdet(information)[1])
        weights = projector @ self.effects
        return ConditionalFit(weights, projector, mean, mean_covariance, inverse, log_determinant)

    def log_posterior(self, log_scales: Array) -> tuple[float, Array]:
        """Logarithm of the density of the log scales up to a constant, and its gradient (k)."""
        fit = self.solve(log_scales)
        gradient = np.array([_slope(fit, covariance) for covariance in self.covariances]) * self.variances(log_scales)
        if self.prior_scale is not None:
            gradient += 1 - np.exp(2 * log_scales) / self.prior_scale**2
        return self.height(fit, log_scales), gradient

    def height(self, fit: ConditionalFit, log_scales: Array) -> float:
        """Logarithm of the density of the log scales up to a constant, from the fit at these scales."""
        value = -0.5 * (fit.log_determinant + float(self.effects @ fit.weights))
        if self.prior_scale is None:
            return value
        return value + float(np.sum(log_scales - np.exp(2 * log_scales) / (2 * self.prior_scale**2)))


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalFit:
    """Solution at given scales: dual weights (m), projector (m, m), flat coefficients, inverse, log determinant."""

    weights: Array
    projector: Array
    mean: Array
    mean_covariance: Array
    inverse: Array
    log_determinant: float

    def predict(self, cross: Array, prior: Array, flat: Array, train_flat: Array) -> tuple[Array, Array]:
        """Mean (n) of new effects and their covariance (n, n), or their variances (n) where `prior` is a diagonal (n).

        `cross` (n, m) is their prior covariance with the training rows, `prior` that among themselves, `flat` (n, q)
        and `train_flat` (m, q) the columns with a flat prior.
        """
        known = cross @ self.inverse
        mean = flat @ self.mean + cross @ self.weights
        remainder = flat - known @ train_flat
        product = np.matmul if prior.ndim > 1 else _row_products
        return mean, prior - product(known, cross.T) + product(remainder @ self.mean_covariance, remainder.T)


def _row_products(first: Array, second: Array) -> Array:
    """Diagonal of a matrix product, without the rest."""
    return np.einsum("ij,ji->i", first, second)


def _slope(fit: ConditionalFit, covariance: Array) -> float:
    """Derivative of the log-likelihood with respect to a log scale, divided by the squared scale."""
    return float(fit.weights @ covariance @ fit.weights) - float(np.sum(fit.projector * covariance))


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """Log scales (n, k) and weights (n) that stand for their posterior; `effective` counts evenly weighted nodes."""

    log_scales: Array
    weights: Array

    @property
    def effective(self) -> float:
        """Kish's effective number of nodes; far below the number of nodes the integral is rough."""
        return float(1 / np.sum(self.weights**2))


def mode_of_scales(model: MarginalModel) -> Array:
    """Log scales of the highest density (REML without a prior); scales at the lower bound are zero for all purposes."""
    count = len(model.covariances)
    found = [_climb(model, np.full(count, start)) for start in STARTS]
    return max(found, key=lambda end: end[0])[1]


def _climb(model: MarginalModel, start: Array) -> tuple[float, Array]:
    def downhill(log_scales: Array) -> tuple[float, Array]:
        value, gradient = model.log_posterior(log_scales)
        return -value, -gradient

    bounds: Sequence[tuple[float, float]] = [(LOWEST, HIGHEST)] * len(start)
    end = minimize(downhill, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-12, "gtol": 1e-7})
    return -float(end.fun), np.asarray(end.x, dtype=float)


def integrate_scales(model: MarginalModel, count: int) -> Nodes:
    """Quasi-random nodes, weighted by the exact posterior density over that of the proposal.

    The proposal of each scale is its conditional density with the others at the mode, widened: it follows the long left
    tail of a scale that may be zero, which a normal around the mode misses. `count` is a power of two. The points are a
    Sobol sequence without scrambling, so the same data give the same bytes.
    """
    mode = mode_of_scales(model)
    points = qmc.Sobol(len(mode), scramble=False).random(count) + 0.5 / count
    axes = [_Axis.along(model, mode, number) for number in range(len(mode))]
    nodes = np.column_stack([axis.quantile(points[:, number]) for number, axis in enumerate(axes)])
    proposed = sum(axis.log_density(nodes[:, number]) for number, axis in enumerate(axes))
    heights = np.array([model.log_posterior(node)[0] for node in nodes]) - proposed
    weights = np.exp(heights - heights.max())
    return Nodes(nodes, weights / weights.sum())


@dataclass(frozen=True, slots=True, eq=False)
class _Axis:
    """A density on a grid, linear between its points."""

    grid: Array
    density: Array

    @classmethod
    def along(cls, model: MarginalModel, mode: Array, number: int) -> _Axis:
        """The widened conditional density of one log scale."""
        grid = np.linspace(LOWEST_NODE, HIGHEST, GRID_POINTS)
        points = np.tile(mode, (len(grid), 1))
        points[:, number] = grid
        heights = np.array([model.log_posterior(point)[0] for point in points])
        density = np.exp(WIDENING * (heights - heights.max())) + FLOOR
        return cls(grid, density / np.trapezoid(density, grid))

    @property
    def _cumulative(self) -> Array:
        steps = np.diff(self.grid) * (self.density[1:] + self.density[:-1]) / 2
        return np.concatenate([[0.0], np.cumsum(steps)])

    def quantile(self, probabilities: Array) -> Array:
        """Points with these probabilities to their left: the root of a quadratic within a step of the grid."""
        cumulative = self._cumulative
        left = np.clip(np.searchsorted(cumulative, probabilities, side="right") - 1, 0, len(self.grid) - 2)
        width, start = np.diff(self.grid)[left], self.density[left]
        slope = (self.density[left + 1] - start) / width
        rest = probabilities - cumulative[left]
        return self.grid[left] + 2 * rest / (start + np.sqrt(np.maximum(start**2 + 2 * slope * rest, 0.0)))

    def log_density(self, points: Array) -> Array:
        """Logarithm of the density."""
        return np.log(np.interp(points, self.grid, self.density))
