"""Controlled effects as rows of the model: components, strata, covariates and the covariance of their errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from formulator.evidence.effects import CONTROLLED, Effect
from formulator.evidence.families import Vocabulary

Array = NDArray[np.float64]
FAMILY, INDICATION = "outcome family", "indication"
STRATA = (FAMILY, INDICATION)
TESTED, ACTIVE, SMALL = "tested arm", "active comparator", "small study"
COVARIATES = (TESTED, ACTIVE, SMALL)
# Other outcomes of the same people: no trial prints their correlation.
SAME_PEOPLE = 0.5
LARGEST_CORRELATION = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Contrasts:
    """Controlled effects in SDs; `table` (m, columns) holds components, strata and covariates, `sampling` (m, m)."""

    effects: tuple[Effect, ...]
    table: pd.DataFrame
    sampling: Array

    @property
    def estimates(self) -> Array:
        """Effects in SDs, positive better for the patient, shape (m)."""
        return np.array([effect.estimate for effect in self.effects])

    @property
    def studies(self) -> NDArray[np.str_]:
        """The study of each row, shape (m)."""
        return np.array([effect.study for effect in self.effects])

    @property
    def typical_smallness(self) -> float:
        """Median of the small-study covariate: what stands for a comparable trial."""
        return float(median(self.table[SMALL]))


def controlled(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """The effects that compare two arms on the scale of SDs: the only ones that are effects of treatment."""
    return tuple(effect for effect in effects if effect.kind == CONTROLLED and effect.metric == "SMD")


def inert_components(vocabulary: Vocabulary) -> frozenset[str]:
    """Ids of what is given as a control; its effect is zero by definition."""
    return frozenset(name for name, entry in vocabulary.components.items() if entry.kind == "control")


def component_columns(effects: Sequence[Effect], inert: frozenset[str]) -> tuple[str, ...]:
    """Components that any effect adds or removes, in order of name."""
    names = {part for effect in effects for part in (*effect.added, *effect.removed)}
    return tuple(sorted(names - inert))


def contrasts_of(effects: Sequence[Effect], inert: frozenset[str], columns: Sequence[str]) -> Contrasts:
    """Rows of the model for controlled effects; `columns` are the components of the model."""
    rows = [_row(effect, inert, columns) for effect in effects]
    table = pd.DataFrame(rows, columns=[*columns, *STRATA, *COVARIATES])
    return Contrasts(tuple(effects), table, sampling_covariance(effects))


def _row(effect: Effect, inert: frozenset[str], columns: Sequence[str]) -> list[object]:
    components = [float(name in effect.added) - float(name in effect.removed) for name in columns]
    active = bool(set(effect.removed) - inert)
    return [*components, effect.family, stratum_of(effect), 1.0, float(active), smallness(effect)]


def stratum_of(effect: Effect) -> str:
    """The indication under which an effect counts in the fit: the first of its study's."""
    return effect.indications[0] if effect.indications else "other"


def smallness(effect: Effect) -> float:
    """SD of a standardised difference as far as the number of people gives it (Pustejovsky and Rodgers 2019, Res Synth
    Methods 10:57): unlike the standard error it does not grow with the effect itself.
    """
    treated, control = arm_sizes(effect)
    return 1 / sqrt(min(treated, control)) if effect.split else sqrt(1 / treated + 1 / control)


def arm_sizes(effect: Effect) -> tuple[float, float]:
    """People in the two arms, half of the study where it does not print them."""
    half = max(effect.n / 2, 1.0)
    return effect.n_treated or half, effect.n_control or half


def sampling_covariance(effects: Sequence[Effect]) -> Array:
    """Covariance of the sampling errors (m, m): known for a shared control arm, 0.5 for other outcomes of one study."""
    size = len(effects)
    covariance = np.diag([effect.variance for effect in effects])
    for first in range(size):
        for second in range(first):
            shared = _covariance(effects[first], effects[second])
            covariance[first, second] = covariance[second, first] = shared
    return covariance


def _covariance(first: Effect, second: Effect) -> float:
    if first.study != second.study:
        return 0.0
    spread = first.se * second.se
    same_control = first.control_arm == second.control_arm
    if first.family == second.family:
        shared = sqrt(first.shared_variance * second.shared_variance) if same_control else 0.0
        return min(shared, LARGEST_CORRELATION * spread)
    same_arms = same_control and first.arm == second.arm
    return spread * (SAME_PEOPLE if same_arms else SAME_PEOPLE / 2)


def asked_row(components: Mapping[str, float], family: str, indication: str, small: float) -> dict[str, object]:
    """What a trial of these components against an inert control would be, as a row of the model."""
    return {**components, FAMILY: family, INDICATION: indication, TESTED: 1.0, ACTIVE: 0.0, SMALL: small}
