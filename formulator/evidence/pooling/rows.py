"""Rows of contrasts and the covariance that the prior gives to their effects.

The effect of a row is sum_c x_c (mean + component_c + deviation_c,stratum + level_stratum) + covariates, every part but
the mean normal around zero with its own scale. Written as covariances between rows (kernels), strata that no trial has
seen need no special case: they correlate with nothing and get the full prior variance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Components (m, C), covariates scaled to root mean square 1 (m, K) and codes of the strata (m, S).

    A code of NaN equals no other, not even itself: such a row asks for the effect over all strata.
    """

    components: Array
    covariates: Array
    strata: Array

    @property
    def net_count(self) -> Array:
        """Components given minus components in the comparator (m)."""
        return self.components.sum(axis=1)

    def __len__(self) -> int:
        return len(self.components)


@dataclass(frozen=True, slots=True)
class Term:
    """One part of the prior: its name, and the stratum column it belongs to (None: to all rows)."""

    name: str
    kind: str
    stratum: int | None = None

    def covariance(self, first: Rows, second: Rows) -> Array:
        """Covariance at scale one of the effects of two sets of rows; shape (len(first), len(second))."""
        features = (_FEATURES[self.kind](first), _FEATURES[self.kind](second))
        product = features[0] @ features[1].T
        if self.stratum is None:
            return product
        return product * (first.strata[:, self.stratum, None] == second.strata[None, :, self.stratum])

    def variance(self, rows: Rows) -> Array:
        """Diagonal of covariance(rows, rows), shape (m)."""
        square = np.sum(_FEATURES[self.kind](rows) ** 2, axis=1)
        return square if self.stratum is None else square * ~np.isnan(rows.strata[:, self.stratum])


_FEATURES = {
    "components": lambda rows: rows.components,
    "net count": lambda rows: rows.net_count[:, None],
    "covariates": lambda rows: rows.covariates,
}


def prior_terms(covariates: int, strata: Sequence[str], *, stratum_levels: bool) -> tuple[Term, ...]:
    """The parts of the prior: components, their deviation in each stratum, the level of each stratum, covariates."""
    terms = [Term("component", "components")]
    terms += [Term(f"component by {name}", "components", number) for number, name in enumerate(strata)]
    if stratum_levels:
        terms += [Term(f"level of {name}", "net count", number) for number, name in enumerate(strata)]
    if covariates:
        terms.append(Term("covariates", "covariates"))
    return tuple(terms)


def study_covariance(groups: NDArray[np.int64], correlation: float) -> Array:
    """Heterogeneity at scale one: 1 on the diagonal, `correlation` between contrasts of one study; shape (m, m)."""
    together = (groups[:, None] == groups[None, :]).astype(float)
    return correlation * together + (1 - correlation) * np.eye(len(groups))
