"""Do small trials find more? An Egger-type regression for each outcome family, and what its picture needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student_t

from formulator.evidence.effects import Effect
from formulator.evidence.model.baselines import random_effects
from formulator.evidence.model.certainty import FEWEST_FOR_FUNNEL
from formulator.evidence.model.contrasts import Contrasts, smallness

Array = NDArray[np.float64]
FEWEST = 3
CAVEAT = "With fewer than ten studies the test can hardly find anything: no sign is then no reassurance."


@dataclass(frozen=True, slots=True)
class Funnel:
    """Slope of the effect on the size of the trial (SDs per unit of sqrt(1/n1 + 1/n2)), with its standard error.

    p is two-sided with studies - 2 degrees of freedom; None below three studies.
    """

    family: str
    studies: int
    slope: float | None
    se: float | None
    p: float | None

    @property
    def sentence(self) -> str:
        """What it says, with its caveat."""
        if self.p is None or self.slope is None:
            return f"{self.studies} studies: too few for a test."
        words = "more" if self.slope > 0 else "less"
        caveat = f" {CAVEAT}" if self.studies < FEWEST_FOR_FUNNEL else ""
        return f"{self.studies} studies: smaller ones find {words} (p = {self.p:.2f}).{caveat}"


def funnel_of(family: str, contrasts: Contrasts) -> Funnel:
    """Mixed-effects regression of one effect a study on its smallness.

    Egger 1997 (BMJ 315:629) with the predictor of Pustejovsky and Rodgers 2019 (Res Synth Methods 10:57): the standard
    error of an SMD grows with the SMD, so that the usual test finds asymmetry where there is none.
    """
    rows = np.array([row for row, effect in enumerate(contrasts.effects) if effect.family == family], dtype=np.intp)
    y, variance, small = _one_a_study([contrasts.effects[row] for row in rows])
    if len(y) < FEWEST or float(np.ptp(small)) == 0:
        return Funnel(family, len(y), None, None, None)
    weights = 1 / (variance + random_effects(contrasts, rows).tau2)
    slope, error = _slope(y, small, weights)
    return Funnel(family, len(y), slope, error, float(2 * student_t.sf(abs(slope / error), len(y) - 2)))


def _one_a_study(effects: list[Effect]) -> tuple[Array, Array, Array]:
    """Mean effect, mean variance and mean smallness of each study."""
    studies = sorted({effect.study for effect in effects})
    grouped = [[effect for effect in effects if effect.study == study] for study in studies]
    means = [
        [
            float(np.mean(values))
            for values in zip(*((e.estimate, e.variance, smallness(e)) for e in group), strict=True)
        ]
        for group in grouped
    ]
    columns = np.array(means).reshape(-1, 3)
    return columns[:, 0], columns[:, 1], columns[:, 2]


def _slope(y: Array, small: Array, weights: Array) -> tuple[float, float]:
    """Weighted least squares; the error is scaled by the scatter where that exceeds what the weights promise."""
    design = np.column_stack([np.ones(len(y)), small])
    covariance = np.linalg.inv(design.T @ (weights[:, None] * design))
    coefficients = covariance @ (design.T @ (weights * y))
    residual = y - design @ coefficients
    scale = max(1.0, float(weights @ residual**2) / max(len(y) - 2, 1))
    return float(coefficients[1]), float(np.sqrt(scale * covariance[1, 1]))
