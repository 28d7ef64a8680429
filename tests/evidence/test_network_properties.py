"""What must hold for every network, whatever its numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from formulator.evidence.network import fit_network
from formulator.evidence.network.treatments import SEPARATOR
from formulator.faults import FaultsFound

from .networks import PLACEBO, contrasts, linde, random_network

SEEDS = st.integers(0, 10_000)
FEW = st.integers(3, 12)


@given(seed=SEEDS, studies=FEW)
def test_turning_every_contrast_round_changes_nothing(seed: int, studies: int) -> None:
    rows = random_network(seed, studies)
    turned = [replace(row, treat1=row.treat2, treat2=row.treat1, estimate=-row.estimate) for row in rows]
    _same(rows, turned)


@given(seed=SEEDS, studies=FEW)
def test_an_outcome_with_the_other_sign_gives_effects_with_the_other_sign(seed: int, studies: int) -> None:
    rows = random_network(seed, studies)
    first = fit_network(rows, inactive=_inactive(rows))
    second = fit_network([replace(row, estimate=-row.estimate) for row in rows], inactive=_inactive(rows))
    np.testing.assert_allclose(first.estimates, -second.estimates, atol=1e-7)
    np.testing.assert_allclose(first.covariance, second.covariance, atol=1e-7)


@given(seed=SEEDS, studies=FEW, order=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(seed: int, studies: int, order) -> None:
    rows = random_network(seed, studies)
    shuffled = list(rows)
    order.shuffle(shuffled)
    _same(rows, shuffled)


@given(seed=SEEDS, studies=FEW)
def test_other_names_for_components_and_studies_give_the_same_effects(seed: int, studies: int) -> None:
    rows = random_network(seed, studies)
    names = {"A": "z", "B": "y", "C": "x", "D": "w", PLACEBO: PLACEBO}

    def renamed(treatment: str) -> str:
        return SEPARATOR.join(names[part] for part in reversed(treatment.split(SEPARATOR)))

    other = [
        replace(row, study=f"trial {row.study}", treat1=renamed(row.treat1), treat2=renamed(row.treat2)) for row in rows
    ]
    first, second = fit_network(rows, inactive=_inactive(rows)), fit_network(other, inactive=_inactive(rows))
    place = [second.columns.names.index(names[name]) for name in first.columns.names]
    np.testing.assert_allclose(first.estimates, second.estimates[place], atol=1e-7)
    np.testing.assert_array_equal(first.estimable, second.estimable[place])


@given(seed=SEEDS, studies=FEW, factor=st.sampled_from([0.01, 7.0, 1000.0]))
def test_another_unit_of_the_outcome_scales_effects_and_heterogeneity(seed: int, studies: int, factor: float) -> None:
    rows = random_network(seed, studies)
    scaled = [replace(row, estimate=row.estimate * factor, se=row.se * factor) for row in rows]
    first, second = fit_network(rows, inactive=_inactive(rows)), fit_network(scaled, inactive=_inactive(rows))
    np.testing.assert_allclose(first.estimates * factor, second.estimates, rtol=1e-5, atol=1e-7 * factor)
    if first.tau2 is not None and second.tau2 is not None:
        assert second.tau2 == pytest.approx(first.tau2 * factor**2, rel=1e-5, abs=1e-8 * factor**2)


@given(seed=SEEDS, studies=FEW, component=st.sampled_from(["A", "B", "C", "D"]))
def test_without_the_trials_of_a_component_nothing_is_claimed_about_it(seed: int, studies: int, component: str) -> None:
    rows = random_network(seed, studies)
    trials = {row.study for row in rows if _has(row, component)}
    left = [row for row in rows if row.study not in trials]
    assume(left and any(_has(row, component) for row in rows))
    fit = fit_network(left)
    assert component not in fit.columns.names
    with pytest.raises(FaultsFound, match="does not occur"):
        fit.effect(component)


@given(seed=SEEDS, studies=FEW, drop=st.integers(0, 11))
def test_leaving_a_study_out_never_narrows_a_common_effect(seed: int, studies: int, drop: int) -> None:
    rows = random_network(seed, studies)
    left = [row for row in rows if row.study != f"study {drop % studies}"]
    whole = {effect.name: effect for effect in fit_network(rows, method="common", inactive=_inactive(rows)).effects()}
    for effect in fit_network(left, method="common", inactive=_inactive(left)).effects():
        if effect.estimable:
            assert whole[effect.name].estimable
            assert effect.se >= whole[effect.name].se - 1e-9


@given(seed=SEEDS, studies=FEW)
def test_a_term_is_either_estimable_with_a_standard_error_above_zero_or_has_no_numbers(seed: int, studies: int) -> None:
    rows = random_network(seed, studies)
    for effect in fit_network(rows, inactive=_inactive(rows)).effects():
        assert (effect.se > 0) if effect.estimable else (np.isnan(effect.estimate) and np.isnan(effect.se))


def test_a_component_on_both_sides_of_every_contrast_is_not_estimable() -> None:
    rows = contrasts(("1", "A + B", "B", 0.5, 0.1), ("2", "A + B", "B", 0.7, 0.1), ("3", "A", PLACEBO, 0.6, 0.1))
    fit = fit_network(rows, inactive=PLACEBO)
    assert fit.estimable.tolist() == [True, False]
    assert np.isnan(fit.estimates[1])
    assert np.isnan(fit.covariance[1]).all()
    assert "B: not estimable, no contrast isolates it." in fit.notes


def test_components_always_given_together_are_estimable_as_a_mixture_and_not_alone() -> None:
    fit = fit_network(contrasts(("1", "A + B", PLACEBO, 0.5, 0.1), ("2", "A + B", PLACEBO, 0.7, 0.1)), inactive=PLACEBO)
    assert not fit.effect("A").estimable
    assert fit.effect("A + B").estimate == pytest.approx(0.6)
    assert fit.effect("A", against="B").estimable is False


def test_parts_of_a_network_without_a_path_are_joined_by_shared_components() -> None:
    rows = contrasts(("1", "A", PLACEBO, 0.5, 0.1), ("2", "A + B", "C", 0.4, 0.1), ("3", "C + B", "C", 0.3, 0.1))
    fit = fit_network(rows, inactive=PLACEBO, method="common")
    assert fit.subnetworks == 2
    assert dict(zip(fit.columns.names, fit.estimates, strict=True)) == pytest.approx({"A": 0.5, "B": 0.3, "C": 0.4})


def test_a_mixture_against_another_is_the_difference_of_its_components_with_their_covariance() -> None:
    fit = fit_network(linde(), inactive=PLACEBO)
    names = list(fit.columns.names)
    ssri, tca = names.index("SSRI"), names.index("TCA")
    effect = fit.effect("SSRI", against="TCA")
    variance = fit.covariance[ssri, ssri] + fit.covariance[tca, tca] - 2 * fit.covariance[ssri, tca]
    assert effect.estimate == pytest.approx(fit.estimates[ssri] - fit.estimates[tca])
    assert effect.se == pytest.approx(np.sqrt(variance))


def test_an_interaction_takes_up_what_adding_misses_and_the_test_of_additivity_sees_it() -> None:
    rows = contrasts(
        ("1", "A", PLACEBO, 0.5, 0.1),
        ("2", "B", PLACEBO, 0.4, 0.1),
        ("3", "A + B", PLACEBO, 2.0, 0.1),
        ("4", "A", "B", 0.1, 0.1),
    )
    additive = fit_network(rows, inactive=PLACEBO, method="common")
    assert additive.additivity.p is not None
    assert additive.additivity.p < 0.001
    joint = fit_network(rows, inactive=PLACEBO, method="common", interactions=["A * B"])
    assert dict(zip(joint.columns.names, joint.estimates, strict=True))["A * B"] == pytest.approx(1.1)
    assert joint.additivity.df == 0


def test_one_study_has_a_common_effect_and_no_estimate_of_heterogeneity() -> None:
    fit = fit_network(contrasts(("1", "A", PLACEBO, 0.5, 0.2)), inactive=PLACEBO)
    effect = fit.effect("A")
    assert (effect.estimate, effect.se) == pytest.approx((0.5, 0.2))
    assert fit.tau2 is None
    assert fit.additive.p is None
    assert np.isnan(effect.prediction_low)


def test_without_an_inactive_component_only_differences_are_estimable() -> None:
    fit = fit_network(contrasts(("1", "A", "B", 0.5, 0.2), ("2", "A", "B", 0.3, 0.2)))
    assert not fit.estimable.any()
    assert fit.effect("A", against="B").estimate == pytest.approx(0.4)


def test_contrasts_that_agree_better_than_chance_have_no_heterogeneity() -> None:
    rows = contrasts(*[(str(i), "A", PLACEBO, 0.5, 0.2) for i in range(6)])
    fit = fit_network(rows, inactive=PLACEBO)
    assert fit.tau2 == 0.0
    assert fit.i2 == 0.0
    careful = fit_network(rows, inactive=PLACEBO, small_sample="knapp-hartung-at-least-1")
    assert careful.effect("A").se == pytest.approx(fit.effect("A").se)
    assert careful.effect("A").low < fit.effect("A").low


def _has(row, component: str) -> bool:
    return component in f"{row.treat1}{SEPARATOR}{row.treat2}".split(SEPARATOR)


def _inactive(rows) -> tuple[str, ...]:
    return (PLACEBO,) if any(_has(row, PLACEBO) for row in rows) else ()


def _same(rows, other) -> None:
    inactive = _inactive(rows)
    first, second = fit_network(rows, inactive=inactive), fit_network(other, inactive=inactive)
    np.testing.assert_array_equal(first.estimable, second.estimable)
    np.testing.assert_allclose(first.estimates, second.estimates, atol=1e-6)
    np.testing.assert_allclose(first.covariance, second.covariance, atol=1e-6)
    assert first.additive.q == pytest.approx(second.additive.q, abs=1e-7)
