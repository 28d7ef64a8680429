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
LEAST_WEIGHT = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Rows of one study and what the others predict for what it printed (its sampling error included)."""

    rows: Indices
    predictive: Predictive


@dataclass(frozen=True, slots=True, eq=False)
class LeaveOneOut:
    """A fitted model to be tested.

    `model` has the plain heterogeneity as its last covariance; `groups` (m) is the study of each row; `precision` (m)
    that of the full fit, from which the others' is worked out; `df` the degrees of freedom of the heterogeneity.
    """

    model: MarginalModel
    nodes: Nodes
    groups: NDArray[np.int64]
    precision: Array
    df: float | None

    def folds(self) -> Iterator[Fold]:
        """A fold for every study, in order."""
        heights = _heights(with_spread(self.model, self.precision), self.nodes)
        for study in np.unique(self.groups):
            rows, others = np.flatnonzero(self.groups == study), np.flatnonzero(self.groups != study)
            yield Fold(rows, self._without(rows, others, heights))

    def _without(self, rows: Indices, others: Indices, heights: Array) -> Predictive:
        model, rest = self.model, _subset(self.model, others)
        spread = with_spread(rest, study_precision(rest, self.groups[others], self.df, self.precision[others]))
        cross = np.array([covariance[np.ix_(rows, others)] for covariance in model.covariances[:-1]])
        prior = np.array([np.diag(covariance)[rows] for covariance in model.covariances[:-1]])
        means, variances, tau2, logs = [], [], [], []
        for node, height, weight in zip(self.nodes.log_scales, heights, self.nodes.weights, strict=True):
            scales, fit = spread.variances(node), spread.solve(node)
            crossed, own = (np.tensordot(scales[:-1], part, 1) for part in (cross, prior))
            mean, variance = fit.predict(crossed, own, model.flat[rows], rest.flat)
            means.append(mean)
            variances.append(variance + np.diag(model.sampling)[rows])
            tau2.append(scales[-1])
            logs.append(np.log(max(weight, LEAST_WEIGHT)) + spread.height(fit, node) - height)
        weights = np.exp(np.array(logs) - max(logs))
        return mixed(np.array(means), np.array(variances), np.array(tau2), weights / weights.sum(), self.df)


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
