"""Three simple forecasts that the model has to beat: they know means and heterogeneity, but no components.

Each gives the predictive distribution of what a trial prints, as the model does. Source of the prediction interval:
Higgins, Thompson and Spiegelhalter 2009 (J R Stat Soc A 172:137), t with k - 2 degrees of freedom; tau^2 by REML.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from formulator.evidence.effects import Effect
from formulator.evidence.model.contrasts import Contrasts, stratum_of
from formulator.evidence.pooling.predictive import Predictive
from formulator.evidence.pooling.rows import study_covariance
from formulator.evidence.pooling.tails import tail_mixture
from formulator.evidence.threads import on_one_thread

Array = NDArray[np.float64]
FEWEST_STUDIES = 3
LARGEST_TAU2 = 25.0
# Below three degrees of freedom the t distribution has no variance; the classical interval is then without use.
LEAST_DF, MOST_DF = 3.0, 200.0


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """A random-effects mean of k studies: mean, variance of the mean and tau^2, in SDs and squared SDs."""

    mean: float
    variance: float
    tau2: float
    studies: int

    def predictive(self, sampling: Array) -> Predictive:
        """What trials with these sampling variances (n) would print."""
        df = min(max(self.studies - 2.0, LEAST_DF), MOST_DF)
        multipliers, weights = tail_mixture(df)
        spread = (self.variance + self.tau2) * multipliers[:, None] + sampling[None, :]
        return Predictive(np.full(spread.shape, self.mean), np.sqrt(spread), weights)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A forecast by the random-effects mean of the trials with the same key; the grand mean where they are too few."""

    id: str
    meaning: str
    key: Callable[[Effect], str]


def added(effect: Effect) -> str:
    """What the treated arm got that the control arm did not; an effect of leaving something out has its own name."""
    return " + ".join(effect.added) or "without " + " + ".join(effect.removed)


BASELINES = (
    Baseline("grand_mean", "random-effects mean of all trials", lambda _: ""),
    Baseline("per_indication", "random-effects mean of the trials of the same indication", stratum_of),
    Baseline("per_component", "classical random-effects mean of the trials of the same component", added),
)


def forecast(baseline: Baseline, train: Contrasts, test: Sequence[Effect]) -> list[Predictive]:
    """One predictive a test effect; a key with fewer than three studies takes the grand mean."""
    everything = random_effects(train, np.arange(len(train.effects)))
    keys = np.array([baseline.key(effect) for effect in train.effects])
    fits: dict[str, RandomEffects] = {}
    for key in {baseline.key(effect) for effect in test}:
        rows = np.flatnonzero(keys == key)
        enough = len(set(train.studies[rows])) >= FEWEST_STUDIES
        fits[key] = random_effects(train, rows) if enough else everything
    return [fits[baseline.key(effect)].predictive(np.array([effect.variance])) for effect in test]


@on_one_thread
def random_effects(contrasts: Contrasts, rows: NDArray[np.intp]) -> RandomEffects:
    """REML fit of one mean to some rows, with covariances within studies."""
    y, sampling = contrasts.estimates[rows], contrasts.sampling[np.ix_(rows, rows)]
    _, codes = np.unique(contrasts.studies[rows], return_inverse=True)
    shape = study_covariance(codes, 0.5)

    def deviance(tau2: float) -> float:
        mean, precision, inverse, log_determinant = _generalised(y, sampling + tau2 * shape)
        residual = y - mean
        return log_determinant + float(np.log(precision)) + float(residual @ inverse @ residual)

    found: Any = minimize_scalar(deviance, bounds=(0.0, LARGEST_TAU2), method="bounded", options={"xatol": 1e-6})
    tau2 = float(found.x)
    tau2 = 0.0 if deviance(0.0) <= deviance(tau2) else tau2
    mean, precision, _, _ = _generalised(y, sampling + tau2 * shape)
    return RandomEffects(mean, 1 / precision, tau2, len(np.unique(codes)))


def _generalised(y: Array, covariance: Array) -> tuple[float, float, Array, float]:
    inverse = np.asarray(np.linalg.inv(covariance), dtype=np.float64)
    precision = float(inverse.sum())
    return float(inverse.sum(axis=0) @ y) / precision, precision, inverse, float(np.linalg.slogdet(covariance)[1])
