"""Compiled conditions say on one patient exactly what the clear interpreter says."""

from __future__ import annotations

from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.conditions import All, AnyOf, AtLeast, Below, IsKnown, IsOneOf, Not, carried_by, truth
from formulator.conditions.compiled import FieldMasks, compile_conditions, count_alternatives
from formulator.conditions.compiled.form import cut_fields
from formulator.conditions.compiled.unfold import alternatives
from formulator.conditions.parse import parse_condition
from formulator.faults import FaultsFound
from formulator.strict_yaml import read_yaml
from tests.conditions.trees import ALL_TREES, CONTEXT, DOMAINS, FACTS, LIMITS

SEVERAL = st.lists(ALL_TREES, min_size=1, max_size=8)
ODD_VALUES = [("colour", "violet"), ("flag", "maybe"), ("number", -inf), ("number", inf), ("number", 5)]


def read(conditions, facts):
    """The truth of each condition as the masks have it."""
    masks = FieldMasks(compile_conditions(conditions))
    match = masks.match(facts)
    holds, hangs = masks.positions(match.certain), masks.positions(match.open)
    assert holds == sorted(holds)
    assert not set(holds) & set(hangs)
    return [True if at in holds else None if at in hangs else False for at in range(len(conditions))]


@given(SEVERAL, FACTS)
def test_the_masks_read_every_tree_as_the_interpreter_does(trees, facts):
    assert read(trees, facts) == [truth(tree, facts) for tree in trees]


@given(SEVERAL, st.sampled_from(ODD_VALUES), FACTS)
def test_values_that_no_condition_names_are_read_as_the_interpreter_does(trees, odd, facts):
    facts = {**facts, odd[0]: odd[1]}
    assert read(trees, facts) == [truth(tree, facts) for tree in trees]


@given(SEVERAL, st.sampled_from(sorted(LIMITS.values())))
def test_at_a_threshold_and_next_to_it_the_masks_turn_where_the_interpreter_does(trees, limit):
    trees = [*trees, AtLeast("number", limit, "t"), Below("number", limit, "t")]
    for value in (limit, nextafter(limit, inf), nextafter(limit, -inf), int(limit)):
        facts = {"number": value}
        assert read(trees, facts) == [truth(tree, facts) for tree in trees]


def test_a_number_that_single_precision_would_round_onto_a_threshold_stays_below_it():
    below = nextafter(7.5, 0)
    assert read([AtLeast("number", 7.5, "t"), Below("number", 7.5, "t")], {"number": below}) == [False, True]


def test_a_number_may_be_compared_and_named_at_once():
    trees = [IsOneOf("grade", frozenset((2, 3))), AtLeast("grade", 2.0, "t"), Below("grade", 3.5, "t")]
    for value in (1, 1.999, 2, 2.0, 2.5, 3, 3.25, 3.5, 4):
        assert read(trees, {"grade": value}) == [truth(tree, {"grade": value}) for tree in trees]


def test_something_and_its_opposite_is_open_while_it_is_unknown():
    flag = IsOneOf("flag", frozenset(("yes",)))
    trees = [All((flag, Not(flag))), AnyOf((flag, Not(flag)))]
    assert read(trees, {}) == [None, None]
    assert read(trees, {"flag": "no"}) == [False, True]


@given(ALL_TREES)
def test_a_tree_unfolds_into_as_many_alternatives_as_are_counted(tree):
    assert len(alternatives(tree)) == count_alternatives(tree)


@given(ALL_TREES, FACTS)
def test_an_alternative_that_holds_settles_the_tree_with_its_own_fields(tree, facts):
    if truth(tree, facts) is True:
        holding = [
            one
            for one in alternatives(tree)
            if truth(All(tuple(atom if positive else Not(atom) for atom, positive in one)), facts) is True
        ]
        assert any({atom.field for atom, _ in one} <= set(carried_by(tree, facts, True)) for one in holding)


@given(SEVERAL)
def test_two_cells_of_a_field_are_told_apart_by_some_comparison(trees):
    for cells in cut_fields(trees).values():
        columns = list(zip(*cells.truths.values(), strict=True))
        assert len(columns) == cells.count
        assert len(set(columns[1:])) == cells.count - 1


@given(SEVERAL, st.sampled_from(sorted(DOMAINS)))
def test_the_cell_of_a_value_reads_as_the_value(trees, field):
    cells = cut_fields(trees).get(field)
    for value in (*DOMAINS[field], None) if cells else ():
        facts = {} if value is None else {field: value}
        for atom, truths in cells.truths.items():
            assert truths[cells.cell_of(value)] is truth(atom, facts)


def tangled(count):
    """A condition with 2 to the power of `count` alternatives."""
    pair = "any: [{flag: yes}, {number: {known: no}}]"
    return "all:\n" + "".join(f"  - {{{pair}}}\n" for _ in range(count))


def test_a_condition_that_unfolds_into_too_many_alternatives_is_refused_with_advice():
    parse_condition(read_yaml(tangled(9), "rule.yaml"), CONTEXT)
    with pytest.raises(FaultsFound, match="1024") as refused:
        parse_condition(read_yaml(tangled(10), "rule.yaml"), CONTEXT)
    assert "several rules" in str(refused.value)


def test_no_condition_is_compiled_that_unfolds_into_too_many_alternatives():
    pair = AnyOf((IsOneOf("flag", frozenset(("yes",))), IsKnown("number", False)))
    with pytest.raises(ValueError, match="alternatives"):
        compile_conditions([All((pair,) * 10)])


def read_with(masks, count, match):
    """The truth of each condition in a match."""
    holds, hangs = masks.positions(match.certain), masks.positions(match.open)
    return [True if at in holds else None if at in hangs else False for at in range(count)]


@given(SEVERAL, FACTS)
def test_an_outlook_says_now_what_the_match_says(trees, facts):
    masks = FieldMasks(compile_conditions(trees))
    assert masks.outlook(facts).match == masks.match(facts)


@given(SEVERAL, FACTS)
def test_one_more_known_field_reads_as_if_it_had_been_known_from_the_start(trees, facts):
    masks = FieldMasks(compile_conditions(trees))
    outlook, every = masks.outlook(facts), (1 << len(trees)) - 1
    for field in masks.columns.keys() - facts.keys():
        values = DOMAINS[field]
        found = outlook.learned(field, masks.answers(field, values), every)
        expected = [[truth(tree, {**facts, field: value}) for tree in trees] for value in values]
        assert [read_with(masks, len(trees), match) for match in found] == expected


@given(SEVERAL, FACTS)
def test_conditions_of_one_alternative_need_no_joining_to_be_read_anew(trees, facts):
    masks = FieldMasks(compile_conditions(trees))
    outlook, simple = masks.outlook(facts), ((1 << len(trees)) - 1) & ~masks.of_several
    for field in masks.columns.keys() - facts.keys():
        answers = masks.answers(field, DOMAINS[field])
        quick, joined = outlook.learned(field, answers, simple), outlook.learned(field, answers, -1)
        assert [(one.certain & simple, one.open & simple) for one in quick] == [
            (one.certain & simple, one.open & simple) for one in joined
        ]


@given(SEVERAL, FACTS, FACTS)
def test_several_more_known_fields_read_as_if_they_had_been_known_from_the_start(trees, facts, more):
    masks = FieldMasks(compile_conditions(trees))
    learned = {field: value for field, value in more.items() if field not in facts}
    assert masks.outlook(facts).learned_together(learned) == masks.match({**facts, **learned})
