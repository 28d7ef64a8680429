"""Causes of a difference: sufficient, smallest, all of them, and silent where nothing was found."""

from __future__ import annotations

from itertools import combinations
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings

from formulator.explain import attribution
from formulator.explain.attribution import Attribution, inputs_that_differ, with_inputs
from formulator.explain.compare import causes_words, compare, input_words
from formulator.explain.difference import Change, difference
from formulator.faults import FaultsFound
from formulator.profile import Profile, profile_from_mapping
from tests.conftest import TODAY
from tests.engine.asking import ask, shipped
from tests.explain.neighbours import MAN, WOMAN, neighbours
from tests.strategies import Document


def profile(document: Document) -> Profile:
    """The validated profile of a document."""
    return profile_from_mapping(document, "case")


def compared(one: Document, other: Document) -> Attribution:
    """Two documents compared, by the rules alone."""
    return compare(profile(one), profile(other), shipped(), TODAY)


def causes(found: Attribution) -> list[tuple[Change, set[frozenset[str]]]]:
    """Each change with its causes as sets."""
    pairs = zip(found.difference.changes, found.causes, strict=True)
    return [(change, {frozenset(fields) for fields in sets}) for change, sets in pairs]


def by_hand(one: Document, other: Document, change: Change, largest: int) -> set[frozenset[str]]:
    """The smallest sets of differing keys that bring a change about, by trying every set on the documents."""
    before = ask(one)
    keys = [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    for size in range(1, largest + 1):
        found = set()
        for chosen in combinations(keys, size):
            mixed = {**one, **{name: other.get(name) for name in chosen}}
            try:
                answer = ask({name: value for name, value in mixed.items() if value is not None})
            except FaultsFound:
                continue
            if change in difference(before, answer).changes:
                found.add(frozenset(chosen))
        if found:
            return found
    return set()


@given(neighbours(most=4))
@settings(max_examples=15)
def test_the_causes_of_a_change_are_exactly_the_smallest_sets_that_bring_it_about(pair):
    one, other = pair
    found = compared(one, other)
    telling: dict[Any, tuple[Change, set[frozenset[str]]]] = {}
    for change, sets in causes(found):
        telling.setdefault((change.part, frozenset(sets)), (change, sets))
    for change, sets in list(telling.values())[:8]:
        assert sets == by_hand(one, other, change, 3), change.part


@given(neighbours(most=2))
@settings(max_examples=20)
def test_whatever_differs_has_a_cause_where_three_inputs_differ_or_fewer(pair):
    found = compared(*pair)
    named = {field for sets in found.causes for fields in sets for field in fields}
    assert named <= {one.field for one in found.inputs}
    if len(found.inputs) <= 3:
        assert all(found.causes)


@given(neighbours(most=6))
@settings(max_examples=30)
def test_all_differing_inputs_put_into_the_first_profile_make_the_second(pair):
    before, after = map(profile, pair)
    plain = after.plain()
    catalogue = shipped().catalogue
    inputs = inputs_that_differ(before, after, catalogue)
    assert with_inputs(before, {one.field: plain.get(one.field) for one in inputs}, catalogue) == after


@given(neighbours(most=3))
@settings(max_examples=10)
def test_the_order_of_keys_in_a_profile_changes_nothing(pair):
    one, other = pair
    turned = compared(dict(reversed(list(one.items()))), dict(reversed(list(other.items()))))
    assert turned.causes == compared(one, other).causes


def test_the_same_profile_twice_differs_in_nothing():
    found = compared(MAN, dict(MAN))
    assert (found.inputs, found.difference.changes, found.causes) == ((), (), ())


def test_the_same_amount_in_another_unit_is_the_same_input():
    assert compared({**MAN, "ferritin": 85}, {**MAN, "ferritin": "85 ug/L"}).inputs == ()


def test_not_given_and_asked_but_not_known_are_two_different_inputs():
    found = compared(MAN, {**MAN, "anticoagulant": "unknown", "ferritin": 20})
    words = [input_words(one, shipped()) for one in found.inputs]
    assert words == ["Ferritin: not given -> 20 ng/mL", "Anticoagulant: not given -> asked, not known"]


def test_an_input_that_changes_nothing_is_named_as_a_cause_of_nothing():
    prohibited = {**MAN, "haemophilia": "yes"}
    found = compared(prohibited, {**prohibited, "haemophilia": "no", "start_date": TODAY.isoformat()})
    assert [one.field for one in found.inputs] == ["start_date", "haemophilia"]
    assert found.difference
    for change, sets in causes(found):
        assert sets == {frozenset({"haemophilia"})}, change.part


def test_doses_that_come_with_a_formulation_need_both_the_permission_and_the_area():
    nursing = {name: value for name, value in WOMAN.items() if name != "area_cm2"} | {"lactation": "yes"}
    found = compared(nursing, {**nursing, "lactation": "no", "area_cm2": 50})
    by_part: dict[str, set[frozenset[str]]] = {}
    for change, sets in causes(found):
        by_part.setdefault(change.part, set()).update(sets)
    assert by_part["decision"] == by_part["formulation"] == {frozenset({"lactation"})}
    assert by_part["amounts"] == {frozenset({"lactation", "area_cm2"})}


def test_a_decision_that_either_of_two_facts_forces_names_both():
    found = compared(MAN, {**MAN, "haemophilia": "yes", "malignancy_site": "yes"})
    decision = {change.part: sets for change, sets in causes(found)}["decision"]
    assert decision == {frozenset({"haemophilia"}), frozenset({"malignancy_site"})}


def test_a_combination_that_no_patient_can_have_is_never_a_cause():
    pregnant = {**WOMAN, "pregnancy": "yes"}
    found = compared(pregnant, MAN)
    assert {"sex", "pregnancy", "severity_scale"} <= {one.field for one in found.inputs}
    sets = {fields for _, each in causes(found) for fields in each}
    assert not any("sex" in fields and "pregnancy" not in fields for fields in sets)


@pytest.mark.parametrize(("runs", "searched"), [(0, 0), (4, 1), (10, 2), (14, 3)])
def test_a_search_that_would_take_too_long_stops_between_sizes_and_says_how_far_it_came(runs, searched):
    changed = {"haemophilia": "yes", "ferritin": 12, "max_sessions": 2, "needle_aversion": "yes"}
    with mock.patch.object(attribution, "MOST_RUNS", runs):
        found = compared(MAN, {**MAN, **changed, "start_date": "2027-01-04"})
    assert found.searched <= searched
    assert all(len(fields) <= found.searched for sets in found.causes for fields in sets)


def test_a_change_without_a_small_cause_is_said_to_need_all_and_how_many_were_tried():
    knowledge = shipped()
    assert causes_words((), 3, knowledge) == "only all together: no 3 of them are enough"
    assert causes_words((("lactation",), ("ferritin", "age")), 2, knowledge) == "Lactation or Ferritin with Age"
