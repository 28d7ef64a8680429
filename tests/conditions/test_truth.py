"""A condition has three truth values, and unknown is never taken for no."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.conditions import (
    All,
    Always,
    AnyOf,
    AtLeast,
    Below,
    IsKnown,
    IsOneOf,
    Not,
    carried_by,
    fields_read,
    truth,
)
from tests.conditions.trees import (
    ALL_TREES,
    DOMAINS,
    FACTS,
    VALUE_TREES,
    as_truth,
    completions,
    fields_in,
    kleene_number,
)


class Reading(NamedTuple):
    """A truth, and the fields that carry it: those that decided, or those that are missing."""

    truth: bool | None
    because: tuple[str, ...]
    unknown: tuple[str, ...]


def read(tree, facts) -> Reading:
    value = truth(tree, facts)
    fields = carried_by(tree, facts, value)
    return Reading(value, (), fields) if value is None else Reading(value, fields, ())


@given(ALL_TREES, FACTS)
def test_the_truth_of_a_tree_is_that_of_kleenes_arithmetic(tree, facts):
    assert truth(tree, facts) is as_truth(kleene_number(tree, facts))


@given(VALUE_TREES, FACTS)
def test_a_decided_truth_holds_for_every_way_to_learn_what_is_unknown(tree, facts):
    decided = truth(tree, facts)
    outcomes = {truth(tree, complete) for complete in completions(facts)}
    assert None not in outcomes
    if decided is not None:
        assert outcomes == {decided}


@given(VALUE_TREES, FACTS, FACTS)
def test_learning_something_never_turns_a_decided_truth(tree, facts, more):
    decided = truth(tree, facts)
    learned = truth(tree, {**more, **facts})
    assert decided is None or learned is decided


@given(VALUE_TREES, FACTS)
def test_a_single_comparison_is_unknown_exactly_where_its_field_is(tree, facts):
    if isinstance(tree, IsOneOf | AtLeast | Below):
        assert (truth(tree, facts) is None) == (tree.field not in facts)


@given(ALL_TREES, FACTS)
def test_not_not_says_nothing_new(tree, facts):
    assert truth(Not(Not(tree)), facts) is truth(tree, facts)


@given(st.lists(ALL_TREES, min_size=1, max_size=4), FACTS)
def test_de_morgans_laws_hold_with_unknowns(parts, facts):
    parts = tuple(parts)
    negated = tuple(Not(part) for part in parts)
    assert truth(Not(All(parts)), facts) is truth(AnyOf(negated), facts)
    assert truth(Not(AnyOf(parts)), facts) is truth(All(negated), facts)


@given(ALL_TREES, ALL_TREES, ALL_TREES, FACTS)
def test_all_and_any_distribute_over_one_another(one, two, three, facts):
    assert truth(All((one, AnyOf((two, three)))), facts) is truth(AnyOf((All((one, two)), All((one, three)))), facts)


@given(st.lists(ALL_TREES, min_size=1, max_size=4), FACTS, st.randoms(use_true_random=False))
def test_the_order_of_parts_never_matters(parts, facts, random):
    shuffled = parts[:]
    random.shuffle(shuffled)
    for group in (All, AnyOf):
        assert truth(group(tuple(parts)), facts) is truth(group(tuple(shuffled)), facts)
        assert set(read(group(tuple(parts)), facts).because) == set(read(group(tuple(shuffled)), facts).because)


def test_something_and_its_opposite_is_not_known_to_be_false_while_it_is_unknown():
    """Kleene's logic is not the logic of all completions; the program says "unknown" and asks."""
    flag = IsOneOf("flag", frozenset(("yes",)))
    assert truth(All((flag, Not(flag))), {}) is None
    assert truth(AnyOf((flag, Not(flag))), {}) is None


@pytest.mark.parametrize(("limit", "value"), [(5.0, 5), (5.0, 5.0), (7.5, 7.5)])
def test_at_least_takes_the_threshold_itself_and_below_does_not(limit, value):
    assert truth(AtLeast("number", limit, "t"), {"number": value}) is True
    assert truth(Below("number", limit, "t"), {"number": value}) is False


@given(FACTS, st.sampled_from(sorted(DOMAINS)))
def test_whether_something_is_known_is_never_unknown(facts, field):
    assert truth(IsKnown(field, True), facts) is (field in facts)
    assert truth(IsKnown(field, False), facts) is (field not in facts)


def test_always_is_true_of_nobody_in_particular():
    assert truth(Always(), {}) is True
    assert read(Always(), {}).because == ()


# ------------------------------------------------------------------ what decided


@given(ALL_TREES, FACTS)
def test_a_reading_gives_either_what_decided_or_what_is_missing(tree, facts):
    reading = read(tree, facts)
    assert reading.truth is truth(tree, facts)
    assert not reading.unknown if reading.truth is not None else not reading.because
    assert set(reading.because) | set(reading.unknown) <= fields_in(tree)
    assert len(set(reading.because)) == len(reading.because)


@given(ALL_TREES, FACTS, FACTS)
def test_the_fields_that_decided_decide_alone_whatever_the_others_are(tree, facts, others):
    reading = read(tree, facts)
    if reading.truth is not None:
        kept = {name: value for name, value in facts.items() if name in reading.because}
        changed = {name: value for name, value in others.items() if name not in reading.because}
        assert truth(tree, kept) is reading.truth
        assert truth(tree, {**changed, **kept}) is reading.truth


@given(VALUE_TREES, FACTS)
def test_what_is_missing_is_unknown_and_any_answer_to_all_of_it_decides(tree, facts):
    reading = read(tree, facts)
    if reading.truth is None:
        assert reading.unknown
        assert not set(reading.unknown) & set(facts)
        for complete in completions(facts):
            answered = {name: value for name, value in complete.items() if name in facts or name in reading.unknown}
            assert truth(tree, answered) is not None


@given(VALUE_TREES, FACTS)
def test_an_unknown_that_is_not_listed_as_missing_cannot_decide(tree, facts):
    reading = read(tree, facts)
    if reading.truth is None:
        for complete in completions(facts):
            beside = {name: value for name, value in complete.items() if name not in reading.unknown}
            assert truth(tree, beside) is None


@given(ALL_TREES, FACTS, FACTS)
def test_only_the_fields_that_a_tree_reads_can_change_it(tree, facts, others):
    read_fields = fields_read(tree)
    assert read_fields == fields_in(tree)
    kept = {name: value for name, value in facts.items() if name in read_fields}
    changed = {name: value for name, value in others.items() if name not in read_fields}
    assert truth(tree, {**kept, **changed}) is truth(tree, facts)
