"""The component network agrees with R metafor and with a dense calculation written the long way round."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import chi2

from formulator.evidence.network import NetworkFit, fit_network
from formulator.evidence.network.design import additive_design, component_columns
from formulator.evidence.network.heterogeneity import heterogeneity_shape, tau2_interval, whiten
from formulator.evidence.network.studies import assemble_studies

from .networks import PLACEBO, contrasts, linde, random_network, reference

ORACLE = reference("cnma_linde2016.json")


@pytest.fixture(scope="module", params=["random", "common"])
def fitted(request: pytest.FixtureRequest) -> tuple[str, NetworkFit]:
    method = "REML" if request.param == "random" else "common"
    return request.param, fit_network(linde(), inactive=PLACEBO, method=method)


TOLERANCE = {"random": 1e-3, "common": 1e-6}


def test_every_component_of_linde_2016_has_the_estimate_and_standard_error_of_metafor(fitted) -> None:
    model, fit = fitted
    expected = {row["component"]: row for row in ORACLE["components"]}
    assert set(fit.columns.names) == set(expected)
    for effect in fit.effects():
        row = expected[effect.name]
        assert effect.estimable
        assert effect.estimate == pytest.approx(row[f"{model}_estimate"], abs=TOLERANCE[model])
        assert effect.se == pytest.approx(row[f"{model}_se"], abs=TOLERANCE[model])


def test_the_heterogeneity_of_linde_2016_is_that_of_metafor() -> None:
    fit = fit_network(linde(), inactive=PLACEBO)
    assert fit.tau2 == pytest.approx(ORACLE["tau2"], abs=1e-4)
    assert (fit.studies, fit.contrasts) == (ORACLE["studies"], ORACLE["contrasts"])
    assert fit.additive.df == ORACLE["contrasts"] - len(ORACLE["components"])


def _dense(rows, tau2: float):
    """Restricted log-likelihood and coefficients with whole matrices."""
    studies = assemble_studies(rows)
    design = additive_design(studies, component_columns(studies, [PLACEBO]))
    y = np.concatenate([study.effects for study in studies])
    total = np.zeros((len(y), len(y)))
    start = 0
    for study in studies:
        block = slice(start, start + len(study.effects))
        total[block, block] = study.covariance + tau2 * heterogeneity_shape(len(study.effects))
        start = block.stop
    weight = np.linalg.inv(total)
    information = design.T @ weight @ design
    coefficients = np.linalg.solve(information, design.T @ weight @ y)
    residual = y - design @ coefficients
    logs = np.linalg.slogdet(total)[1] + np.linalg.slogdet(information)[1]
    return -0.5 * (logs + residual @ weight @ residual), coefficients, np.linalg.inv(information)


@pytest.mark.parametrize("seed", range(5))
def test_whitening_gives_the_same_answer_as_whole_matrices(seed: int) -> None:
    rows = random_network(seed)
    fit = fit_network(rows, inactive=PLACEBO)
    highest = minimize_scalar(lambda tau2: -_dense(rows, tau2)[0], bounds=(0, 1), options={"xatol": 1e-10})
    assert fit.tau2 == pytest.approx(highest.x, abs=1e-5)
    assert fit.tau2 is not None
    _, coefficients, covariance = _dense(rows, fit.tau2)
    np.testing.assert_allclose(fit.estimates, coefficients, atol=1e-9)
    np.testing.assert_allclose(fit.covariance, covariance, atol=1e-9)


def test_a_network_of_one_comparison_is_an_ordinary_random_effects_meta_analysis() -> None:
    y, v = np.array([0.1, 0.6, 0.9, -0.2, 0.5]), np.array([0.04, 0.02, 0.05, 0.03, 0.06])
    fit = fit_network(
        contrasts(*[(str(i), "A", PLACEBO, y[i], np.sqrt(v[i])) for i in range(5)]),
        inactive=PLACEBO,
        small_sample="knapp-hartung",
    )
    assert fit.tau2 is not None
    weights = 1 / (v + fit.tau2)
    mean = np.average(y, weights=weights)
    knapp_hartung = np.sum(weights * (y - mean) ** 2) / (4 * np.sum(weights))
    assert fit.estimates[0] == pytest.approx(mean)
    assert fit.covariance[0, 0] == pytest.approx(knapp_hartung)
    fixed = np.average(y, weights=1 / v)
    assert fit.additive.q == pytest.approx(np.sum((y - fixed) ** 2 / v))


def test_the_ends_of_the_interval_of_tau2_put_q_at_its_quantiles() -> None:
    studies = assemble_studies(random_network(3))
    white = whiten(studies, additive_design(studies, component_columns(studies, [PLACEBO])))
    low, high = tau2_interval(white) or (np.nan, np.nan)
    assert low < 0.05 < high
    assert chi2.cdf(white.fit(low).q, white.degrees_of_freedom) == pytest.approx(0.975, abs=1e-6)
    assert chi2.cdf(white.fit(high).q, white.degrees_of_freedom) == pytest.approx(0.025, abs=1e-6)


def test_two_hundred_contrasts_are_fitted_within_a_second() -> None:
    rows = random_network(1, studies=130)
    start = time.process_time()
    fit = fit_network(rows, inactive=PLACEBO)
    assert fit.contrasts > 200
    assert time.process_time() - start < 1
