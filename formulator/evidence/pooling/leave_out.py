"""Each study predicted from all the others: the honest test of a model.

The nodes of the scales stay where they are; their weights, the precision of the other studies and everything else are
worked out again without the study, so that nothing of it is left in its own prediction but where the nodes lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formulator.evidence.pooling.marginal import MarginalModel, Nodes
from formulator.evidence.pooling.predictive import Predictive
from formulator.evidence.pooling.tails import mixed, study_precision, with_spread

Array = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Rows of one study and what the others predict for what it printed (its sampling error included)."""

    rows: Indices
    predictive: Predictive


def leave_one_out(
    model: MarginalModel, nodes: Nodes, groups: NDArray[np.int64], precision: Array, df: float | None
) -> Iterator[Fold]:
    """A fold for every study of `groups` (m).

    `model` has the plain heterogeneity as its last covariance, `precision` (m) is that of the full fit and the start.
    """
    heights = _heights(with_spread(model, precision), nodes)
    for study in np.unique(groups):
        rows, others = np.flatnonzero(groups == study), np.flatnonzero(groups != study)
        yield Fold(rows, _without(model, nodes, heights, groups, precision, df, rows, others))


def _heights(model: MarginalModel, nodes: Nodes) -> Array:
    return np.array([model.log_posterior(node)[0] for node in nodes.log_scales])


def _subset(model: MarginalModel, rows: Indices) -> MarginalModel:
    square = np.ix_(rows, rows)
    return replace(
        model,
        effects=model.effects[rows],
        sampling=model.sampling[square],
        flat=model.flat[rows],
        covariances=tuple(covariance[square] for covariance in model.covariances),
    )


def _without(  # noqa: PLR0913
    model: MarginalModel,
    nodes: Nodes,
    heights: Array,
    groups: NDArray[np.int64],
    precision: Array,
    df: float | None,
    rows: Indices,
    others: Indices,
) -> Predictive:
    rest = _subset(model, others)
    spread = with_spread(rest, study_precision(rest, groups[others], df, precision[others]))
    cross = np.array([covariance[np.ix_(rows, others)] for covariance in model.covariances[:-1]])
    prior = np.array([np.diag(covariance)[rows] for covariance in model.covariances[:-1]])
    means, variances, tau2, logs = [], [], [], []
    for node, height, weight in zip(nodes.log_scales, heights, nodes.weights, strict=True):
        scales, fit = spread.variances(node), spread.solve(node)
        parts = (np.tensordot(scales[:-1], part, 1) for part in (cross, prior))
        mean, variance = fit.predict(*parts, model.flat[rows], rest.flat)
        means.append(mean)
        variances.append(variance + np.diag(model.sampling)[rows])
        tau2.append(scales[-1])
        logs.append(np.log(max(weight, 1e-300)) + spread.height(fit, node) - height)
    weights = np.exp(np.array(logs) - max(logs))
    return mixed(np.array(means), np.array(variances), np.array(tau2), weights / weights.sum(), df)
