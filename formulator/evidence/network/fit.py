"""The additive component network meta-analysis (Welton 2009; Rücker, Petropoulou and Schwarzer 2020, Biom J 62:808)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm
from scipy.stats import t as student_t

from formulator.evidence.network.design import (
    INTERACTION,
    Columns,
    additive_design,
    component_columns,
    full_design,
    is_estimable,
    row_space,
)
from formulator.evidence.network.heterogeneity import WhitenedNetwork, restricted_tau2, tau2_interval, whiten
from formulator.evidence.network.studies import Study, assemble_studies
from formulator.evidence.network.treatments import Contrast, read_treatment
from formulator.evidence.threads import on_one_thread
from formulator.faults import Fault, FaultsFound, Place, did_you_mean

Array = NDArray[np.float64]
Method = Literal["REML", "common"]
SmallSample = Literal["none", "knapp-hartung", "knapp-hartung-at-least-1"]


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A chi-squared statistic with its degrees of freedom; p is None without degrees of freedom."""

    q: float
    df: int

    @property
    def p(self) -> float | None:
        """Probability of a larger value if nothing but sampling error is at work."""
        return float(chi2.sf(self.q, self.df)) if self.df > 0 else None


@dataclass(frozen=True, slots=True)
class LinearEffect:
    """Effect of a combination of terms; everything is NaN where the contrasts cannot isolate it.

    low, high: confidence interval; prediction_low, prediction_high: where the effect of a new study is expected.
    """

    name: str
    estimable: bool
    estimate: float
    se: float
    low: float
    high: float
    prediction_low: float
    prediction_high: float


@dataclass(frozen=True, slots=True, eq=False)
class NetworkFit:
    """A fitted additive network.

    `basis` (p, r) spans what the contrasts tell apart; coefficients (r) and their covariance (r, r) are along it.
    `tau2` is None where no degree of freedom is left to estimate it; the common-effect estimates then stand.
    """

    method: Method
    inactive: tuple[str, ...]
    columns: Columns
    basis: Array
    coefficients: Array
    coefficient_covariance: Array
    tau2: float | None
    tau2_interval: tuple[float, float] | None
    additive: ChiSquare
    full_network: ChiSquare
    additivity: ChiSquare
    subnetworks: int
    studies: int
    contrasts: int
    small_sample: SmallSample
    notes: tuple[str, ...]

    @property
    def estimable(self) -> NDArray[np.bool_]:
        """Whether the contrasts isolate each term (p), in the order of `columns.names`."""
        return is_estimable(np.eye(len(self.columns.names)), self.basis)

    @property
    def estimates(self) -> Array:
        """Effect of each term (p), NaN where it is not estimable."""
        return np.where(self.estimable, self.basis @ self.coefficients, np.nan)

    @property
    def covariance(self) -> Array:
        """Covariance of the estimates (p, p), NaN where one of the two is not estimable."""
        whole = self.basis @ self.coefficient_covariance @ self.basis.T
        return np.where(np.outer(self.estimable, self.estimable), whole, np.nan)

    @property
    def i2(self) -> float | None:
        """Share of the variability of contrasts beyond sampling error under additivity, 0 to 1 (Higgins 2002)."""
        if self.additive.df == 0:
            return None
        return max(0.0, 1 - self.additive.df / self.additive.q) if self.additive.q > 0 else 0.0

    def effect(self, treatment: str, against: str | None = None, level: float = 0.95) -> LinearEffect:
        """Effect of a mixture, against the inactive component or another mixture.

        Raises FaultsFound where a component does not occur in the network.
        """
        combination = self._row(treatment) - (self._row(against) if against is not None else 0.0)
        name = treatment if against is None else f"{treatment} against {against}"
        return self._linear(name, combination, level)

    def effects(self, level: float = 0.95) -> list[LinearEffect]:
        """Effect of every term, in the order of the columns."""
        identity = np.eye(len(self.columns.names))
        return [self._linear(name, row, level) for name, row in zip(self.columns.names, identity, strict=True)]

    def _row(self, treatment: str) -> Array:
        components = read_treatment(treatment)
        known = (*self.columns.components, *self.inactive)
        unknown = [
            Fault(Place(), "treatment", f"{name} does not occur in the network.", advice=did_you_mean(name, known))
            for name in components
            if name not in known
        ]
        if unknown:
            raise FaultsFound(unknown)
        return self.columns.row(components)

    def _linear(self, name: str, combination: Array, level: float) -> LinearEffect:
        if not is_estimable(combination[None, :], self.basis)[0]:
            return LinearEffect(name, False, *[float("nan")] * 6)
        reduced = combination @ self.basis
        estimate = float(reduced @ self.coefficients)
        variance = float(reduced @ self.coefficient_covariance @ reduced)
        se, spread = float(np.sqrt(variance)), float(np.sqrt(variance + (self.tau2 or 0.0)))
        half, half_new = self._quantile(level) * se, self._prediction_quantile(level) * spread
        return LinearEffect(
            name, True, estimate, se, estimate - half, estimate + half, estimate - half_new, estimate + half_new
        )

    def _quantile(self, level: float) -> float:
        if self.small_sample == "none":
            return float(norm.isf((1 - level) / 2))
        return float(student_t.isf((1 - level) / 2, self.additive.df))

    def _prediction_quantile(self, level: float) -> float:
        """t with one degree of freedom fewer, spent on tau2 (Higgins 2009, J R Stat Soc A 172:137)."""
        if self.method == "common":
            return self._quantile(level)
        return float(student_t.isf((1 - level) / 2, self.additive.df - 1)) if self.additive.df > 1 else float("nan")


@on_one_thread
def fit_network(
    contrasts: Iterable[Contrast],
    *,
    inactive: str | Sequence[str] = (),
    interactions: Sequence[str] = (),
    method: Method = "REML",
    small_sample: SmallSample = "none",
) -> NetworkFit:
    """Fit the effect of every component, as the sum that best explains all contrasts.

    `inactive` components have effect zero (placebo). `interactions` are written `A * B` and act where A and B are given
    together. With method REML the heterogeneity tau2 (squared unit of the effect) is per contrast, correlated 0.5 in a
    study; `knapp-hartung` scales the covariance by the mean weighted squared residual and takes t quantiles.
    Raises FaultsFound for contrasts that cannot be used (see assemble_studies) and for names that do not occur.
    """
    studies = assemble_studies(contrasts)
    names = (inactive,) if isinstance(inactive, str) else tuple(inactive)
    parts = [tuple(part.strip() for part in text.split(INTERACTION)) for text in interactions]
    _check_names(studies, names, parts)
    return _fit(studies, component_columns(studies, names, parts), names, method, small_sample)


def _fit(
    studies: Sequence[Study], columns: Columns, inactive: tuple[str, ...], method: Method, small_sample: SmallSample
) -> NetworkFit:
    design = additive_design(studies, columns)
    basis = row_space(design)
    white = whiten(studies, design @ basis)
    tau2 = restricted_tau2(white) if method == "REML" else 0.0
    additive, full_network, additivity = _tests(studies, white)
    coefficients, covariance = _coefficients(white, tau2 or 0.0, small_sample)
    return NetworkFit(
        method=method,
        inactive=inactive,
        columns=columns,
        basis=basis,
        coefficients=coefficients,
        coefficient_covariance=covariance,
        tau2=tau2,
        tau2_interval=tau2_interval(white) if method == "REML" else None,
        additive=additive,
        full_network=full_network,
        additivity=additivity,
        subnetworks=_subnetworks(studies),
        studies=len(studies),
        contrasts=len(design),
        small_sample=small_sample,
        notes=_notes(studies, method, white, is_estimable(np.eye(len(columns.names)), basis), columns),
    )


def _check_names(studies: Sequence[Study], inactive: Sequence[str], interactions: Sequence[Sequence[str]]) -> None:
    known = {name for study in studies for treatment in study.treatments for name in treatment}
    asked = [("inactive", name) for name in inactive]
    asked += [("interaction", name) for parts in interactions for name in parts]
    faults = [
        Fault(Place(), field, f"{name!r} is not a component of the network.", advice=did_you_mean(name, known))
        for field, name in asked
        if name not in known
    ]
    faults += [
        Fault(Place(), "interaction", f"{INTERACTION.join(parts)!r} does not join two components.", "A * B")
        for parts in interactions
        if len(set(parts)) < 2
    ]
    if faults:
        raise FaultsFound(faults)


def _coefficients(white: WhitenedNetwork, tau2: float, small_sample: SmallSample) -> tuple[Array, Array]:
    fit = white.fit(tau2)
    if small_sample == "none":
        return fit.coefficients, fit.covariance
    df = white.degrees_of_freedom
    scale = fit.q / df if df > 0 else np.nan
    if small_sample == "knapp-hartung-at-least-1":
        scale = max(1.0, scale)
    return fit.coefficients, fit.covariance * scale


def _tests(studies: Sequence[Study], white: WhitenedNetwork) -> tuple[ChiSquare, ChiSquare, ChiSquare]:
    """Q of the additive model, of the full network, and their difference: the test of additivity, all at tau2 = 0."""
    design = full_design(studies)
    full = whiten(studies, design @ row_space(design))
    additive = ChiSquare(white.fit(0.0).q, white.degrees_of_freedom)
    saturated = ChiSquare(full.fit(0.0).q, full.degrees_of_freedom)
    spare = additive.df - saturated.df
    difference = ChiSquare(max(0.0, additive.q - saturated.q) if spare else 0.0, spare)
    return additive, saturated, difference


def _subnetworks(studies: Sequence[Study]) -> int:
    """Parts of the network without a direct path between them; shared components may still join them."""
    design = full_design(studies)
    return design.shape[1] - row_space(design).shape[1]


def _notes(
    studies: Sequence[Study], method: Method, white: WhitenedNetwork, estimable: NDArray[np.bool_], columns: Columns
) -> tuple[str, ...]:
    notes = [note for study in studies for note in study.notes]
    parts = _subnetworks(studies)
    if parts > 1:
        notes.append(f"The network falls into {parts} parts; only shared components join them.")
    if method == "REML" and white.degrees_of_freedom == 0:
        notes.append(
            "No degree of freedom is left: heterogeneity cannot be estimated, intervals assume that there is none."
        )
    notes += [
        f"{name}: not estimable, no contrast isolates it."
        for name, ok in zip(columns.names, estimable, strict=True)
        if not ok
    ]
    return tuple(notes + _look_alikes(columns))


def _look_alikes(columns: Columns) -> list[str]:
    """Names that differ only in capitals, and plus signs that do not separate, are read as written and pointed out."""
    by_fold: dict[str, list[str]] = {}
    for name in columns.components:
        by_fold.setdefault(name.casefold(), []).append(name)
    notes = [f"Read as different components: {', '.join(names)}." for names in by_fold.values() if len(names) > 1]
    return notes + [
        f"{name!r} is read as one component (the separator is ' + ')." for name in columns.components if "+" in name
    ]
