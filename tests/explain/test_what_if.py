"""What is offered as "what if": changeable facts, with values that they can be brought to and that move something."""

from __future__ import annotations

from hypothesis import given, settings

from formulator.engine import recommend
from formulator.explain.attribution import with_inputs
from formulator.explain.difference import difference
from formulator.explain.difference_words import is_quiet
from formulator.explain.what_if import MOST_SHOWN, MOST_TRIED, WhatIf, weight_of, what_ifs
from formulator.profile import Profile, profile_from_mapping
from formulator.profile.fields import MORE
from tests.conftest import TODAY
from tests.engine.asking import shipped
from tests.explain.neighbours import WOMAN
from tests.strategies import Document, profile_documents

NEVER = {"sex", "age", "phototype", "childbearing_potential", "cause", "concern"}


def answer_for(profile: Profile):
    """The answer by the rules alone."""
    return recommend(profile, shipped(), TODAY)


def offered(document: Document) -> tuple[Profile, tuple[WhatIf, ...]]:
    """A profile and what is offered for it."""
    profile = profile_from_mapping(document, "case")
    return profile, what_ifs(profile, answer_for(profile), shipped(), answer_for)


@given(profile_documents())
@settings(max_examples=20)
def test_only_changeable_facts_are_offered_with_values_they_can_be_brought_to(document):
    profile, found = offered(document)
    changeable = shipped().catalogue.changeable
    assert len(found) <= MOST_SHOWN
    assert len({one.field for one in found}) == len(found)
    assert NEVER.isdisjoint(one.field for one in found)
    for one in found:
        allowed, now = changeable[one.field].to, profile.get(one.field)
        grows = MORE in allowed and isinstance(now, int | float) and float(one.value) > now
        assert not allowed or one.value in allowed or grows
        assert one.value != profile.get(one.field)
        assert one.how


@given(profile_documents())
@settings(max_examples=20)
def test_what_is_given_comes_first_by_how_much_it_moves_and_never_moves_nothing(document):
    profile, found = offered(document)
    known = [profile.get(one.field) is not None for one in found]
    assert known == sorted(known, reverse=True)
    before = answer_for(profile)
    weights = []
    for one in found[: sum(known)]:
        after = answer_for(with_inputs(profile, {one.field: one.value}, shipped().catalogue))
        assert not all(map(is_quiet, difference(before, after).changes)), one.words
        weights.append(weight_of(difference(before, after)))
    assert weights == sorted(weights, reverse=True)


def test_the_fact_that_decides_is_offered_first():
    _, found = offered({**WOMAN, "lactation": "yes", "ferritin": 85, "needle_aversion": "yes"})
    assert (found[0].field, found[0].value, found[0].words) == ("lactation", "no", "Lactation: no")
    assert found[0].how == "after weaning"


def test_a_laboratory_value_is_offered_in_a_range_that_rules_tell_apart_and_not_in_its_own():
    _, found = offered({**WOMAN, "ferritin": 85})
    ferritin = next(one for one in found if one.field == "ferritin")
    assert ferritin.words == "Ferritin: below 15 ng/mL"
    assert ferritin.value < 15


def test_a_long_list_of_medicines_does_not_ask_the_engine_more_often_than_promised():
    medicines = {name: "no" for name, one in shipped().catalogue.changeable.items() if one.kind == "medicine"}
    profile = profile_from_mapping({**WOMAN, **medicines}, "case")
    asked = []

    def counted(one: Profile):
        asked.append(one)
        return answer_for(one)

    what_ifs(profile, answer_for(profile), shipped(), counted)
    assert len(asked) == MOST_TRIED
