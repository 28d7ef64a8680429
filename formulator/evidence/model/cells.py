"""Cells of outcome family and indication: what each component rests on there, its effect and its certainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from formulator.evidence.effects import Effect
from formulator.evidence.estimator import ComponentNetworkRegressor
from formulator.evidence.model.certainty import Base, Trial, certainty_of, is_blinded, is_randomised, strength_of
from formulator.evidence.model.contrasts import Contrasts, arm_sizes, asked_row
from formulator.evidence.model.funnel import Funnel
from formulator.evidence.model.scope import MAIN_FAMILY
from formulator.evidence.model.variants import Variant
from formulator.evidence.network.design import is_estimable, row_space
from formulator.evidence.pooling.tails import tail_mixture
from formulator.evidence.tables import Study

Array = NDArray[np.float64]
TAIL_CUTS = (0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.88, 0.93, 0.96, 0.98, 0.99, 0.995, 0.998, 1.0)
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Fitted:
    """A fitted variant with what it was fitted to and the vocabulary around it."""

    variant: Variant
    regressor: ComponentNetworkRegressor
    contrasts: Contrasts
    inert: frozenset[str]
    columns: tuple[str, ...]
    studies: Mapping[str, Study]
    funnels: Mapping[str, Funnel]

    def rows(self, asked: Sequence[dict[str, object]]) -> pd.DataFrame:
        """Questions as a table that the estimator reads."""
        empty = dict.fromkeys(self.columns, 0.0)
        table = pd.DataFrame([{**empty, **row} for row in asked])
        return table.loc[:, self.variant.columns(self.contrasts)]

    @cached_property
    def estimable(self) -> tuple[str, ...]:
        """Components that contrasts of any cell isolate, in order of name."""
        design = self.contrasts.table[list(self.columns)].to_numpy(dtype=float)
        found = is_estimable(np.eye(len(self.columns)), row_space(design))
        return tuple(name for name, yes in zip(self.columns, found, strict=True) if yes)

    def heterogeneity(self) -> list[tuple[float, float]]:
        """Variance between studies as a mixture (squared SDs, weight): tails and uncertainty of tau^2 together."""
        nodes, unit = self.regressor._nodes, self.regressor._model().unit
        multipliers, shares = tail_mixture(self.variant.df)
        tau2 = np.exp(2 * nodes.log_scales[:, -1]) * unit**2
        return _compressed(np.outer(tau2, multipliers).ravel(), np.outer(nodes.weights, shares).ravel())


def _compressed(values: Array, weights: Array) -> list[tuple[float, float]]:
    """A mixture in few parts, fine where it is far out: mean value and weight of each stretch of probability."""
    order = np.argsort(values, kind="stable")
    values, weights = values[order], weights[order]
    middle = np.cumsum(weights) - weights / 2
    parts = []
    for low, high in pairwise(TAIL_CUTS):
        inside = (middle >= low) & (middle < high)
        if np.any(inside):
            weight = float(weights[inside].sum())
            parts.append((float(weights[inside] @ values[inside]) / weight, weight))
    return parts


def cells_of(effects: Sequence[Effect]) -> list[tuple[str, str]]:
    """Family and indication of every cell: where a controlled trial is, and the main family of every indication."""
    found = {(effect.family, indication) for effect in effects for indication in effect.indications}
    found |= {(family, indication) for indication, family in MAIN_FAMILY.items()}
    return sorted(found, key=lambda cell: (cell[1], cell[0]))


def cell_mapping(fitted: Fitted, family: str, indication: str) -> dict[str, Any]:
    """One cell: joint posterior of the component effects and of what any tested arm gains, and the components' trials.

    The last row of mean and covariance is the tested arm; the lower triangle is written row by row.
    """
    names = fitted.estimable
    small = fitted.contrasts.typical_smallness
    single = [asked_row({name: 1.0}, family, indication, small) for name in names]
    whole, covariance = fitted.regressor.posterior(fitted.rows([*single, asked_row({}, family, indication, small)]))
    parts = _without_tested_arm(len(names))
    mean, covariance = parts @ whole, parts @ covariance @ parts.T
    sums = np.sqrt(np.diag(covariance)[:-1] + 2 * covariance[:-1, -1] + covariance[-1, -1])
    intervals = {
        name: (value, float(spread)) for name, value, spread in zip(names, whole[:-1].tolist(), sums, strict=True)
    }
    return {
        "family": family,
        "indication": indication,
        "mean": mean.tolist(),
        "covariance": [covariance[row, : row + 1].tolist() for row in range(len(mean))],
        "components": _components(fitted, family, indication, intervals),
    }


def _without_tested_arm(count: int) -> Array:
    """Takes component-plus-tested-arm sums (and the tested arm last) to components and tested arm."""
    parts = np.eye(count + 1)
    parts[:count, count] = -1.0
    return parts


def _components(
    fitted: Fitted, family: str, indication: str, effects: Mapping[str, tuple[float, float]]
) -> dict[str, Any]:
    """What stands behind each component that any trial of the cell holds, estimable or not."""
    rows = [
        number
        for number, effect in enumerate(fitted.contrasts.effects)
        if effect.family == family and indication in effect.indications
    ]
    design = fitted.contrasts.table[list(fitted.columns)].to_numpy(dtype=float)[rows]
    isolated = is_estimable(np.eye(len(fitted.columns)), row_space(design))
    found = {}
    for column, name in enumerate(fitted.columns):
        holding = [row for row, entry in zip(rows, design, strict=True) if entry[column]]
        if holding:
            found[name] = _component(fitted, name, holding, bool(isolated[column]), effects.get(name), family)
    return found


def _component(  # noqa: PLR0913
    fitted: Fitted, name: str, rows: Sequence[int], isolated: bool, effect: tuple[float, float] | None, family: str
) -> dict[str, Any]:
    trials = trials_of(fitted, name, rows)
    summary: dict[str, Any] = {
        "studies": len(trials),
        "patients": sum(trial.patients for trial in trials),
        "people": {trial.study: trial.patients for trial in trials},
        "isolated": isolated,
        "rows": list(rows),
        "studied": studied_ranges(fitted, rows),
    }
    if effect is None:
        return summary
    mean, sd = effect
    funnel = fitted.funnels.get(family)
    base = Base(
        trials,
        (mean - Z95 * sd, mean + Z95 * sd),
        isolated,
        funnel.p if funnel else None,
        funnel.studies if funnel else 0,
        (funnel.slope or 0.0) if funnel else 0.0,
    )
    certainty = certainty_of(base)
    size, direction = strength_of(mean, _above_zero(mean, sd))
    reasons = [{"domain": r.domain, "levels": r.levels, "why": r.sentence} for r in certainty.reasons]
    strength = {"size": size, "direction": direction}
    return {**summary, "certainty": certainty.grade, "reasons": reasons, "strength": strength}


def _above_zero(mean: float, sd: float) -> float:
    return 1 - NormalDist(mean, max(sd, 1e-12)).cdf(0.0)


def trials_of(fitted: Fitted, name: str, rows: Sequence[int]) -> tuple[Trial, ...]:
    """One trial a study: its effects of the component, signed towards it, averaged."""
    by_study: dict[str, list[Effect]] = {}
    for row in rows:
        effect = fitted.contrasts.effects[row]
        by_study.setdefault(effect.study, []).append(effect)
    return tuple(_trial(fitted, name, study, effects) for study, effects in by_study.items())


def _trial(fitted: Fitted, name: str, study: str, effects: Sequence[Effect]) -> Trial:
    alone = [effect for effect in effects if _tests_alone(effect, name, fitted.inert)]
    used = alone or effects
    signed = [effect.estimate if name in effect.added else -effect.estimate for effect in used]
    return Trial(
        study=study,
        patients=people(effects),
        randomised=is_randomised(effects[0]),
        blinded=is_blinded(fitted.studies[study].row.text("blinding")),
        inert_comparator=any(_against_inert(effect, name, fitted.inert) for effect in effects),
        alone=bool(alone),
        estimate=float(np.mean(signed)),
        variance=float(np.mean([effect.variance for effect in used])),
    )


def _against_inert(effect: Effect, name: str, inert: frozenset[str]) -> bool:
    """Whether the component's arm was set against one that got nothing active in its place."""
    other = effect.removed if name in effect.added else effect.added
    return not set(other) - inert


def _tests_alone(effect: Effect, name: str, inert: frozenset[str]) -> bool:
    """Whether the component is all that differs between the arms, inert things aside."""
    return (set(effect.added) | set(effect.removed)) - inert == {name}


def people(effects: Sequence[Effect]) -> float:
    """People of one study behind its effects: its arms counted once, sides of one person once."""
    if effects[0].split:
        return max(effect.n for effect in effects)
    arms = {}
    for effect in effects:
        treated, control = arm_sizes(effect)
        arms[effect.arm] = max(treated, arms.get(effect.arm, 0.0))
        arms[effect.control_arm] = max(control, arms.get(effect.control_arm, 0.0))
    return float(sum(arms.values()))


def studied_ranges(fitted: Fitted, rows: Sequence[int]) -> dict[str, Any]:
    """Who and what was studied: sexes, ages, sessions, weeks, routes, countries, with how many studies say so."""
    effects = [fitted.contrasts.effects[row] for row in rows]
    studies = [fitted.studies[name] for name in dict.fromkeys(effect.study for effect in effects)]
    ages = [study.row.number(c) for study in studies for c in ("age_min", "age_max", "age_mean")]
    return {
        "sex": sorted({study.row.text("sex") for study in studies} - {""}),
        "age": _span(ages),
        "sessions": _span([effect.sessions for effect in effects]),
        "weeks": _span([effect.weeks for effect in effects]),
        "routes": sorted({effect.delivery for effect in effects} - {"", "none"}),
        "countries": sorted({study.row.text("country") for study in studies} - {""}),
    }


def _span(values: Sequence[float | None]) -> list[float] | None:
    known = [value for value in values if value is not None]
    return [min(known), max(known)] if known else None


def covariate_effects(fitted: Fitted) -> dict[str, dict[str, float]]:
    """Posterior of each covariate's coefficient, per unit as given (mean, sd; SDs)."""
    names = fitted.variant.covariates
    if not names:
        return {}
    blank = asked_row({}, "", "", 0.0)
    unit = [{**blank, **dict.fromkeys(names, 0.0), name: 1.0} for name in names]
    mean, covariance = fitted.regressor.posterior(fitted.rows(unit))
    return {
        name: {"mean": float(mean[number]), "sd": float(np.sqrt(covariance[number, number]))}
        for number, name in enumerate(names)
    }
