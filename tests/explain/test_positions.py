"""Where sources disagree: every position is answered, and the answer under it is never passed off as the answer."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.conditions.tree import thresholds_read
from formulator.engine import recommend
from formulator.engine.answer import Recommendation
from formulator.explain.asked import Asked
from formulator.explain.positions import (
    RANK,
    SAID,
    Outcome,
    answer_under,
    consequence,
    held_by,
    positions_output,
    topics_of,
)
from formulator.knowledge import load_knowledge
from formulator.knowledge.items import Threshold
from formulator.knowledge.positions import disputed, under_position
from formulator.profile import profile_from_mapping
from formulator.ui.examples import examples
from tests.conftest import TODAY
from tests.strategies import profile_documents

SHIPPED = cache(load_knowledge)


def asked(document) -> Asked:
    knowledge = SHIPPED()
    profile = profile_from_mapping(document, "test", knowledge.catalogue)
    return Asked(recommend(profile, knowledge, TODAY), profile, knowledge, None)


@pytest.fixture(scope="module", autouse=True)
def a_position_is_taken_once():
    """Only to save time: what was worked out for an altered knowledge serves every example."""
    taken = cache(lambda topic, place: under_position(SHIPPED(), topic, place))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("formulator.explain.positions.under_position", lambda _, topic, place: taken(topic, place))
        yield


@cache
def asked_example(name: str) -> Asked:
    return asked(examples()[name].profile)


def as_if_shipped(answer: Recommendation, shipped: Recommendation) -> Recommendation:
    """The answer with the marks of the shipped knowledge, to compare what it says."""
    marks = {"knowledge_version": shipped.knowledge_version, "knowledge_sha256": shipped.knowledge_sha256}
    return replace(answer, **marks)


def under(one: Asked, topic: str, place: int) -> Recommendation:
    return answer_under(one.profile, one.knowledge, one.answer.date, one.model, topic, place)


def place_of(topic: str, value: str) -> int:
    positions = disputed(SHIPPED())[topic].positions
    return next(place for place, one in enumerate(positions) if one.value.startswith(value))


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_position_shows_a_difference_or_says_why_not_and_the_used_one_changes_nothing(name):
    one = asked_example(name)
    for topic in topics_of(one.answer, one.knowledge):
        for position in topic.positions:
            found = consequence(one, topic.id, position.index)
            assert found.lines if found.outcome == "differs" else found.said.endswith("."), (topic.id, position)
            assert (found.outcome == "used") == position.used
            if position.used and not position.no_plan:
                assert as_if_shipped(under(one, topic.id, position.index), one.answer) == one.answer
            assert found.outcome != "no_plan" or found.said == position.no_plan


def test_no_answer_under_a_position_passes_for_the_answer():
    one = asked_example("woman_36_melasma")
    for topic in topics_of(one.answer, one.knowledge):
        for position in topic.positions:
            if not position.no_plan:
                other = under(one, topic.id, position.index)
                assert other.knowledge_sha256 != one.answer.knowledge_sha256
                assert other.knowledge_version.endswith("+position")


def test_more_sessions_are_planned_where_a_position_asks_for_more():
    """Ten fortnightly sessions without monthly ones, counted by hand: ten dates, 14 days apart."""
    one = asked({"concern": "hair_loss", "cause": "androgenetic", "sex": "male", "age": 34})
    plan = under(one, "sessions_for_hair", place_of("sessions_for_hair", "10 sessions")).plan
    before = one.answer.plan
    assert plan
    assert before
    counted = [sum(each.phase == "induction" for each in made.sessions) for made in (before, plan)]
    assert counted == [5, 10]
    assert not [each for each in plan.sessions if each.phase == "consolidation"]
    days = [each.date for each in plan.sessions if each.phase == "induction"]
    assert {(later - earlier).days for earlier, later in pairwise(days)} == {14}


def test_a_ban_on_blood_thinners_ends_the_treatment_and_no_position_stops_the_medicine():
    document = {"concern": "hair_loss", "cause": "androgenetic", "sex": "male", "age": 50, "anticoagulant": "yes"}
    one = asked(document)
    topic = "anticoagulants_stop_or_continue"
    assert one.answer.decision == "treat_after"
    assert under(one, topic, place_of(topic, "do not treat")).decision == "do_not_treat"
    for value in ("stop 3 to 5", "stop 7 days"):
        found = consequence(one, topic, place_of(topic, value))
        assert found.outcome == "no_plan"
        assert "prescriber" in found.said


def test_a_limit_on_which_positions_divide_this_patients_value_touches_the_answer():
    """At 62 the trials that stopped at 60 judge otherwise than the limit of 75; at 40 no position does."""
    document = {"concern": "hair_loss", "cause": "androgenetic", "sex": "male", "age": 62}
    assert "older_age" in [one.id for one in asked(document).answer.disagreements]
    young = {**document, "age": 40}
    assert "older_age" not in [one.id for one in asked(young).answer.disagreements]


NUMBERED = [
    (topic, place)
    for topic, item in disputed(SHIPPED()).items()
    if isinstance(item, Threshold)
    for place, one in enumerate(item.positions)
    if one.number is not None
]


@settings(max_examples=50)
@given(profile_documents(), st.sampled_from(NUMBERED))
def test_a_threshold_changes_an_answer_only_through_what_reads_it(document, which):
    """Only where the two numbers divide the value may anything differ, and then only through rules that read it."""
    one = asked(document)
    topic, place = which
    item = disputed(one.knowledge)[topic]
    assert isinstance(item, Threshold)
    after = under(one, topic, place)
    value = {**one.answer.derived, **one.answer.profile}.get(item.field)
    number = item.positions[place].number
    judged = value is not None and (float(value) >= item.value) != (float(value) >= (number or 0))
    if not judged:
        assert said(after) == said(one.answer)
    for before, now in zip(one.answer.components, after.components, strict=True):
        moved = {each.rule for each in before.arguments} ^ {each.rule for each in now.arguments}
        derived = any(topic in thresholds_read(each.when) for each in one.knowledge.derivations)
        assert derived or all(topic in thresholds_read(one.knowledge.rules[rule].when) for rule in moved)


def said(answer: Recommendation):
    """What an answer says of a patient; questions may differ, as they ask which side of a limit an unknown lies on."""
    components = [(one.id, one.status, one.arguments) for one in answer.components]
    return answer.decision, answer.decision_arguments, components, answer.plan, answer.formulations


def test_who_says_so_is_told_by_type_and_year_the_strongest_first():
    knowledge = SHIPPED()
    names = ["document_a", "pubmed_31007474", "251_13_a_canadian_consensus_on_androgenetic_alo"]
    assert held_by(names, knowledge) == "consensus (2025); trial (2019); clinic page (no year)"
    assert RANK[:5] == ("label", "regulator", "guideline", "consensus", "trial")


def test_positions_stand_in_the_order_of_their_strongest_source():
    one = asked_example("woman_58_female_pattern")
    for topic in topics_of(one.answer, one.knowledge):
        ranks = [
            min(RANK.index(one.knowledge.sources[name].type) for name in position.sources)
            for position in topic.positions
        ]
        assert ranks == sorted(ranks)


def test_text_and_json_name_every_topic_and_every_position():
    one = asked_example("woman_36_melasma")
    text, document = positions_output(one, "text"), json.loads(positions_output(one, "json"))
    topics = topics_of(one.answer, one.knowledge)
    assert [each["id"] for each in document["topics"]] == [each.id for each in topics]
    flat = " ".join(text.split())
    for topic, written in zip(topics, document["topics"], strict=True):
        assert f"[{topic.id}]" in flat
        assert all(position.value in flat for position in topic.positions)
        assert {each["would_change"]["outcome"] for each in written["positions"]} <= set(get_args(Outcome))
    assert SAID["used"] in flat
    assert document["knowledge"]["sha256"] == one.knowledge.sha256


def test_the_command_line_lists_the_positions(run_program):
    found = run_program("explain", "-", "--positions", stdin=b"concern: localised_fat\nsex: male\nage: 45\n")
    assert found.returncode == 0, found.stderr
    assert b"Numbing cream or none? [numbing_or_none]" in found.stdout
