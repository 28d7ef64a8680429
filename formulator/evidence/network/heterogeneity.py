"""Between-study variance of contrasts by restricted maximum likelihood.

Contrasts of one study share half of tau2, as they do when every arm varies independently between studies. Each study is
whitened once so that its total variance becomes diagonal, 1 + tau2 d; every step afterwards is linear in the number of
contrasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, eigh, solve_triangular
from scipy.optimize import brentq
from scipy.stats import chi2

from formulator.evidence.network.studies import Study

Array = NDArray[np.float64]
SHARED_HETEROGENEITY = 0.5
GRID_POINTS = 80


def heterogeneity_shape(contrasts: int) -> Array:
    """Correlation of the heterogeneity of a study's contrasts: 1 on the diagonal, 1/2 beside it (Higgins 2012)."""
    return np.full((contrasts, contrasts), SHARED_HETEROGENEITY) + np.diag(np.full(contrasts, 1 - SHARED_HETEROGENEITY))


@dataclass(frozen=True, slots=True, eq=False)
class WeightedFit:
    """Weighted least squares at one tau2: coefficients, their covariance, residuals, leverage, Q."""

    coefficients: Array
    covariance: Array
    residuals: Array
    leverage: Array
    q: float
    log_determinant: float


@dataclass(frozen=True, slots=True, eq=False)
class WhitenedNetwork:
    """Effects (m), a design of full column rank (m, r) and the spread d (m): the variance of row i is 1 + tau2 d_i."""

    effects: Array
    design: Array
    spread: Array

    @property
    def degrees_of_freedom(self) -> int:
        """Contrasts minus rank."""
        return self.design.shape[0] - self.design.shape[1]

    def fit(self, tau2: float) -> WeightedFit:
        """Generalised least squares with the heterogeneity tau2 (squared unit of the effect)."""
        root = 1 / np.sqrt(1 + tau2 * self.spread)
        q, r = np.linalg.qr(root[:, None] * self.design)
        coefficients = solve_triangular(r, q.T @ (root * self.effects))
        inverse = solve_triangular(r, np.eye(r.shape[0]))
        residuals = self.effects - self.design @ coefficients
        return WeightedFit(
            coefficients,
            inverse @ inverse.T,
            residuals,
            np.sum(q**2, axis=1),
            float(np.sum((root * residuals) ** 2)),
            2 * float(np.sum(np.log(np.abs(np.diag(r))))),
        )

    def log_likelihood(self, tau2: float) -> float:
        """Restricted log-likelihood up to a constant (Harville 1977)."""
        fit = self.fit(tau2)
        return -0.5 * (float(np.sum(np.log1p(tau2 * self.spread))) + fit.log_determinant + fit.q)

    def score(self, tau2: float) -> float:
        """Derivative of the restricted log-likelihood with respect to tau2."""
        fit = self.fit(tau2)
        slope = self.spread / (1 + tau2 * self.spread)
        return -0.5 * float(np.sum(slope * (1 - fit.leverage - fit.residuals**2 / (1 + tau2 * self.spread))))


def whiten(studies: Sequence[Study], design: Array) -> WhitenedNetwork:
    """Simultaneous diagonalisation of sampling covariance and heterogeneity, study by study.

    `design` has shape (contrasts, r), its rows in the order of the studies, its columns linearly independent.
    """
    effects, rows, spreads = [], [], []
    start = 0
    for study in studies:
        size = len(study.effects)
        lower = cholesky(study.covariance, lower=True)
        half = solve_triangular(lower, heterogeneity_shape(size), lower=True)
        spread, turn = eigh(solve_triangular(lower, half.T, lower=True))
        to_white = solve_triangular(lower, turn, lower=True, trans=1).T
        effects.append(to_white @ study.effects)
        rows.append(to_white @ design[start : start + size])
        spreads.append(np.maximum(spread, 0.0))
        start += size
    return WhitenedNetwork(np.concatenate(effects), np.concatenate(rows), np.concatenate(spreads))


def restricted_tau2(network: WhitenedNetwork) -> float | None:
    """REML estimate of tau2, 0.0 at the boundary; None where no degree of freedom is left to estimate it."""
    if network.degrees_of_freedom == 0:
        return None
    grid = np.concatenate([[0.0], _grid(network)])
    scores = np.array([network.score(tau2) for tau2 in grid])
    peaks = [
        float(brentq(network.score, low, high, xtol=1e-14, rtol=1e-12))  # type: ignore[arg-type]
        for low, high, before, after in zip(grid[:-1], grid[1:], scores[:-1], scores[1:], strict=True)
        if before > 0 >= after
    ]
    if scores[0] <= 0:
        peaks.insert(0, 0.0)
    return max(peaks, key=network.log_likelihood) if peaks else float(grid[-1])


def _grid(network: WhitenedNetwork) -> Array:
    """Values of tau2, even on the log scale, from far below the sampling variances to far above any estimate."""
    sampling = 1 / np.maximum(network.spread, 1e-300)
    flat = WhitenedNetwork(network.effects, network.design, network.spread).fit(1e6 * float(sampling.max()))
    residual = float(np.mean(flat.residuals**2 * sampling)) * len(sampling) / network.degrees_of_freedom
    return np.geomspace(1e-7 * float(sampling.min()), 1e2 * (float(np.median(sampling)) + residual), GRID_POINTS)


def tau2_interval(network: WhitenedNetwork, level: float = 0.95) -> tuple[float, float] | None:
    """Q-profile confidence interval of tau2 (Viechtbauer 2007, Stat Med 26:37); None without degrees of freedom."""
    if network.degrees_of_freedom == 0:
        return None
    tail = (1 - level) / 2
    low, high = (_tau2_where_q_is(network, float(chi2.isf(p, network.degrees_of_freedom))) for p in (tail, 1 - tail))
    return low, high


def _tau2_where_q_is(network: WhitenedNetwork, target: float) -> float:
    def excess(tau2: float) -> float:
        return network.fit(tau2).q - target

    if excess(0.0) <= 0:
        return 0.0
    upper = float(_grid(network)[-1])
    while excess(upper) > 0:
        upper *= 10
    return float(brentq(excess, 0.0, upper, xtol=1e-12, rtol=1e-10))  # type: ignore[arg-type]
