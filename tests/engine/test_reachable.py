"""The fields that a concern needs: whatever the others hold, the answer is the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, reject, settings

from formulator.engine import Recommendation, recommend
from formulator.engine.reachable import reach_of
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.profile import Profile, load_catalogue, profile_from_mapping
from formulator.profile.possible import Values, clashes
from formulator.proof.drawn import profiles
from formulator.ui.examples import examples
from tests.strategies import profile_documents

DAY = date(2026, 11, 25)


def told(answer: Recommendation, usable: frozenset[str], needed: frozenset[str], knowledge: Knowledge) -> Any:
    """What an answer says; of components for which nothing speaks here only that they are not used.

    That sources disagree on a number is said beside any value, whoever the patient is, and is left out.
    """
    disputed = [one for one in answer.disagreements if _is_about(one.id, needed, knowledge)]
    plain = replace(answer, profile={}, profile_sha256="", derived={}, components=(), missing=(), assumptions=())
    plain = replace(plain, disagreements=tuple(disputed))
    rest = {one.status for one in answer.components if one.id not in usable}
    assert rest <= {"not_indicated", "contraindicated"}
    return plain, [one for one in answer.components if one.id in usable]


def _is_about(disagreement: str, needed: frozenset[str], knowledge: Knowledge) -> bool:
    threshold = knowledge.thresholds.get(disagreement)
    return threshold is None or threshold.field not in knowledge.catalogue.fields or threshold.field in needed


def compared(document: Values, other: Values, knowledge: Knowledge) -> bool:
    """The patient with what is needed alone, and with whatever another patient has in the fields that are not.

    False where one of them is no possible patient.
    """
    needed = reach_of(document, knowledge).fields
    shown = {name: value for name, value in document.items() if name in needed}
    both = shown | {name: value for name, value in other.items() if name not in needed}
    if clashes(shown, knowledge.catalogue) or clashes(both, knowledge.catalogue):
        return False
    usable = reach_of(document, knowledge).usable & reach_of(shown, knowledge).usable
    try:
        bare, filled = (recommend(Profile(values), knowledge, DAY) for values in (shown, both))
    except FaultsFound:
        return False
    assert told(bare, usable, needed, knowledge) == told(filled, usable, needed, knowledge)
    assert {one.field for one in (*bare.missing, *filled.missing)} <= needed
    return True


def test_whatever_a_field_that_is_not_needed_holds_the_answer_is_the_same(knowledge: Knowledge) -> None:
    drawn = [one.values for one in profiles(knowledge.catalogue, seed=9, count=150, day=DAY)]
    assert sum(compared(one, other, knowledge) for one, other in pairwise(drawn)) > 100


def test_the_same_for_the_patients_of_the_other_strategy(knowledge: Knowledge) -> None:
    @settings(max_examples=20)
    @given(document=profile_documents(DAY), other=profile_documents(DAY))
    def the_same(document: dict[str, Any], other: dict[str, Any]) -> None:
        first, second = (profile_from_mapping(one, "drawn", knowledge.catalogue) for one in (document, other))
        if not compared(first.values, second.values, knowledge):
            reject()

    the_same()


@pytest.mark.parametrize("example", sorted(examples()))
def test_every_example_gives_the_same_answer_without_the_fields_that_it_does_not_need(
    example: str, knowledge: Knowledge
) -> None:
    values = profile_from_mapping(examples()[example].profile, example, knowledge.catalogue).values
    assert compared(values, values, knowledge)


@pytest.mark.parametrize("concern", sorted(load_catalogue().fields["concern"].choices))
def test_every_concern_needs_less_than_everything_and_always_what_can_stop_the_treatment(
    concern: str, knowledge: Knowledge
) -> None:
    needed = reach_of({"concern": concern}, knowledge).fields
    assert {"concern", "sex", "age", "pregnancy", "anticoagulant", "active_infection_site", "malignancy_site"} <= needed
    assert len(needed) < 0.8 * len(knowledge.catalogue.fields)


def test_a_man_is_not_asked_what_only_a_woman_can_be_nor_a_patient_with_melasma_about_hair(
    knowledge: Knowledge,
) -> None:
    man = reach_of({"concern": "hair_thinning", "cause": "androgenetic", "sex": "male"}, knowledge).fields
    assert not {"pregnancy", "lactation", "hydroquinone_topical"} & man
    assert {"partner_pregnancy_planned", "prostate_cancer_risk", "ferritin"} <= man
    melasma = reach_of({"concern": "pigmentation", "cause": "melasma", "sex": "female"}, knowledge).fields
    assert not {"ferritin", "scarring_alopecia_signs", "psa_screening", "allergy_minoxidil"} & melasma
    assert {"phototype", "thromboembolism_history", "pregnancy"} <= melasma


def test_scales_and_sites_are_those_of_the_concern_the_usual_first(knowledge: Knowledge) -> None:
    hair = reach_of({"concern": "hair_thinning", "cause": "androgenetic", "sex": "male"}, knowledge)
    assert hair.sites[0] == "scalp"
    assert hair.scales[0] == "norwood"
    assert "glogau" not in hair.scales
    fat = reach_of({"concern": "localised_fat"}, knowledge)
    assert fat.sites[0] == "submental"
    assert "abdomen" in fat.sites
    assert reach_of({}, knowledge).scales == tuple(knowledge.catalogue.scales)
