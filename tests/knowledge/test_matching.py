"""The compiled rules find what the interpreter finds, with the same fields in the same order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from formulator.conditions import carried_by, truth
from formulator.engine.facts import facts_of
from formulator.knowledge.matching import RuleMatcher
from formulator.proof.drawn import profiles
from formulator.proof.worked import load_cases
from tests.conditions.trees import ALL_TREES, FACTS


def interpreted(rules, facts):
    """Rules that hold and rules that hang, as the clear reading has them."""
    read = [(rule, truth(rule.when, facts)) for rule in rules]
    return [
        [(rule.id, carried_by(rule.when, facts, value)) for rule, value in read if value is wanted]
        for wanted in (True, None)
    ]


def compiled(matcher, facts):
    """The same from the compiled rules."""
    match = matcher.match(facts)
    return [list(matcher.holding(match, facts).items()), list(matcher.hanging(match, facts).items())]


def test_on_every_worked_case(knowledge):
    for case in load_cases():
        facts = facts_of(case.profile, knowledge, case.day)
        assert compiled(knowledge.matcher, facts) == interpreted(knowledge.matcher.rules, facts), case.sentence


def test_on_random_patients(knowledge, catalogue, today):
    for profile in profiles(catalogue, 8, 150, today):
        facts = facts_of(profile, knowledge, today)
        assert compiled(knowledge.matcher, facts) == interpreted(knowledge.matcher.rules, facts)


def test_on_a_patient_of_whom_nothing_is_known(knowledge):
    assert compiled(knowledge.matcher, {}) == interpreted(knowledge.matcher.rules, {})


def test_rules_for_when_nothing_is_left_are_not_read_with_the_others(knowledge):
    read = {rule.id for rule in knowledge.matcher.rules}
    assert read == set(knowledge.rules) - {rule.id for rule in knowledge.rules_when_nothing_is_left}


@given(trees=st.lists(ALL_TREES, min_size=1, max_size=6), facts=FACTS)
def test_on_random_conditions_the_fields_that_carry_a_truth_are_the_same(knowledge, trees, facts):
    some = next(iter(knowledge.rules.values()))
    rules = [some.model_copy(update={"id": f"rule_{number}", "when": tree}) for number, tree in enumerate(trees)]
    assert compiled(RuleMatcher(rules), facts) == interpreted(rules, facts)
