"""The variants of the model that were stated before they were compared, and the rule that chooses one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from formulator.evidence.estimator import ComponentNetworkRegressor
from formulator.evidence.model.contrasts import COVARIATES, FAMILY, INDICATION, STRATA, TESTED, Contrasts

# SDs; half-normal prior of every scale. Fixed: neither the number of trials nor their effects move it.
PRIOR_SCALE = 0.5
TAIL_DF = 4.0
NODES = 64


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to model the trials; only an `eligible` one may be chosen. Without `components` it is one mean alone."""

    id: str
    meaning: str
    strata: tuple[str, ...] = STRATA
    covariates: tuple[str, ...] = ()
    df: float | None = None
    eligible: bool = True
    components: bool = True

    def regressor(self) -> ComponentNetworkRegressor:
        """The estimator of this variant, not fitted."""
        return ComponentNetworkRegressor(
            strata=list(self.strata),
            covariates=list(self.covariates),
            heterogeneity_df=self.df,
            prior_scale=PRIOR_SCALE,
            nodes=NODES,
        )

    def columns(self, contrasts: Contrasts) -> list[str]:
        """Columns of the table that the variant reads."""
        if not self.components:
            return [TESTED]
        unused = {*STRATA, *COVARIATES} - {*self.strata, *self.covariates}
        return [column for column in contrasts.table.columns if column not in unused]

    def fit(self, contrasts: Contrasts) -> ComponentNetworkRegressor:
        """The estimator fitted to contrasts."""
        table = contrasts.table[self.columns(contrasts)]
        return self.regressor().fit(
            table, contrasts.estimates, sampling_variance=contrasts.sampling, groups=contrasts.studies
        )


VARIANTS = (
    Variant("additive", "component effects alone, heterogeneity normal"),
    Variant("additive_t", "component effects alone, heterogeneity t with 4 degrees of freedom", df=TAIL_DF),
    Variant("covariates", "with tested arm, active comparator and small study, normal", covariates=COVARIATES),
    Variant("covariates_t", "the same covariates, heterogeneity t", covariates=COVARIATES, df=TAIL_DF),
    Variant(
        "mean_only_t",
        "one mean, heterogeneity t: what heavy tails give without components",
        (),
        df=TAIL_DF,
        eligible=False,
        components=False,
    ),
    Variant(
        "family_only_t", "as covariates_t without the indication", (FAMILY,), COVARIATES, df=TAIL_DF, eligible=False
    ),
    Variant(
        "indication_only_t", "as covariates_t without the family", (INDICATION,), COVARIATES, df=TAIL_DF, eligible=False
    ),
)
RULE = (
    "The eligible variant with the highest mean leave-one-study-out log score. A variant without components, family "
    "or indication is compared, not eligible: without the strata it would give one answer for melasma and for dark "
    "circles, and an indication that no trial has studied would be no less certain than one that many have."
)


def variant(identifier: str) -> Variant:
    """The variant of an id. Raises KeyError."""
    return next(entry for entry in VARIANTS if entry.id == identifier)


def chosen(log_scores: Mapping[str, Sequence[float]]) -> Variant:
    """The variant that the rule takes, from the log scores of each."""
    eligible = [entry for entry in VARIANTS if entry.eligible]
    return max(eligible, key=lambda entry: float(np.mean(log_scores[entry.id])))
