"""A scikit-learn estimator of what mixtures do: component effects that add up and are partially pooled.

A row of X is one contrast: for each component 1 where only the treated group got it, -1 where only the comparator did,
0 otherwise; y is the effect. Without an intercept, exchanging the groups of a contrast changes nothing.
"""

# X is scikit-learn's name for a table, and its parameters are arguments of __init__ one by one.
# ruff: noqa: N803, N806, PLR0913

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from formulator.evidence.network.design import is_estimable, row_space
from formulator.evidence.pooling.columns import Column, ColumnPlan, StratumCodes
from formulator.evidence.pooling.leave_out import Fold, LeaveOneOut
from formulator.evidence.pooling.marginal import MarginalModel, Nodes, integrate_scales, mode_of_scales
from formulator.evidence.pooling.predictive import Predictive
from formulator.evidence.pooling.rows import Rows, prior_terms, study_covariance
from formulator.evidence.pooling.tails import mixed, study_precision, with_spread
from formulator.evidence.threads import on_one_thread

Array = NDArray[np.float64]
Support = Literal["direct", "borrowed", "none"]
STUDY = "study"
SMALLEST_VARIANCE = 1e-300
_CHOICES = {"scales": ("integrated", "REML"), "prior_mean": ("estimated", "zero")}


@dataclass(frozen=True, slots=True)
class ComponentEffect:
    """Posterior of one component, averaged over studies: mean and sd in the unit of y, and what it rests on.

    direct: contrasts of the asked strata isolate it; borrowed: only those of other strata do; none: no contrast does.
    """

    component: str
    mean: float
    sd: float
    support: Support


class ComponentNetworkRegressor(RegressorMixin, BaseEstimator):
    """Hierarchical additive component network meta-regression.

    effect of row i = sum_c x_ic (m + b_c + sum_s (d_cs + l_s)) + z_i g + u_i + e_i

    m is the mean effect of a component (flat prior); b_c ~ N(0, sigma_component^2) the component; d_cs its deviation in
    stratum s, an indication or an outcome family, and l_s the level of the stratum, both normal, each with its scale;
    z_i covariates as given, without centring; u_i the heterogeneity with variance tau^2, correlated within a study;
    e_i the sampling error of known variance. Welton 2009 (Am J Epidemiol 169:1158) with exchangeable components.

    Parameters
    ----------
    covariates, strata : names (data frame) or numbers of the columns that are not components.
    scales : "integrated" over their posterior with half-normal priors, for few studies; "REML" at their estimate.
    prior_mean : "estimated", or "zero" to shrink components towards no effect.
    stratum_levels : whether strata differ in how large effects are on the whole.
    within_study_correlation : of the heterogeneity of two contrasts of one study; 0.5 as in network meta-analysis.
    sampling_correlation : of the sampling errors of two contrasts of a study, where only variances are given.
    heterogeneity_df : degrees of freedom of a t distributed heterogeneity, above 2; None takes the normal distribution.
        With it tau^2 is the squared scale of the t distribution, and studies that disagree wildly pull less.
    prior_scale : scale of the half-normal priors of all SDs, in the unit of y; None takes the root mean square of y.
    nodes : nodes of the integral, a power of two.

    Attributes
    ----------
    tau2_ : posterior mean (REML: estimate) of the heterogeneity, squared unit of y.
    study_precision_ : of each row, how much its study counts beside one that agrees with the others (1 when normal).
    scales_ : SD of every part of the model by name, in the unit of y.
    component_names_, component_mean_, component_covariance_ : joint posterior of the components over all strata.
    effective_nodes_ : how many nodes carry the integral; far below `nodes` it is rough.
    """

    def __init__(
        self,
        *,
        covariates: Sequence[Column] = (),
        strata: Sequence[Column] = (),
        scales: Literal["integrated", "REML"] = "integrated",
        prior_mean: Literal["estimated", "zero"] = "estimated",
        stratum_levels: bool = True,
        within_study_correlation: float = 0.5,
        sampling_correlation: float = 0.0,
        heterogeneity_df: float | None = None,
        prior_scale: float | None = None,
        nodes: int = 256,
    ) -> None:
        self.covariates = covariates
        self.strata = strata
        self.scales = scales
        self.prior_mean = prior_mean
        self.stratum_levels = stratum_levels
        self.within_study_correlation = within_study_correlation
        self.sampling_correlation = sampling_correlation
        self.heterogeneity_df = heterogeneity_df
        self.prior_scale = prior_scale
        self.nodes = nodes

    @on_one_thread
    def fit(
        self, X: Any, y: Any, sampling_variance: ArrayLike | None = None, groups: ArrayLike | None = None
    ) -> ComponentNetworkRegressor:
        """Fit to contrasts X (m, columns) with effects y (m).

        `sampling_variance`: variances (m), or their covariance (m, m), in the squared unit of y; without it all scatter
        counts as heterogeneity. `groups`: the study of each row (m); without it every row is a study of its own.
        Raises ValueError for shapes that disagree, numbers that are not finite, variances that are not positive and
        parameters out of range.
        """
        self._check_parameters()
        self._codes = StratumCodes(self.strata, X)
        X, y = validate_data(self, self._codes.encoded(X), y, dtype=np.float64, y_numeric=True)
        self._plan = ColumnPlan(getattr(self, "feature_names_in_", range(X.shape[1])), self.covariates, self.strata)
        self._plan.learn_sizes(X)
        self._rows = self._plan.rows(X)
        self._groups = _group_codes(groups, len(X))
        self._effects = np.asarray(y, dtype=float)
        self._sampling = self._sampling_covariance(sampling_variance)
        self.study_precision_ = study_precision(self._plain_model(), self._groups, self.heterogeneity_df)
        model = self._model()
        self._nodes = self._scale_nodes(model)
        self._publish(model)
        return self

    def predict(
        self,
        X: Any,
        return_std: bool = False,
        *,
        sampling_variance: ArrayLike | None = None,
        new_study: bool = True,
    ) -> Array | tuple[Array, Array]:
        """Expected effect of each row (n), and its SD (n) where asked: that of the effect in a new study.

        `new_study=False` leaves the heterogeneity out (effect averaged over studies); `sampling_variance` (n) adds the
        sampling error of a trial, to compare with what a trial printed. `estimable_` says which rows rest on trials.
        """
        predictive = self.predictive(X, sampling_variance=sampling_variance, new_study=new_study)
        return (predictive.mean, predictive.sd) if return_std else predictive.mean

    def predictive(self, X: Any, *, sampling_variance: ArrayLike | None = None, new_study: bool = True) -> Predictive:
        """Full predictive distribution of each row, for intervals and scores; arguments as in predict.

        Raises ValueError where `sampling_variance` does not hold a number of at least zero for each row.
        """
        rows = self._new_rows(X)
        extra = np.zeros(len(rows)) if sampling_variance is None else np.asarray(sampling_variance, dtype=float)
        if extra.shape != (len(rows),) or not np.all(extra >= 0):
            raise ValueError(f"sampling_variance holds {len(rows)} numbers, none below zero.")
        fits = self._conditional(rows, joint=False)
        means = np.array([mean for mean, _, _ in fits])
        variances = np.array([np.maximum(variance + extra, SMALLEST_VARIANCE) for _, variance, _ in fits])
        tau2 = np.array([new_study * tau2 for _, _, tau2 in fits])
        return mixed(means, variances, tau2, self._nodes.weights, self.heterogeneity_df if new_study else None)

    @on_one_thread
    def leave_one_study_out(self) -> list[Fold]:
        """For each study of the fit what all the others predict for what it printed, in the order of the studies."""
        check_is_fitted(self)
        model, df = self._plain_model(), self.heterogeneity_df
        return list(LeaveOneOut(model, self._nodes, self._groups, self.study_precision_, df).folds())

    def posterior(self, X: Any) -> tuple[Array, Array]:
        """Mean (n) and joint covariance (n, n) of the effects of rows, averaged over studies."""
        return self._joint(self._new_rows(X))

    def estimable_(self, X: Any) -> NDArray[np.bool_]:
        """Whether contrasts of any stratum isolate the mixture of each row (n); if not, predict gives the prior."""
        return is_estimable(self._new_rows(X).components, row_space(self._rows.components))

    def support_(self, X: Any) -> list[Support]:
        """What each row rests on: contrasts of its own strata, borrowed from other strata, or none."""
        return self._supports(self._new_rows(X))

    def component_effects(self, strata: Mapping[Column, Any] | None = None) -> list[ComponentEffect]:
        """Effect of every component, over all strata or in the given ones (name or number of the column: value).

        Raises ValueError for a stratum that the model does not have.
        """
        check_is_fitted(self)
        rows = self._plan.single_components(self._asked(strata or {}))
        mean, covariance = self._joint(rows)
        sds = np.sqrt(np.maximum(np.diag(covariance), 0.0))
        entries = zip(self.component_names_, mean.tolist(), sds.tolist(), self._supports(rows), strict=True)
        return [ComponentEffect(*entry) for entry in entries]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # Without an intercept the estimator cannot follow outcomes that are not contrasts.
        tags.regressor_tags.poor_score = True
        return tags

    def _check_parameters(self) -> None:
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}; allowed: {', '.join(allowed)}.")
        for name in ("within_study_correlation", "sampling_correlation"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} is at least 0 and below 1; {getattr(self, name)!r} is not.")
        if self.prior_scale is not None and not self.prior_scale > 0:
            raise ValueError(f"prior_scale is positive; {self.prior_scale!r} is not.")
        if self.heterogeneity_df is not None and not self.heterogeneity_df > 2:
            raise ValueError(f"heterogeneity_df is above 2; {self.heterogeneity_df!r} is not.")
        if self.nodes < 2 or self.nodes & (self.nodes - 1):
            raise ValueError(f"nodes is a power of two; {self.nodes!r} is not.")

    def _new_rows(self, X: Any) -> Rows:
        check_is_fitted(self)
        X = validate_data(self, self._codes.encoded(X), dtype=np.float64, reset=False)
        return self._plan.rows(np.asarray(X))

    def _asked(self, strata: Mapping[Column, Any]) -> dict[int, float]:
        names = list(self.strata)
        for name in strata:
            if name not in names:
                raise ValueError(f"{name!r} is not a stratum of the model; it has {names}.")
        return {names.index(name): self._codes.code(name, level) for name, level in strata.items()}

    def _sampling_covariance(self, given: ArrayLike | None) -> Array:
        size = len(self._effects)
        if given is None:
            return np.zeros((size, size))
        variance = np.asarray(given, dtype=float)
        positive = np.diag(variance) > 0 if variance.ndim == 2 else variance > 0
        if variance.shape not in ((size,), (size, size)) or not np.all(positive) or not np.all(np.isfinite(variance)):
            raise ValueError(f"sampling_variance holds {size} positive numbers, or their {size} x {size} covariance.")
        if variance.shape == (size, size):
            return (variance + variance.T) / 2
        return np.sqrt(np.outer(variance, variance)) * study_covariance(self._groups, self.sampling_correlation)

    def _flat(self, rows: Rows) -> Array:
        """Columns without a prior: the net number of components, whose coefficient is their mean effect."""
        identified = self.prior_mean == "estimated" and bool(np.any(self._rows.net_count))
        return rows.net_count[:, None] if identified else np.zeros((len(rows), 0))

    def _model(self) -> MarginalModel:
        return with_spread(self._plain_model(), self.study_precision_)

    def _plain_model(self) -> MarginalModel:
        plan = self._plan
        self._terms = prior_terms(len(plan.covariates), plan.stratum_names, stratum_levels=self.stratum_levels)
        covariances = [term.covariance(self._rows, self._rows) for term in self._terms]
        covariances.append(study_covariance(self._groups, self.within_study_correlation))
        unit = float(np.sqrt(np.mean(self._effects**2))) or 1.0
        prior = None if self.scales == "REML" else (self.prior_scale or unit) / unit
        return MarginalModel(self._effects, self._sampling, self._flat(self._rows), tuple(covariances), unit, prior)

    def _scale_nodes(self, model: MarginalModel) -> Nodes:
        if self.scales == "integrated":
            return integrate_scales(model, self.nodes)
        return Nodes(mode_of_scales(model)[None, :], np.ones(1))

    @on_one_thread
    def _conditional(self, rows: Rows, *, joint: bool) -> list[tuple[Array, Array, float]]:
        """At each node: mean (n), covariance (n, n) or variances (n) of the effects of rows, heterogeneity tau2."""
        model, flat = self._model(), self._flat(rows)
        crosses = np.array([term.covariance(rows, self._rows) for term in self._terms])
        priors = np.array([term.covariance(rows, rows) if joint else term.variance(rows) for term in self._terms])
        fits = []
        for node in self._nodes.log_scales:
            variances = model.variances(node)
            cross, prior = (np.tensordot(variances[:-1], parts, 1) for parts in (crosses, priors))
            fits.append((*model.solve(node).predict(cross, prior, flat, model.flat), float(variances[-1])))
        return fits

    def _joint(self, rows: Rows) -> tuple[Array, Array]:
        """Mean and covariance over the nodes: mean of the covariances plus covariance of the means."""
        weights = self._nodes.weights
        fits = self._conditional(rows, joint=True)
        means = np.array([mean for mean, _, _ in fits])
        centre = weights @ means
        within = np.tensordot(weights, np.array([covariance for _, covariance, _ in fits]), 1)
        covariance = within + (weights[:, None] * (means - centre)).T @ (means - centre)
        return centre, (covariance + covariance.T) / 2

    def _supports(self, rows: Rows) -> list[Support]:
        anywhere = is_estimable(rows.components, row_space(self._rows.components))
        return [
            ("direct" if self._isolated_here(components, strata) else "borrowed") if somewhere else "none"
            for components, strata, somewhere in zip(rows.components, rows.strata, anywhere, strict=True)
        ]

    def _isolated_here(self, components: Array, strata: Array) -> bool:
        asked = ~np.isnan(strata)
        here = np.all(self._rows.strata[:, asked] == strata[asked], axis=1)
        return bool(is_estimable(components[None, :], row_space(self._rows.components[here]))[0])

    def _publish(self, model: MarginalModel) -> None:
        mean = self._nodes.weights @ np.array([model.variances(node) for node in self._nodes.log_scales])
        names = [*(term.name for term in self._terms), STUDY]
        self.scales_ = dict(zip(names, np.sqrt(mean).tolist(), strict=True))
        self.tau2_ = float(mean[-1])
        self.effective_nodes_ = self._nodes.effective
        self.component_names_ = self._plan.component_names
        self.component_mean_, self.component_covariance_ = self._joint(self._plan.single_components({}))


def _group_codes(groups: ArrayLike | None, size: int) -> NDArray[np.int64]:
    if groups is None:
        return np.arange(size)
    labels = np.asarray(groups)
    if labels.shape != (size,):
        raise ValueError(f"groups names the study of each of {size} rows; its shape is {labels.shape}.")
    return np.unique(labels.astype(str), return_inverse=True)[1].reshape(-1)
