"""Expected stands beside observed only where both are measured on the same scale, and is never called a promise."""

from __future__ import annotations

from datetime import date

import pytest

from formulator.consultations.expected import HONEST, NOTHING_GIVEN, observed, together
from formulator.consultations.measures import checked_given, checked_outcome, measures, measures_for
from formulator.consultations.records import Amount, Kept
from formulator.consultations.words import change_words, expected_words, together_words
from formulator.evidence.answer import EvidenceModel
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from tests.consultations.made import NOW, TODAY, answer, shared_model, store_at

BEFORE, AFTER = date(2026, 11, 25), date(2027, 3, 1)


def kept_with(
    *outcomes: tuple[date, str, str],
    given: tuple[str, ...] = ("prp",),
    example: str = "man_34_norwood_3",
    with_model: bool = True,
) -> Kept:
    store = store_at(None)
    kept = store.keep(answer(example, with_model), NOW)
    for day, scale, value in outcomes:
        store.add_outcome(kept, day, scale, value, NOW)
    if given:
        store.add_given(kept, TODAY, tuple(Amount(component=one) for one in given), NOW)
    return store.consultation(kept)


def test_the_interval_of_one_component_is_that_of_the_answer_in_natural_units(knowledge: Knowledge) -> None:
    kept = kept_with((BEFORE, "hair_density_per_cm2", "120"), (AFTER, "hair_density_per_cm2", "131"))
    (one,) = observed(kept, knowledge, shared_model())
    natural = answer().component("prp").response.natural
    assert natural is not None
    assert (one.expected.low, one.expected.high, one.expected.unit) == (natural.low, natural.high, "hairs/cm2")
    assert (one.gain, one.position) == (11.0, "inside")
    assert "the model of that day" in expected_words(one.expected)


def test_without_the_model_of_that_day_its_own_answer_still_says_what_was_expected(knowledge: Knowledge) -> None:
    kept = kept_with((BEFORE, "hair_density_per_cm2", "120"), (AFTER, "hair_density_per_cm2", "131"))
    (reference,) = observed(kept, knowledge, shared_model())
    for model in (None, EvidenceModel(shared_model().document, "another", "cd" * 32)):
        (one,) = observed(kept, knowledge, model)
        assert (one.expected.low, one.expected.high) == (reference.expected.low, reference.expected.high)
        assert "as its answer says" in one.expected.basis


def test_a_mixture_asks_the_model_for_just_this_mixture_and_says_which_model(knowledge: Knowledge) -> None:
    kept = kept_with(
        (BEFORE, "hair_density_per_cm2", "120"),
        (AFTER, "hair_density_per_cm2", "200"),
        given=("prp", "topical_minoxidil"),
    )
    (one,) = observed(kept, knowledge, shared_model())
    reference = shared_model().mixture(("prp", "topical_minoxidil"), "aga_male", "hair_density")
    assert reference.natural is not None
    assert (one.expected.low, one.expected.high) == (reference.natural.low, reference.natural.high)
    assert one.position == "above"
    (other,) = observed(kept, knowledge, EvidenceModel(shared_model().document, "another", "cd" * 32))
    assert "today's model, not that of the day" in other.expected.basis


def test_on_a_severity_scale_less_is_better_and_on_a_count_more_is(knowledge: Knowledge) -> None:
    known = measures(knowledge)
    assert known["mmasi"].gain(10, 6) == 4
    assert known["hair_density_per_cm2"].gain(120, 110) == -10
    assert all(not known[scale].higher_is_better for scale in knowledge.catalogue.scales)
    assert (known["mmasi"].family, known["salt"].family, known["masi"].family) == ("pigment_score", "salt", "")


def test_another_scale_than_that_of_trials_is_shown_and_not_compared(knowledge: Knowledge) -> None:
    kept = kept_with((AFTER, "norwood", "2"))
    (one,) = observed(kept, knowledge, shared_model())
    assert (one.before, one.before_day, one.gain) == (3.0, TODAY.isoformat(), 1.0)
    assert one.position is None
    assert "not on the scale that was measured" in expected_words(one.expected)
    assert together([one]) == ()


def test_where_trials_say_nothing_no_number_is_expected(knowledge: Knowledge) -> None:
    outcomes = ((BEFORE, "hair_density_per_cm2", "120"), (AFTER, "hair_density_per_cm2", "131"))
    for given, words in (((), NOTHING_GIVEN), (("dexpanthenol",), "No estimate")):
        (one,) = observed(kept_with(*outcomes, given=given), knowledge, shared_model())
        assert one.expected.low is one.expected.high is one.position is None
        assert words in expected_words(one.expected)
    (one,) = observed(kept_with(*outcomes, with_model=False), knowledge, None)
    assert expected_words(one.expected) == "There is no model."


@pytest.mark.parametrize(
    "outcomes",
    [
        (),
        ((BEFORE, "hair_density_per_cm2", "120"),),
        ((AFTER, "hair_density_per_cm2", "120"),),
        ((BEFORE, "hair_density_per_cm2", "120"), (BEFORE, "hair_density_per_cm2", "130")),
        ((BEFORE, "hair_density_per_cm2", "120"), (AFTER, "hair_diameter_um", "60")),
        ((BEFORE, "norwood", "3"),),
    ],
)
def test_a_change_needs_a_value_before_and_a_later_one_on_the_same_scale(outcomes, knowledge: Knowledge) -> None:
    assert observed(kept_with(*outcomes), knowledge, shared_model()) == ()


def test_many_changes_are_averaged_and_few_are_said_to_be_few(knowledge: Knowledge) -> None:
    changes = [
        change
        for after in ("119", "131", "190")
        for change in observed(
            kept_with((BEFORE, "hair_density_per_cm2", "120"), (AFTER, "hair_density_per_cm2", after)),
            knowledge,
            shared_model(),
        )
    ]
    (one,) = together(changes)
    assert (one.number, one.average) == (3, 26.67)
    assert sum(one.positions.values()) == 3
    assert one.positions["above"] == 1
    assert "Too few" in together_words(one)
    assert "not a promise" in HONEST
    assert change_words(changes[0]).endswith("1 hairs/cm2 worse")


def test_only_measures_that_can_grade_the_concern_are_offered(knowledge: Knowledge) -> None:
    offered = measures_for("hair_thinning", knowledge)
    assert {"norwood", "clinical", "hair_density_per_cm2"} <= set(offered)
    assert "mmasi" not in offered
    assert {"mmasi", "masi"} <= set(measures_for("pigmentation", knowledge))


@pytest.mark.parametrize(
    ("scale", "value", "day", "field"),
    [
        ("norwod", "3", TODAY, "scale"),
        ("norwood", "8", TODAY, "value"),
        ("norwood", "three", TODAY, "value"),
        ("norwood", "NaN", TODAY, "value"),
        ("hair_density_per_cm2", "-1", TODAY, "value"),
        ("norwood", "3", AFTER, "day"),
    ],
)
def test_what_is_no_outcome_is_refused_with_what_is_allowed(
    scale: str, value: str, day: date, field: str, knowledge: Knowledge
) -> None:
    with pytest.raises(FaultsFound) as found:
        checked_outcome(scale, value, day, TODAY, knowledge)
    (fault,) = found.value.faults
    assert fault.field == field
    assert fault.allowed
    assert "three" not in str(fault)


def test_a_value_is_kept_as_it_was_given(knowledge: Knowledge) -> None:
    assert checked_outcome("norwood", " 3,5 ", TODAY, TODAY, knowledge) == ("norwood", "3.5")
    assert checked_outcome("salt", "100", TODAY, TODAY, knowledge) == ("salt", "100")
    assert checked_outcome("salt", "0.0", TODAY, TODAY, knowledge) == ("salt", "0")


def test_what_was_given_is_made_of_components_and_techniques_that_exist(knowledge: Knowledge) -> None:
    amounts = checked_given({"prp": ("4", "mL"), "minoxidil": ("", "mL")}, "scalp_nappage", TODAY, TODAY, knowledge)
    assert amounts == (Amount(component="prp", amount="4", unit="mL"), Amount(component="minoxidil"))
    refused = (
        ({}, "", TODAY, "components"),
        ({"prpp": ("", "")}, "", TODAY, "components"),
        ({"prp": ("a lot", "mL")}, "", TODAY, "amount"),
        ({"prp": ("4", "")}, "", TODAY, "amount"),
        ({"prp": ("", "")}, "golf", TODAY, "technique"),
        ({"prp": ("", "")}, "", AFTER, "day"),
    )
    for components, technique, day, field in refused:
        with pytest.raises(FaultsFound) as found:
            checked_given(components, technique, day, TODAY, knowledge)
        assert [one.field for one in found.value.faults] == [field]
