"""Each outcome row gives an effect by a stated formula, or is listed with a reason; both equal what a hand computes."""

from __future__ import annotations

from math import log, pi, sqrt
from pathlib import Path

import pytest

from formulator.evidence.effects import REASONS, Effect, Exclusion, Rules
from formulator.evidence.extract import effects_of
from tests.evidence.test_tables import ARMS, OUTCOME, SHIPPED, STUDY, Rows, write_folder

A, B = OUTCOME, {**OUTCOME, "arm_id": "b"}


def taken(folder: Path, outcomes: Rows, rules: Rules | None = None, **tables: Rows) -> list[Effect]:
    """The controlled effects of a small folder."""
    effects, _ = effects_of(write_folder(folder, outcomes=outcomes, **tables), rules)
    return [effect for effect in effects if effect.kind == "controlled"]


def left_out(folder: Path, outcomes: Rows, rules: Rules | None = None, **tables: Rows) -> list[Exclusion]:
    """The exclusions of a small folder."""
    return list(effects_of(write_folder(folder, outcomes=outcomes, **tables), rules)[1])


def sized(first: int, second: int) -> Rows:
    """The two arms with other numbers of people."""
    return [{**ARMS[0], "n_arm": str(first)}, {**ARMS[1], "n_arm": str(second)}]


def test_sds_of_change_give_a_difference_in_raw_sds(tmp_path):
    """Changes 18.6 (SD 25.4, n 157) and 3.9 (21.7, n 78), r 0.5, so the raw SD is the SD of change.

    Pooled SD = sqrt((156 * 645.16 + 77 * 470.89) / 233) = 24.240; d = 14.7 / 24.240 = 0.60644; J = 1 - 3/931 = 0.99678;
    g = 0.60449; variance = 1/157 + 1/78 + 0.60449^2 / 470 = 0.019967. In hairs: 14.7, 25.4^2/157 + 21.7^2/78 = 10.146.
    """
    rows = [{**A, "change_mean": "18.6", "change_sd": "25.4"}, {**B, "change_mean": "3.9", "change_sd": "21.7"}]
    (effect,) = taken(tmp_path, rows, arms=sized(157, 78))
    assert effect.estimate == pytest.approx(0.60449, abs=2e-5)
    assert effect.variance == pytest.approx(0.019967, abs=2e-6)
    assert (effect.natural_estimate, effect.natural_unit) == (pytest.approx(14.7), "hairs/cm2")
    assert effect.natural_variance == pytest.approx(10.146, abs=1e-3)
    assert effect.basis == "change_sd"
    assert effect.flags == ("imputed_correlation",)
    assert (effect.treatment, effect.control, effect.added) == (("prp",), ("saline",), ("prp",))


def test_spreads_before_and_after_compare_the_changes_in_sds_before_treatment(tmp_path):
    """Before 100 (SD 20), after 112 and 104, 30 and 30, SD after 20, r 0.5: d = (12 - 4) / 20 = 0.4, J(58) = 0.98701.

    Variance 2 * 0.5 * (1/30 + 1/30) + g^2 / 120; in hairs 8 with 20^2 * (1/30 + 1/30) = 26.667.
    """
    numbers = {"baseline_mean": "100", "baseline_sd": "20", "post_sd": "20"}
    rows = [{**A, **numbers, "post_mean": "112"}, {**B, **numbers, "post_mean": "104"}]
    (effect,) = taken(tmp_path, rows, arms=sized(30, 30))
    assert effect.estimate == pytest.approx(0.98701 * 0.4, abs=1e-4)
    assert effect.variance == pytest.approx(2 / 30 + effect.estimate**2 / 120)
    assert (effect.natural_estimate, effect.natural_variance) == (pytest.approx(8), pytest.approx(26.667, abs=1e-3))


def test_another_correlation_changes_only_what_rests_on_it(tmp_path):
    """At r 0.7 an SD of change of 10 means a raw SD of 10 / sqrt(0.6) = 12.910, so d = 5 / 12.910 = 0.38730.

    J(38) = 0.98013 to five digits by 1 - 3/151; variance 0.6 * (1/20 + 1/20) + g^2/80.
    """
    rows = [{**A, "change_mean": "5", "change_sd": "10"}, {**B, "change_mean": "0", "change_sd": "10"}]
    (effect,) = taken(tmp_path, rows, Rules(correlation=0.7))
    g = 0.98013 * 0.38730
    assert effect.estimate == pytest.approx(g, abs=1e-4)
    assert effect.variance == pytest.approx(0.06 + g**2 / 80, abs=1e-5)
    assert effect.natural_estimate == pytest.approx(5)


def test_a_score_that_is_better_when_lower_changes_its_sign(tmp_path):
    """After treatment 4 and 6 mMASI points, SD 2, 20 each: d = -1, turned to +1, times J(38) = 0.98013."""
    after = {"outcome": "mmasi", "post_sd": "2"}
    rows = [{**A, **after, "post_mean": "4"}, {**B, **after, "post_mean": "6"}]
    (effect,) = taken(tmp_path, rows, studies=[{**STUDY, "indication": "melasma"}])
    assert effect.estimate == pytest.approx(0.98013, abs=1e-4)
    assert effect.variance == pytest.approx(0.1 + effect.estimate**2 / 80)
    assert effect.natural_estimate == pytest.approx(2)
    assert effect.family == "pigment_score"
    assert effect.flags == ()


def test_responder_counts_give_an_smd_by_the_logistic_factor(tmp_path):
    """17 of 20 against 9 of 20: OR = 17 * 11 / (3 * 9) = 6.9259, log 1.93527, times sqrt(3)/pi.

    Variance (1/17 + 1/3 + 1/9 + 1/11) * 3/pi^2; the control arm's part of it is (1/9 + 1/11) * 3/pi^2.
    """
    counts = {"outcome": "global_response", "family": "hair_global_response", "responders_total": "20"}
    rows = [{**A, **counts, "responders_n": "17"}, {**B, **counts, "responders_n": "9"}]
    (effect,) = taken(tmp_path, rows)
    assert effect.estimate == pytest.approx(log(17 * 11 / 27) * sqrt(3) / pi)
    assert effect.variance == pytest.approx((1 / 17 + 1 / 3 + 1 / 9 + 1 / 11) * 3 / pi**2)
    assert effect.shared_variance == pytest.approx((1 / 9 + 1 / 11) * 3 / pi**2)
    assert effect.family == "hair_photographic"


def test_printed_percentages_become_counts_and_say_so(tmp_path):
    """85 % and 45 % of 20 are 17 and 9: the same effect as from the counts."""
    share = {"outcome": "global_response", "family": "hair_global_response", "effect_label": "pct_patients"}
    rows = [{**A, **share, "effect_value": "85"}, {**B, **share, "effect_value": "45"}]
    (effect,) = taken(tmp_path, rows)
    assert effect.estimate == pytest.approx(log(17 * 11 / 27) * sqrt(3) / pi)
    assert effect.flags == ("derived_counts",)


def test_sides_of_one_person_are_paired_with_the_imputed_correlation(tmp_path):
    """SD 10 before and after on both sides, changes 8 and 3, 25 people, r 0.5: SD of change 10, so d = 0.5.

    g = (1 - 3/95) * 0.5 = 0.48421. Variance (Bonett 2008): 100 / (24 * 100) + g^2 * 2.5 / (8 * 24) = 0.044720.
    """
    numbers = {"baseline_mean": "100", "baseline_sd": "10", "post_sd": "10"}
    rows = [{**A, **numbers, "post_mean": "108"}, {**B, **numbers, "post_mean": "103"}]
    study = {**STUDY, "design": "rct_split", "split": "yes", "n_total": "25"}
    (effect,) = taken(tmp_path, rows, studies=[study], arms=sized(25, 25))
    assert effect.estimate == pytest.approx(0.48421, abs=1e-4)
    assert effect.variance == pytest.approx(0.044720, abs=1e-5)
    assert effect.natural_variance == pytest.approx(100 / 25)
    assert (effect.n, effect.split) == (25, True)


def test_an_exact_p_between_arms_gives_the_effect_in_the_direction_of_the_means(tmp_path):
    """p 0.664, 30 and 30: t(58) = 0.43674, d = t * sqrt(2/30) = 0.11277, J = 0.98701; the treated arm is lower."""
    rows = [
        {**A, "outcome": "regrowth_pct", "post_mean": "66.36", "p_between": "0.664"},
        {**B, "outcome": "regrowth_pct", "post_mean": "69.75", "p_between": "0.664"},
    ]
    study = {**STUDY, "indication": "alopecia_areata"}
    (effect,) = taken(tmp_path, rows, studies=[study], arms=sized(30, 30))
    assert effect.estimate == pytest.approx(-0.11130, abs=1e-4)
    assert effect.flags == ("from_p_value",)
    assert effect.family == "salt"


def test_a_printed_mean_difference_is_divided_by_the_sd_of_its_interval(tmp_path):
    """5 (1.08 to 8.92): SE 2, so SD = 2 / sqrt(1/50 + 1/50) = 10, d = 0.5, J(98) = 1 - 3/391, g = 0.49616."""
    row = {**OUTCOME, "arm_id": "", "effect_label": "MD", "effect_value": "5"}
    row |= {"effect_ci_low": "1.08", "effect_ci_high": "8.92"}
    (effect,) = taken(tmp_path, [row], arms=sized(50, 50))
    assert effect.estimate == pytest.approx(0.49616, abs=1e-4)
    assert effect.variance == pytest.approx(0.04 + effect.estimate**2 / 200, abs=1e-5)
    assert effect.natural_estimate == pytest.approx(5)


def test_an_interval_that_implies_a_fifth_of_the_usual_sd_is_not_believed(tmp_path):
    """7.9 (7.14 to 8.66) with 14 and 14 means an SD of 1.03 hairs; other trials have 22.6: d = 7.9 / 22.6 * J(26)."""
    row = {**OUTCOME, "arm_id": "", "effect_label": "MD", "effect_value": "7.9"}
    row |= {"effect_ci_low": "7.14", "effect_ci_high": "8.66"}
    (effect,) = taken(tmp_path, [row], arms=sized(14, 14))
    assert effect.estimate == pytest.approx(7.9 / 22.6 * (1 - 3 / 103), abs=1e-4)
    assert effect.flags == ("imputed_sd", "spread_not_believed")


def test_cliffs_delta_becomes_an_smd_through_the_normal_distribution(tmp_path):
    """delta 0.5 is 2 Phi(d / sqrt 2) - 1, so Phi = 0.75 and d = sqrt(2) * 0.67449 = 0.95387."""
    row = {**OUTCOME, "arm_id": "", "effect_label": "Cliffs_delta", "effect_value": "0.5"}
    (effect,) = taken(tmp_path, [{**row, "effect_ci_low": "0.1", "effect_ci_high": "0.8"}])
    assert effect.estimate == pytest.approx(0.95387, abs=1e-5)


def test_a_missing_sd_is_borrowed_from_other_trials_only_where_the_rules_allow(tmp_path):
    """Changes 12.3 and -0.58, 50 and 50, SD 22.6: d = 12.88 / 22.6 = 0.56991 times 1 - 3/391."""
    rows = [{**A, "change_mean": "12.3"}, {**B, "change_mean": "-0.58"}]
    (effect,) = taken(tmp_path, rows, arms=sized(50, 50))
    assert effect.estimate == pytest.approx(0.56991 * (1 - 3 / 391), abs=1e-4)
    assert "imputed_sd" in effect.flags
    assert taken(tmp_path, rows, Rules(borrow_sd=False), arms=sized(50, 50)) == []


def test_a_single_arm_gives_a_standardised_mean_change_and_no_controlled_effect(tmp_path):
    """SALT 6.82 (4.96) to 4.35 in 17: d = 2.47 / 4.96 = 0.49798 better, J(16) = 1 - 3/63, g = 0.47427.

    Variance (Becker 1988) 2 (1 - 0.5) / 17 + g^2 / 34 = 0.065439.
    """
    row = {**OUTCOME, "outcome": "salt_score", "comparison": "within_arm", "baseline_mean": "6.82"}
    row |= {"baseline_sd": "4.96", "post_mean": "4.35", "post_sd": "4.58"}
    study = {**STUDY, "design": "single_arm", "indication": "alopecia_areata", "n_total": "17"}
    folder = write_folder(tmp_path, [study], [{**ARMS[0], "n_arm": "17"}], [row])
    (effect,) = effects_of(folder)[0]
    assert (effect.kind, effect.metric, effect.control_arm) == ("within_arm", "SMCR", "")
    assert effect.estimate == pytest.approx(0.47427, abs=1e-4)
    assert effect.variance == pytest.approx(0.065439, abs=1e-5)


def test_the_share_of_responders_of_one_arm_stays_a_share(tmp_path):
    """15 of 20: logit log(3), variance 1/15 + 1/5."""
    row = {**OUTCOME, "outcome": "patient_satisfied", "comparison": "within_arm", "responders_n": "15"}
    folder = write_folder(tmp_path, arms=ARMS[:1], outcomes=[{**row, "responders_total": "20"}])
    (effect,) = effects_of(folder)[0]
    assert (effect.kind, effect.metric, effect.family) == ("within_arm", "PLO", "satisfaction")
    assert (effect.estimate, effect.variance) == (pytest.approx(log(3)), pytest.approx(1 / 15 + 1 / 5))


def test_both_arms_of_a_controlled_trial_also_show_their_own_change(tmp_path):
    rows = [{**A, "change_mean": "20", "change_sd": "10"}, {**B, "change_mean": "15", "change_sd": "10"}]
    effects, _ = effects_of(write_folder(tmp_path, outcomes=rows))
    assert [(effect.kind, effect.arm) for effect in effects] == [
        ("controlled", "a"),
        ("within_arm", "a"),
        ("within_arm", "b"),
    ]


def test_two_doses_against_one_placebo_share_the_variance_of_its_mean(tmp_path):
    """Control arm of 78, r 0.5: 2 * (1 - 0.5) / 78."""
    arms = [*sized(157, 78), {**ARMS[0], "arm_id": "c", "n_arm": "158"}]
    numbers = {"change_sd": "20"}
    means = (("a", "18"), ("b", "4"), ("c", "12"))
    rows = [{**A, **numbers, "arm_id": arm, "change_mean": mean} for arm, mean in means]
    effects = taken(tmp_path, rows, arms=arms)
    assert [(effect.arm, effect.control_arm) for effect in effects] == [("a", "b"), ("c", "b")]
    assert [effect.shared_variance for effect in effects] == pytest.approx([1 / 78, 1 / 78])


def test_the_latest_time_within_half_a_year_stands_for_the_study(tmp_path):
    spread = {"change_sd": "10"}
    rows = [
        {**row, **spread, "timepoint_weeks": weeks, "change_mean": mean}
        for weeks, gain in (("12", 5), ("24", 10), ("52", 20))
        for row, mean in ((A, str(gain)), (B, "0"))
    ]
    (effect,) = taken(tmp_path, rows)
    assert effect.weeks == 24
    codes = {exclusion.code for exclusion in left_out(tmp_path, rows)}
    assert codes == {"another_row_used"}


def test_a_direct_measure_stands_before_a_share_of_responders(tmp_path):
    count = {"outcome": "density_responder", "responders_total": "20"}
    rows = [
        {**A, **count, "responders_n": "17"},
        {**B, **count, "responders_n": "9"},
        {**A, "change_mean": "5", "change_sd": "10"},
        {**B, "change_mean": "0", "change_sd": "10"},
    ]
    (effect,) = taken(tmp_path, rows)
    assert effect.outcome == "hair_density_per_cm2"


def test_rows_with_other_cut_offs_are_not_set_against_each_other(tmp_path):
    count = {"outcome": "acne_scar_improved", "responders_total": "20", "responders_n": "9"}
    rows = [{**A, **count, "responder_definition": ">=2 grades"}, {**B, **count, "responder_definition": ">=1 grade"}]
    assert taken(tmp_path, rows, studies=[{**STUDY, "indication": "acne_scars"}]) == []


def test_equal_shares_of_an_unprinted_arm_size_are_flagged(tmp_path):
    rows = [{**A, "change_mean": "5", "change_sd": "10"}, {**B, "change_mean": "0", "change_sd": "10"}]
    arms = [{**arm, "n_arm": ""} for arm in ARMS]
    (effect,) = taken(tmp_path, rows, arms=arms)
    assert (effect.n_treated, effect.n_control) == (20, 20)
    assert "imputed_arm_size" in effect.flags


def test_a_review_gives_pooled_effects_that_name_no_arms(tmp_path):
    """OR 2.97 (1.96 to 4.51): log times sqrt(3)/pi."""
    row = {**OUTCOME, "arm_id": "", "comparison": "pooled", "effect_label": "OR", "effect_value": "2.97"}
    row |= {"outcome": "acne_scar_improved", "effect_ci_low": "1.96", "effect_ci_high": "4.51"}
    study = {**STUDY, "design": "meta_analysis", "indication": "acne_scars"}
    (effect,) = effects_of(write_folder(tmp_path, [study], [], [row]))[0]
    assert (effect.kind, effect.metric, effect.treatment) == ("pooled", "SMD", ())
    assert effect.estimate == pytest.approx(log(2.97) * sqrt(3) / pi)


REVIEW = [{**STUDY, "design": "meta_analysis"}]
POOLED = {**OUTCOME, "arm_id": "", "comparison": "pooled", "effect_label": "MD", "effect_value": "5"}
PRINTED = {**OUTCOME, "arm_id": ""}
NO_SIZE = {"studies": [{**STUDY, "n_total": ""}], "arms": [{**arm, "n_arm": ""} for arm in ARMS]}
MEASURED = [{**A, "change_mean": "5", "change_sd": "10"}, {**B, "change_mean": "0", "change_sd": "10"}]
SMD_PRINTED = {**PRINTED, "effect_label": "SMD", "effect_value": "1", "effect_ci_low": "0", "effect_ci_high": "2"}
DROPPED = {
    "studies": [STUDY, {**STUDY, "study_id": "t"}],
    "overlaps": [{"study_a": "s", "study_b": "t", "relation": "same patients", "use": "drop_study_a"}],
}
EXAMPLES = {
    "bad_row": ([{**A, "post_sd": "-1"}], {}),
    "unknown_label": ([{**A, "outcome": "glow"}], {}),
    "not_efficacy": ([{**A, "outcome": "relapse", "responders_n": "1", "responders_total": "20"}], {}),
    "no_figure": ([{**A, "p_between": "significant"}, B], {}),
    "no_variance": ([{**A, "outcome": "hair_count", "change_mean": "5"}], {}),
    "no_control_no_baseline": ([{**A, "post_mean": "120", "post_sd": "20"}], {"arms": ARMS[:1]}),
    "medians_only": ([{**A, "effect_label": "median_change", "effect_value": "5"}], {}),
    "unit_unclear": ([{**A, "effect_label": "pct_unclear", "effect_value": "70"}], {}),
    "not_an_effect": ([{**POOLED, "effect_label": "SUCRA"}], {"studies": REVIEW, "arms": []}),
    "p_bound_only": ([{**A, "outcome": "hair_count", "change_mean": "5", "p_within": "<0.05"}], {}),
    "no_arm_size": (MEASURED, NO_SIZE),
    "arm_unclear": ([SMD_PRINTED], {"arms": [*ARMS, {**ARMS[0], "arm_id": "c"}]}),
    "same_components": (MEASURED, {"arms": [ARMS[0], {**ARMS[1], "components": "prp"}]}),
    "unknown_component": (MEASURED, {"arms": [{**ARMS[0], "components": "moon_dust"}, ARMS[1]]}),
    "overlap": (MEASURED, DROPPED),
    "review_quotes_trials": ([{**POOLED, "arm_id": "a"}], {"studies": REVIEW}),
    "direction_unclear": ([{**POOLED, "responder_definition": "sign as printed"}], {"studies": REVIEW, "arms": []}),
    "not_convertible": ([{**SMD_PRINTED, "effect_label": "RD"}], {}),
    "case_report": (MEASURED, {"studies": [{**STUDY, "design": "case_report"}]}),
    "impossible_numbers": ([{**SMD_PRINTED, "effect_value": "9"}], {}),
    "another_row_used": ([*MEASURED, {**A, "outcome": "hair_count", "change_mean": "5", "change_sd": "9"}], {}),
}


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_for_leaving_a_row_out_has_an_example(tmp_path, code):
    outcomes, tables = EXAMPLES[code]
    found = left_out(tmp_path, outcomes, **tables)
    assert code in {exclusion.code for exclusion in found}
    assert all(exclusion.sentence.endswith(".") and exclusion.place.line >= 2 for exclusion in found)


def test_a_component_that_both_arms_got_need_not_be_known(tmp_path):
    arms = [{**arm, "components": f"{arm['components']};moon_dust"} for arm in ARMS]
    assert len(taken(tmp_path, MEASURED, arms=arms)) == 1


def test_a_bound_on_p_is_used_only_where_the_rules_say_so(tmp_path):
    rows = [{**row, "outcome": "hair_count", "change_mean": m, "p_between": "<0.01"} for row, m in ((A, "5"), (B, "1"))]
    assert taken(tmp_path, rows) == []
    (effect,) = taken(tmp_path, rows, Rules(p_bounds=True))
    assert effect.basis == "p_between"


def test_every_shipped_outcome_gives_an_effect_or_a_reason():
    effects, exclusions = effects_of(SHIPPED)
    explained = {line for effect in effects for line in effect.lines} | {entry.place.line for entry in exclusions}
    lines = (SHIPPED / "outcomes.csv").read_text(encoding="utf-8").count("\n")
    assert explained == set(range(2, lines + 1))


def test_no_study_counts_twice_in_a_family():
    effects, _ = effects_of(SHIPPED)
    for kind in ("controlled", "within_arm"):
        keys = [(effect.study, effect.family, effect.arm) for effect in effects if effect.kind == kind]
        assert len(keys) == len(set(keys))


def test_shared_variance_never_exceeds_the_variance_of_an_effect():
    effects, _ = effects_of(SHIPPED)
    assert all(0 <= effect.shared_variance <= effect.variance for effect in effects)
    assert all(effect.variance > 0 for effect in effects)


def test_shipped_evidence_without_the_extra_tables_still_gives_effects(tmp_path):
    for name in ("studies", "arms", "outcomes"):
        (tmp_path / f"{name}.csv").write_bytes((SHIPPED / f"{name}.csv").read_bytes())
    assert len(effects_of(tmp_path)[0]) >= len(effects_of(SHIPPED)[0])
