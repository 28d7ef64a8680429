"""The difference of two answers: complete, symmetric, and empty exactly when both say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis.strategies import tuples

from formulator.evidence.artefact import load_evidence
from formulator.explain.difference import PARTS, Difference, difference
from formulator.export.json_export import as_mapping
from tests.conftest import TODAY
from tests.engine.asking import ask, shipped, statuses
from tests.explain.neighbours import MAN, neighbours
from tests.strategies import Document, profile_documents

MADE_FROM = ("profile", "profile_sha256", "derived", "knowledge", "model")
MODEL = load_evidence()


def said(answer: Any) -> dict[str, Any]:
    """What an answer says, as the contract writes it, without what it was made from."""
    return {name: value for name, value in as_mapping(answer).items() if name not in MADE_FROM}


def between(one: Document, other: Document, *, day: date = TODAY, later: date = TODAY) -> Difference:
    """The difference of the answers for two documents, with the evidence model."""
    return difference(ask(one, day=day, model=MODEL), ask(other, day=later, model=MODEL))


@given(neighbours() | tuples(profile_documents(), profile_documents()))
@settings(max_examples=30)
def test_a_difference_is_empty_exactly_when_both_answers_say_the_same(pair):
    one, other = (ask(document, model=MODEL) for document in pair)
    assert bool(difference(one, other)) == (said(one) != said(other))


@given(neighbours() | tuples(profile_documents(), profile_documents()))
@settings(max_examples=30)
def test_the_difference_in_the_other_direction_is_the_mirror(pair):
    one, other = (ask(document, model=MODEL) for document in pair)
    there, back = difference(one, other), difference(other, one)
    assert back == there.mirrored()
    assert back.mirrored() == there


@given(neighbours())
@settings(max_examples=30)
def test_every_status_that_moved_and_no_other_is_listed_with_both_names(pair):
    one, other = (ask(document, model=MODEL) for document in pair)
    old, new = statuses(one), statuses(other)
    moved = {(name, old[name], new[name]) for name in old if old[name] != new[name]}
    assert {(c.subject, c.before, c.after) for c in difference(one, other).of("status")} == moved


@given(neighbours())
@settings(max_examples=30)
def test_arguments_that_came_and_went_turn_the_one_list_into_the_other(pair):
    one, other = (ask(document, model=MODEL) for document in pair)
    changes = difference(one, other).of("argument")
    for component in one.components:
        mine = [change for change in changes if change.subject == component.id]
        rules = {argument.rule for argument in component.arguments}
        turned = (rules - {c.key for c in mine if c.went}) | {c.key for c in mine if c.came}
        assert turned == {argument.rule for argument in other.component(component.id).arguments}


@given(neighbours())
@settings(max_examples=30)
def test_sessions_that_came_went_and_moved_turn_the_one_plan_into_the_other(pair):
    one, other = (ask(document, model=MODEL) for document in pair)
    days = [{s.date: s.components for s in (answer.plan.sessions if answer.plan else ())} for answer in (one, other)]
    changes = difference(one, other).of("session")
    turned = {day: parts for day, parts in days[0].items() if day not in {c.before.date for c in changes if c.before}}
    turned |= {c.after.date: c.after.components for c in changes if c.after}
    assert turned == days[1]


DERIVED = {"cautions", "number"}
"""Parts that follow from others: cautions from arguments, the number of a session from its day."""


def mutants(value: Any) -> Iterator[Any]:
    """The same value with one small thing changed, anywhere inside: every entry of a record, the first of each list."""
    if is_dataclass(value) and not isinstance(value, type):
        for name in (entry.name for entry in fields(value) if entry.name not in DERIVED):
            yield from (replace(value, **{name: one}) for one in mutants(getattr(value, name)))
    elif isinstance(value, tuple) and value:
        yield from (value[1:], value[::-1], *((one, *value[1:]) for one in mutants(value[0])))
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    elif isinstance(value, str):
        yield f"{value} otherwise"
    elif isinstance(value, date):
        yield value + timedelta(days=1)


def test_no_part_of_an_answer_can_change_unseen():
    answer = ask({**MAN, "nsaid": "yes", "max_sessions": 6}, model=MODEL)
    assert answer.plan is not None
    assert answer.plan.washouts
    assert answer.formulations
    made_from = {"profile_sha256", "knowledge_version", "knowledge_sha256", "model_version", "model_sha256"}
    seen = 0
    for entry in fields(answer):
        for one in mutants(getattr(answer, entry.name)) if entry.name not in made_from else ():
            changed = replace(answer, **{entry.name: one})
            assert bool(difference(answer, changed)) == (one != getattr(answer, entry.name)), entry.name
            seen += 1
    assert seen > 200


def test_a_later_start_moves_each_session_and_each_look_by_as_many_days():
    later = (TODAY + timedelta(days=28)).isoformat()
    found = between(MAN, {**MAN, "start_date": later})
    sessions = found.of("session")
    assert sessions
    assert all((one.before.number, one.before.phase) == (one.after.number, one.after.phase) for one in sessions)
    assert {(one.after.date - one.before.date).days for one in found.of("reassess")} == {28}
    assert not found.of("status", "decision", "argument")


def test_fewer_sessions_take_the_last_ones_away_and_move_none():
    found = between(MAN, {**MAN, "max_sessions": 2})
    assert found.before.plan is not None
    gone = [one.before.number for one in found.of("session") if one.went]
    assert gone == list(range(3, len(found.before.plan.sessions) + 1))
    assert all(one.before.date == one.after.date for one in found.of("session") if not one.went)
    assert "left_out" in [one.subject for one in found.of("plan")]


def test_another_area_changes_amounts_and_not_which_formulations_there_are():
    found = between(MAN, {**MAN, "area_cm2": 50})
    assert found.of("amounts")
    assert not found.of("status", "decision", "session")


def test_a_prohibition_moves_the_decision_with_its_reason_and_takes_the_plan_away():
    found = between(MAN, {**MAN, "haemophilia": "yes"})
    assert [(one.before, one.after) for one in found.of("decision")] == [("treat", "do_not_treat")]
    assert "haemophilia_no_injection" in [one.key for one in found.of("decision_argument") if one.came]
    assert all(one.went for one in found.of("session", "reassess", "formulation"))


def test_an_answer_on_another_day_differs_even_where_nothing_is_planned():
    found = between({"haemophilia": "yes"}, {"haemophilia": "yes"}, later=TODAY + timedelta(days=1))
    assert [one.part for one in found.changes] == ["date"]


def test_answers_of_different_knowledge_differ_by_the_component_that_one_of_them_lacks():
    knowledge = shipped()
    answer = ask(MAN, knowledge)
    smaller = replace(answer, components=answer.components[1:])
    lost = answer.components[0]
    found = difference(answer, smaller).of("status")
    assert [(one.subject, one.before, one.after) for one in found] == [(lost.id, lost.status, None)]


def test_answers_with_and_without_the_model_differ_by_estimates_and_never_by_a_status():
    found = difference(ask(MAN), ask(MAN, model=MODEL))
    assert found.of("response")
    assert not found.of("status", "decision", "argument", "session")


@given(neighbours())
@settings(max_examples=20)
def test_every_change_belongs_to_a_part_that_is_documented_and_the_weightiest_come_first(pair):
    order = list(PARTS)
    positions = [order.index(one.part) for one in between(*pair).changes]
    assert positions == sorted(positions)
