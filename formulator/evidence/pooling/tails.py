"""Heterogeneity with heavy tails: studies that disagree wildly pull less, and new studies may disagree wildly too.

The heterogeneity of a study is t distributed: normal with variance tau^2 / w and w ~ Gamma(df / 2, df / 2). The w of
the studies at hand are set to their expectation by the EM algorithm of Lange, Little and Taylor 1989 (J Am Stat Assoc
84:881; in mixed models Pinheiro, Liu and Wu 2001, J Comput Graph Stat 10:249); that of a new study is integrated out.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import roots_genlaguerre

from formulator.evidence.pooling.marginal import ConditionalFit, MarginalModel, mode_of_scales
from formulator.evidence.pooling.predictive import Predictive

Array = NDArray[np.float64]
TAIL_NODES = 8
MOST_STEPS = 30
TOLERANCE = 0.01
NEGLIGIBLE = 1e-7


def tail_mixture(df: float | None) -> tuple[Array, Array]:
    """Multipliers of tau^2 and their weights whose mixture of normals is a t distribution with df degrees of freedom.

    Gauss-Laguerre nodes of the gamma distribution of the precision; None is the normal distribution itself.
    """
    if df is None:
        return np.ones(1), np.ones(1)
    nodes, weights = roots_genlaguerre(TAIL_NODES, df / 2 - 1)
    return df / 2 / nodes, weights / weights.sum()


def with_spread(model: MarginalModel, precision: Array) -> MarginalModel:
    """The model with the heterogeneity of each row (the last covariance) divided by its precision (m)."""
    root = 1 / np.sqrt(precision)
    return replace(model, covariances=(*model.covariances[:-1], model.covariances[-1] * np.outer(root, root)))


def study_precision(
    model: MarginalModel, groups: NDArray[np.int64], df: float | None, start: Array | None = None
) -> Array:
    """Expected precision multiplier w of the study of each row (m), given the data; ones where df is None."""
    precision = np.ones(len(groups)) if start is None else start
    if df is None:
        return precision
    blocks = [np.flatnonzero(groups == study) for study in np.unique(groups)]
    for _ in range(MOST_STEPS):
        updated = _expected(with_spread(model, precision), model.covariances[-1], blocks, df)
        change = float(np.max(np.abs(np.log(updated / precision))))
        precision = updated
        if change < TOLERANCE:
            break
    return precision


def _expected(spread: MarginalModel, shape: Array, blocks: list[NDArray[np.intp]], df: float) -> Array:
    """One step of the EM algorithm at the scales of highest density; `shape` is the heterogeneity at scale one."""
    scales = mode_of_scales(spread)
    fit, tau2 = spread.solve(scales), float(spread.variances(scales)[-1])
    heterogeneity = tau2 * spread.covariances[-1]
    updated = np.empty(len(shape))
    for rows in blocks:
        inverse = np.asarray(np.linalg.inv(tau2 * shape[np.ix_(rows, rows)]), dtype=np.float64)
        updated[rows] = (df + len(rows)) / (df + _squared_size(fit, heterogeneity, rows, inverse))
    return updated


def _squared_size(fit: ConditionalFit, heterogeneity: Array, rows: NDArray[np.intp], inverse: Array) -> float:
    """Expected squared distance of a study's heterogeneity from zero, in units of its covariance."""
    cross = heterogeneity[rows]
    mean = cross @ fit.weights
    covariance = heterogeneity[np.ix_(rows, rows)] - cross @ fit.projector @ cross.T
    return float(mean @ inverse @ mean + np.sum(inverse * covariance))


def mixed(means: Array, variances: Array, tau2: Array, weights: Array, df: float | None) -> Predictive:
    """Predictive of rows: nodes (n) with means and variances (n, rows), plus heterogeneity tau2 (n) with its tails."""
    kept = weights > NEGLIGIBLE
    multipliers, shares = tail_mixture(df)
    tails = tau2[kept, None] * multipliers
    spread = variances[kept, None, :] + tails[:, :, None]
    rows = means.shape[1]
    return Predictive(
        np.repeat(means[kept], len(multipliers), axis=0),
        np.sqrt(spread.reshape(-1, rows)),
        np.outer(weights[kept], shares).ravel() / weights[kept].sum(),
    )
