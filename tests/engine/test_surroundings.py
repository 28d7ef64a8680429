"""Notes and disagreements of an answer are those of the knowledge whose condition holds, whole and in their order."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given, settings

from formulator.conditions import truth
from formulator.conditions.tree import thresholds_read
from formulator.engine.answer import USABLE
from formulator.engine.facts import facts_of
from formulator.engine.findings import read_rules
from formulator.knowledge.positions import numbers_of
from formulator.profile import profile_from_mapping
from tests.conftest import TODAY
from tests.engine.asking import ask, shipped
from tests.strategies import profile_documents

KEPT = ("id", "text", "sources", "hours", "days", "weeks_low", "weeks_high", "frequency")


@settings(max_examples=25)
@given(profile_documents())
def test_a_note_is_shown_whole_exactly_where_its_condition_holds_and_one_of_its_components_is_used(document):
    answer, knowledge = ask(document), shipped()
    facts = facts_of(profile_from_mapping(document, "case"), knowledge, TODAY)
    used = {one.id for one in answer.components if one.status in USABLE}
    for name in ("before", "after", "expect", "side_effects"):
        expected = [
            {key: getattr(one, key) for key in KEPT}
            for one in getattr(knowledge, name)
            if truth(one.when, facts) is True and (not one.components or set(one.components) & used)
        ]
        wanted = answer.indication if name == "expect" else answer.plan
        if wanted or getattr(answer, name):
            shown = [{key: asdict(one)[key] for key in KEPT} for one in getattr(answer, name)]
            assert shown == expected


def judged_differently(threshold, facts) -> bool:
    """Whether one position has this patient's own value below its number, and another has it above."""
    numbers = numbers_of(threshold)
    value = facts.get(threshold.field)
    return bool(numbers) and value is not None and min(numbers) <= value < max(numbers)


@settings(max_examples=25)
@given(profile_documents())
def test_a_disagreement_is_shown_where_it_touches_the_answer_and_with_all_its_positions(document):
    answer, knowledge = ask(document), shipped()
    facts = facts_of(profile_from_mapping(document, "case"), knowledge, TODAY)
    topics = [one for one in knowledge.disagreements if truth(one.when, facts) is True]
    read = set().union(*(thresholds_read(knowledge.rules[name].when) for name in read_rules(knowledge, facts).holds))
    meets = {
        name for rule in knowledge.rules_of_indication[facts.get("indication")] for name in thresholds_read(rule.when)
    }
    read |= {name for name in meets if judged_differently(knowledge.thresholds[name], facts)}
    disputed = [one for name, one in sorted(knowledge.thresholds.items()) if name in read and one.positions]
    expected = [(one.topic, one.used, one.why, one.positions) for one in topics]
    expected += [(one.meaning, f"{one.value:g} {one.unit}", one.why, one.positions) for one in disputed]
    assert [(one.topic, one.used, one.why) for one in answer.disagreements] == [one[:3] for one in expected]
    for shown, (*_, positions) in zip(answer.disagreements, expected, strict=True):
        assert list(shown.positions) == [(position.value, position.sources) for position in positions]


@pytest.mark.parametrize("status", ["before", "after"])
def test_some_answers_hold_notes_so_that_these_tests_say_something(status):
    document = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34}
    assert len(getattr(ask({**document, "anticoagulant": "no"}), status)) > 5
