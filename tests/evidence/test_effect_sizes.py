"""Effect sizes equal those of the field's accepted software, and refuse numbers that no study can have."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student_t

from formulator.evidence import effect_sizes as es

from .networks import reference

TABLES = reference("escalc.json")
MEASURES = ("SMD", "MD", "ROM", "OR", "OR2DL", "PLO", "SMCR_m1_minus_pre")


def _computed(table: dict, measure: str) -> es.EffectSize:
    first = es.Sample(table["m1"], table["sd1"], table["n1"])
    second = es.Sample(table["m2"], table["sd2"], table["n2"])
    events = es.Count(table["events1"], table["n1"]), es.Count(table["events2"], table["n2"])
    before = es.Sample(table["pre_mean"], table["pre_sd"], table["n1"])
    return {
        "SMD": lambda: es.standardised_mean_difference(first, second),
        "MD": lambda: es.mean_difference(first, second),
        "ROM": lambda: es.log_ratio_of_means(first, second),
        "OR": lambda: es.log_odds_ratio(*events),
        "OR2DL": lambda: es.smd_from_responders(*events),
        "PLO": lambda: es.logit_proportion(events[0]),
        "SMCR_m1_minus_pre": lambda: es.standardised_mean_change(before, table["m1"], table["r"]),
    }[measure]()


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("number", range(len(TABLES)))
def test_every_measure_equals_metafor_to_eight_decimals(number: int, measure: str) -> None:
    effect = _computed(TABLES[number], measure)
    assert [effect.estimate, effect.variance] == pytest.approx(TABLES[number][measure], abs=1e-8)


def test_the_reference_grid_has_not_shrunk() -> None:
    assert len(TABLES) == 12
    assert all(set(MEASURES) <= set(table) for table in TABLES)


def test_a_table_with_an_empty_cell_gets_one_half_in_every_cell_and_says_so() -> None:
    effect = es.log_odds_ratio(es.Count(0, 20), es.Count(5, 20))
    assert effect.estimate == pytest.approx(math.log(0.5 * 15.5 / (20.5 * 5.5)))
    assert effect.variance == pytest.approx(1 / 0.5 + 1 / 20.5 + 1 / 5.5 + 1 / 15.5)
    assert effect.imputed == ("1/2 added to every cell",)
    assert es.smd_from_log_odds(effect).imputed == effect.imputed
    assert es.logit_proportion(es.Count(20, 20)).imputed


def test_an_imputed_correlation_is_flagged_and_a_printed_one_is_not() -> None:
    before = es.Sample(20, 5, 30)
    assert es.standardised_mean_change(before, 24, 0.5).imputed == ("correlation 0.5",)
    assert es.standardised_mean_change(before, 24, 0.5, r_imputed=False).imputed == ()


def test_a_published_interval_gives_back_the_standard_error_it_was_made_from() -> None:
    effect = es.from_interval(1.2, 1.2 - 1.959964 * 0.3, 1.2 + 1.959964 * 0.3)
    assert effect.se == pytest.approx(0.3, abs=1e-6)
    assert effect.imputed == ()


def test_a_ratio_with_its_interval_is_read_on_the_log_scale() -> None:
    effect = es.from_interval(2.0, 1.0, 4.0, ratio=True)
    assert effect.estimate == pytest.approx(math.log(2))
    assert effect.se == pytest.approx(math.log(4) / (2 * 1.959964), abs=1e-6)


def test_an_interval_that_is_not_symmetric_is_flagged() -> None:
    assert es.from_interval(1.61, 0.52, 5.0).imputed == ("asymmetric interval read as symmetric",)


@given(mean=st.floats(-2, 2), n1=st.integers(3, 80), n2=st.integers(3, 80))
def test_a_p_value_gives_back_the_smd_of_the_means_it_was_computed_from(mean: float, n1: int, n2: int) -> None:
    t = mean / math.sqrt(1 / n1 + 1 / n2)
    p = max(2 * float(student_t.sf(abs(t), n1 + n2 - 2)), 1e-300)
    expected = es.standardised_mean_difference(es.Sample(mean, 1, n1), es.Sample(0, 1, n2))
    found = es.smd_from_p(p, n1, n2, sign=1 if mean >= 0 else -1)
    assert found.estimate == pytest.approx(expected.estimate, abs=1e-6)
    assert found.variance == pytest.approx(expected.variance, rel=1e-6)
    assert "effect and SD from a p-value" in found.imputed


def test_a_p_value_printed_as_a_bound_says_at_which_number_it_was_taken() -> None:
    assert "p taken as 0.001 where the study says below" in es.smd_from_p(0.001, 20, 20, sign=1, bound=True).imputed


def test_changes_and_raw_values_give_one_smd_where_half_the_correlation_makes_their_spreads_equal() -> None:
    change = es.smd_from_changes(es.Sample(4, 2, 30), es.Sample(1, 2, 30), 0.5)
    raw = es.standardised_mean_difference(es.Sample(4, 2, 30), es.Sample(1, 2, 30))
    assert change.estimate == pytest.approx(raw.estimate)
    assert change.variance == pytest.approx(raw.variance)


def test_sides_of_one_person_that_agree_more_carry_more_information() -> None:
    left, right = es.Sample(10, 3, 25), es.Sample(8, 3, 25)
    loose, tight = es.smd_within_people(left, right, 0.2), es.smd_within_people(left, right, 0.8)
    assert tight.variance < loose.variance
    assert tight.estimate == loose.estimate


def test_a_paired_p_value_agrees_with_the_paired_means_behind_it() -> None:
    n, r, difference = 25, 0.5, 0.6
    t = difference / math.sqrt(2 * (1 - r) / n)
    p = 2 * float(student_t.sf(t, n - 1))
    means = es.smd_within_people(es.Sample(difference, 1, n), es.Sample(0, 1, n), r)
    found = es.smd_within_people_from_p(p, n, r, sign=1)
    assert (found.estimate, found.variance) == pytest.approx((means.estimate, means.variance))


def test_simulated_paired_effects_spread_as_the_variance_says() -> None:
    random, n, r = np.random.default_rng(7), 20, 0.6
    both = random.multivariate_normal([0.7, 0], [[1, r], [r, 1]], size=(4000, n))
    found = [
        es.smd_within_people(es.Sample(a.mean(), a.std(ddof=1), n), es.Sample(b.mean(), b.std(ddof=1), n), r)
        for a, b in ((sides[:, 0], sides[:, 1]) for sides in both)
    ]
    assert np.mean([effect.estimate for effect in found]) == pytest.approx(0.7, abs=0.02)
    assert np.var([effect.estimate for effect in found]) == pytest.approx(np.mean([e.variance for e in found]), rel=0.1)


def test_the_change_beyond_the_control_is_a_difference_with_both_variances() -> None:
    treated = es.standardised_mean_change(es.Sample(20, 5, 30), 26, 0.5)
    control = es.standardised_mean_change(es.Sample(20, 5, 30), 22, 0.5)
    beyond = es.difference_of_standardised_changes(treated, control)
    assert beyond.estimate == pytest.approx(treated.estimate - control.estimate)
    assert beyond.variance == pytest.approx(treated.variance + control.variance)
    with pytest.raises(es.EffectSizeError, match="standardised mean changes"):
        es.difference_of_standardised_changes(treated, es.mean_difference(es.Sample(1, 1, 5), es.Sample(1, 1, 5)))


def test_reversing_the_groups_turns_the_sign_and_keeps_the_variance() -> None:
    first, second = es.Sample(3, 1, 10), es.Sample(2, 2, 12)
    for measure in (es.standardised_mean_difference, es.mean_difference, es.log_ratio_of_means):
        assert measure(second, first).estimate == pytest.approx(measure(first, second).reversed().estimate)
        assert measure(second, first).variance == pytest.approx(measure(first, second).variance)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: es.Sample(1, 0, 10), "SD is positive"),
        (lambda: es.Sample(math.nan, 1, 10), "finite"),
        (lambda: es.Sample(1, 1, 1), "at least 2"),
        (lambda: es.Count(11, 10), "impossible"),
        (lambda: es.Count(-1, 10), "impossible"),
        (lambda: es.log_ratio_of_means(es.Sample(-1, 1, 9), es.Sample(1, 1, 9)), "positive means"),
        (lambda: es.standardised_mean_change(es.Sample(1, 1, 9), 2, 1.0), "correlation"),
        (lambda: es.standardised_mean_change(es.Sample(1, 1, 2), 2, 0.5), "degrees of freedom"),
        (lambda: es.from_interval(3, 1, 2), "within its interval"),
        (lambda: es.from_interval(1, -1, 2, ratio=True), "Ratios are positive"),
        (lambda: es.smd_from_p(0, 10, 10, sign=1), "no t-test"),
        (lambda: es.smd_from_p(0.1, 10, 10, sign=0), "no t-test"),
        (lambda: es.smd_within_people(es.Sample(1, 1, 9), es.Sample(1, 1, 8), 0.5), "same n"),
    ],
)
def test_numbers_that_no_study_can_have_are_refused_in_words(make, words: str) -> None:
    with pytest.raises(es.EffectSizeError, match=words):
        make()
