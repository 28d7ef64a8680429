"""The estimator keeps scikit-learn's contract, pools honestly, and says what rests on no trial."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.base import clone
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.utils.estimator_checks import parametrize_with_checks

from formulator.evidence.estimator import ComponentNetworkRegressor
from formulator.evidence.pooling.marginal import MarginalModel, integrate_scales
from formulator.evidence.pooling.predictive import Predictive

# Checks that cannot apply, with the reason. Without an intercept scores on ordinary regression data are poor, which the
# tag poor_score declares; every check that scikit-learn 1.9 runs then passes, so nothing is expected to fail.
EXPECTED_FAILURES: dict[str, str] = {}
COMPONENTS = [f"c{number}" for number in range(6)]


@parametrize_with_checks(
    [ComponentNetworkRegressor(scales="REML"), ComponentNetworkRegressor(nodes=8)],
    expected_failed_checks=lambda _: EXPECTED_FAILURES,
)
def test_the_estimator_keeps_the_contract_of_scikit_learn(estimator: Any, check: Any) -> None:
    check(estimator)


def trials(seed: int, size: int = 30) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Contrasts of mixtures in three indications, their effects and sampling variances."""
    random = np.random.default_rng(seed)
    table = np.zeros((size, len(COMPONENTS)))
    for row in table:
        row[random.choice(len(COMPONENTS), random.integers(1, 4), replace=False)] = 1
        if random.random() < 0.3:
            row[random.integers(len(COMPONENTS))] -= 1
    frame = pd.DataFrame(table, columns=COMPONENTS)
    frame["indication"] = random.choice(["hair", "pigment", "scar"], size)
    effects = random.normal(0.4, 0.3, len(COMPONENTS))
    variance = random.uniform(0.02, 0.2, size)
    y = table @ effects + random.normal(0, 0.2, size) + random.normal(0, np.sqrt(variance))
    return frame, y, variance


def quick(**parameters: Any) -> ComponentNetworkRegressor:
    return ComponentNetworkRegressor(**{"strata": ["indication"], "nodes": 32, **parameters})


def test_a_prediction_with_its_spread_has_one_number_a_row_and_the_interval_contains_the_mean() -> None:
    table, y, variance = trials(1)
    model = quick().fit(table, y, sampling_variance=variance)
    mean, sd = model.predict(table, return_std=True)
    low, high = model.predictive(table).interval(0.8)
    assert mean.shape == sd.shape == y.shape
    assert np.all((low < mean) & (mean < high))


def test_the_effect_of_a_new_study_is_less_certain_than_the_average_one_and_a_trial_of_it_still_less() -> None:
    table, y, variance = trials(2)
    model = quick().fit(table, y, sampling_variance=variance)
    average = model.predict(table, return_std=True, new_study=False)[1]
    study = model.predict(table, return_std=True)[1]
    printed = model.predict(table, return_std=True, sampling_variance=variance)[1]
    assert np.all(average < study)
    assert np.all(study < printed)


@settings(max_examples=15)
@given(seed=st.integers(0, 300))
def test_turning_contrasts_round_or_reordering_them_changes_no_component(seed: int) -> None:
    table, y, variance = trials(seed, 15)
    turned = table.copy()
    turned[COMPONENTS] *= -1
    order = np.random.default_rng(seed).permutation(len(y))
    first = quick(nodes=8).fit(table, y, sampling_variance=variance)
    for other in (
        quick(nodes=8).fit(turned, -y, sampling_variance=variance),
        quick(nodes=8).fit(table.iloc[order], y[order], sampling_variance=variance[order]),
    ):
        np.testing.assert_allclose(first.component_mean_, other.component_mean_, atol=2e-3)
        np.testing.assert_allclose(first.component_covariance_, other.component_covariance_, atol=2e-3)


def test_each_row_has_the_same_spread_alone_as_among_others() -> None:
    table, y, variance = trials(16)
    model = quick().fit(table, y, sampling_variance=variance)
    mean, sd = model.predict(table, return_std=True, new_study=False)
    joint_mean, covariance = model.posterior(table)
    np.testing.assert_allclose(mean, joint_mean, atol=1e-12)
    np.testing.assert_allclose(sd, np.sqrt(np.diag(covariance)), atol=1e-12)


def test_another_unit_of_the_outcome_scales_everything() -> None:
    table, y, variance = trials(3)
    first = quick().fit(table, y, sampling_variance=variance)
    second = quick().fit(table, 100 * y, sampling_variance=1e4 * variance)
    np.testing.assert_allclose(100 * first.component_mean_, second.component_mean_, rtol=1e-3, atol=0.1)
    assert second.tau2_ == pytest.approx(1e4 * first.tau2_, rel=1e-2)


@settings(max_examples=25)
@given(seed=st.integers(0, 300), component=st.sampled_from(COMPONENTS))
def test_without_its_trials_a_component_is_not_estimable_and_less_certain(seed: int, component: str) -> None:
    table, y, variance = trials(seed)
    whole = quick(nodes=16, prior_scale=0.5).fit(table, y, sampling_variance=variance)
    kept = (table[component] == 0).to_numpy()
    less = quick(nodes=16, prior_scale=0.5).fit(table[kept], y[kept], sampling_variance=variance[kept])
    place = COMPONENTS.index(component)
    asked = pd.DataFrame([np.eye(len(COMPONENTS))[place]], columns=COMPONENTS).assign(indication="hair")
    assert not less.estimable_(asked)[0]
    assert less.support_(asked) == ["none"]
    assert less.component_effects()[place].support == "none"
    assert less.component_effects()[place].sd > whole.component_effects()[place].sd * 0.9


@given(seed=st.integers(0, 300), drop=st.integers(0, 29))
def test_at_given_scales_a_study_less_never_makes_a_component_more_certain(seed: int, drop: int) -> None:
    table, y, variance = trials(seed)
    x, left = table[COMPONENTS].to_numpy(), np.delete(np.arange(30), drop)

    def sds(rows: np.ndarray) -> np.ndarray:
        model = _linear(x[rows], y[rows], variance[rows])
        flat = np.ones((len(COMPONENTS), 1))
        _, covariance = model.solve(np.log([0.3, 0.2])).predict(x[rows].T * 0.09, 0.09 * np.eye(6), flat, model.flat)
        return np.sqrt(np.diag(covariance))

    assert np.all(sds(left) >= sds(np.arange(30)) - 1e-9)


def _linear(x: np.ndarray, y: np.ndarray, variance: np.ndarray) -> MarginalModel:
    """Components with one scale, studies with another, in units of one."""
    flat = x.sum(axis=1, keepdims=True)
    return MarginalModel(y, np.diag(variance), flat, (x @ x.T, np.eye(len(y))), 1.0, 1.0)


def test_at_given_scales_the_posterior_is_that_of_bayesian_linear_regression() -> None:
    table, y, variance = trials(4)
    x, scales = table[COMPONENTS].to_numpy(), np.log([0.3, 0.2])
    model = _linear(x, y, variance)
    mean, covariance = model.solve(scales).predict(x.T * 0.09, 0.09 * np.eye(6), np.ones((6, 1)), model.flat)
    design = np.column_stack([x.sum(axis=1), x])
    precision = design.T @ (design / (variance + 0.04)[:, None]) + np.diag([0.0] + [1 / 0.09] * 6)
    joint = np.linalg.inv(precision)
    to_effect = np.column_stack([np.ones(6), np.eye(6)])
    np.testing.assert_allclose(mean, to_effect @ joint @ design.T @ (y / (variance + 0.04)), atol=1e-6)
    np.testing.assert_allclose(covariance, to_effect @ joint @ to_effect.T, atol=1e-6)


def test_the_gradient_of_the_marginal_likelihood_is_its_slope() -> None:
    table, y, variance = trials(5)
    model = _linear(table[COMPONENTS].to_numpy(), y, variance)
    point, step = np.log([0.3, 0.2]), 1e-5
    slopes = [
        (model.log_posterior(point + move)[0] - model.log_posterior(point - move)[0]) / (2 * step)
        for move in step * np.eye(2)
    ]
    np.testing.assert_allclose(model.log_posterior(point)[1], slopes, rtol=1e-5)


@pytest.mark.parametrize("size", [5, 12, 30])
def test_the_nodes_integrate_the_scales_as_a_fine_grid_does(size: int) -> None:
    table, y, variance = trials(6, size)
    model = _linear(table[COMPONENTS].to_numpy(), y, variance)
    nodes = integrate_scales(model, 256)
    grid = np.linspace(np.log(1e-3), np.log(20), 60)
    points = np.array([(a, b) for a in grid for b in grid])
    heights = np.array([model.log_posterior(point)[0] for point in points])
    weights = np.exp(heights - heights.max())
    expected = weights @ np.exp(points) / weights.sum()
    np.testing.assert_allclose(nodes.weights @ np.exp(nodes.log_scales), expected, rtol=0.03)
    assert nodes.effective > 100


def test_reml_finds_the_scales_of_highest_likelihood() -> None:
    table, y, variance = trials(7)
    model = ComponentNetworkRegressor(scales="REML").fit(table[COMPONENTS], y, sampling_variance=variance)
    likelihood = replace(_linear(table[COMPONENTS].to_numpy(), y, variance), prior_scale=None)
    best = likelihood.log_posterior(np.log([model.scales_["component"], model.scales_["study"]]))[0]
    random = np.random.default_rng(0)
    assert all(likelihood.log_posterior(np.log(random.uniform(0.01, 1, 2)))[0] <= best + 1e-6 for _ in range(200))


def test_a_sparse_cell_is_shrunk_towards_what_other_strata_know_and_is_less_certain() -> None:
    table = pd.DataFrame({"a": [1.0] * 11, "indication": ["hair"] * 10 + ["scar"]})
    y = np.array([0.5] * 10 + [2.0])
    variance = np.array([0.02] * 10 + [0.5])
    model = ComponentNetworkRegressor(strata=["indication"]).fit(table, y, sampling_variance=variance)
    hair, scar, new = (model.component_effects({"indication": name})[0] for name in ("hair", "scar", "fat"))
    assert hair.mean < scar.mean < 1.7
    assert hair.sd < scar.sd < new.sd
    assert (hair.support, scar.support, new.support) == ("direct", "direct", "borrowed")


def test_contrasts_of_one_study_count_for_less_than_those_of_separate_studies() -> None:
    table = pd.DataFrame({"a": [1.0] * 8})
    y, variance = np.array([0.1, 0.2, 0.0, 0.1, 0.9, 1.0, 0.8, 0.9]), np.full(8, 0.01)
    separate = ComponentNetworkRegressor(nodes=64).fit(table, y, variance)
    together = ComponentNetworkRegressor(nodes=64).fit(table, y, variance, groups=np.repeat([1, 2], 4))
    assert together.component_effects()[0].sd > separate.component_effects()[0].sd


def test_given_covariances_of_sampling_errors_are_used() -> None:
    table, y, variance = trials(8)
    whole = np.diag(variance)
    first = quick(scales="REML").fit(table, y, sampling_variance=variance)
    second = quick(scales="REML").fit(table, y, sampling_variance=whole)
    np.testing.assert_allclose(first.component_mean_, second.component_mean_)


def test_a_covariate_explains_what_it_made_and_enters_as_it_stands() -> None:
    random = np.random.default_rng(9)
    sessions = random.integers(-3, 4, 60).astype(float)
    table = pd.DataFrame({"a": np.ones(60), "sessions": sessions})
    y = 0.5 + 0.2 * sessions + random.normal(0, 0.1, 60)
    model = ComponentNetworkRegressor(covariates=["sessions"]).fit(table, y, sampling_variance=np.full(60, 0.01))
    few, many = model.predict(pd.DataFrame({"a": [1.0, 1.0], "sessions": [0.0, 3.0]}))
    assert few == pytest.approx(0.5, abs=0.05)
    assert many - few == pytest.approx(0.6, abs=0.06)


def test_joint_effects_have_a_covariance_that_sums_to_that_of_the_mixture() -> None:
    table, y, variance = trials(10)
    model = ComponentNetworkRegressor(nodes=32).fit(table[COMPONENTS], y, sampling_variance=variance)
    pair = pd.DataFrame([[1, 1, 0, 0, 0, 0]], columns=COMPONENTS)
    mean, covariance = model.posterior(pair)
    assert mean[0] == pytest.approx(model.component_mean_[:2].sum())
    assert covariance[0, 0] == pytest.approx(model.component_covariance_[:2, :2].sum())


def test_the_same_data_give_the_same_bytes_and_a_stored_model_the_same_answer() -> None:
    table, y, variance = trials(11)
    models = [quick().fit(table, y, sampling_variance=variance) for _ in range(2)]
    assert models[0].component_mean_.tobytes() == models[1].component_mean_.tobytes()
    restored = pickle.loads(pickle.dumps(models[0]))
    np.testing.assert_array_equal(restored.predict(table), models[0].predict(table))
    assert clone(models[0]).get_params() == models[0].get_params()


def test_studies_can_be_left_out_with_the_tools_of_scikit_learn() -> None:
    table, y, _ = trials(12)
    left_out = cross_val_predict(quick(nodes=8), table, y, groups=np.repeat(np.arange(10), 3), cv=GroupKFold(5))
    assert left_out.shape == y.shape


def test_a_predictive_mixture_agrees_with_simulation() -> None:
    random = np.random.default_rng(13)
    mixture = Predictive(np.array([[0.0], [1.0]]), np.array([[0.5], [2.0]]), np.array([0.3, 0.7]))
    which = random.random(400_000) < 0.3
    draws = np.where(which, random.normal(0, 0.5, which.size), random.normal(1, 2, which.size))
    assert mixture.mean[0] == pytest.approx(draws.mean(), abs=0.01)
    assert mixture.sd[0] == pytest.approx(draws.std(), abs=0.01)
    assert mixture.quantile(0.9)[0] == pytest.approx(np.quantile(draws, 0.9), abs=0.02)
    assert mixture.above(0.5)[0] == pytest.approx(np.mean(draws > 0.5), abs=0.005)
    crps = np.mean(np.abs(draws - 0.7)) - np.mean(np.abs(draws[::2] - draws[1::2])) / 2
    assert mixture.crps(np.array([0.7]))[0] == pytest.approx(crps, abs=0.01)
    density = 0.3 * norm.pdf(0.7, 0, 0.5) + 0.7 * norm.pdf(0.7, 1, 2)
    assert mixture.log_density(np.array([0.7]))[0] == pytest.approx(np.log(density))


@pytest.mark.parametrize(
    ("parameters", "arguments", "words"),
    [
        ({"scales": "ML"}, {}, "scales is 'ML'"),
        ({"nodes": 100}, {}, "power of two"),
        ({"prior_scale": -1.0}, {}, "prior_scale is positive"),
        ({"within_study_correlation": 1.0}, {}, "within_study_correlation"),
        ({"strata": ["nowhere"]}, {}, "'nowhere' is not a column"),
        ({"strata": (), "covariates": ["nowhere"]}, {}, "does not exist|could not convert"),
        ({"covariates": ["indication"]}, {}, "named twice"),
        ({}, {"sampling_variance": np.zeros(30)}, "30 positive numbers"),
        ({}, {"sampling_variance": np.ones(3)}, "30 positive numbers"),
        ({}, {"sampling_variance": np.full(30, np.nan)}, "30 positive numbers"),
        ({}, {"groups": [1, 2]}, "groups names the study"),
    ],
)
def test_impossible_arguments_are_refused_in_words(parameters: dict, arguments: dict, words: str) -> None:
    table, y, variance = trials(14)
    with pytest.raises(ValueError, match=words):
        quick(**parameters).fit(table, y, **{"sampling_variance": variance, **arguments})


def test_a_stratum_that_the_model_does_not_have_is_refused() -> None:
    table, y, variance = trials(15)
    with pytest.raises(ValueError, match="not a stratum"):
        quick(scales="REML").fit(table, y, sampling_variance=variance).component_effects({"phototype": 4})
