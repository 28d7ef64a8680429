"""The engine and the formulas give every patient the same answer, unknowns included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.engine.answer import STATUSES
from formulator.faults import FaultsFound
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.profile import Profile, load_catalogue, profile_from_mapping
from tests.conftest import TODAY
from tests.engine.asking import shipped
from tests.proof.patients import Answered, answered, profiles
from tests.spec.test_worked_cases import DEFAULT_DATE, EVERY_CASE, EVERY_EXAMPLE, EXAMPLES, load

pytest.importorskip("z3")

from formulator.proof.answers import Answers, answers_of
from formulator.proof.booleans import Formula, both, either
from formulator.proof.columns import Reading, columns_of
from formulator.proof.facts import INDICATION
from formulator.proof.plans import Plans


@cache
def answers() -> Answers:
    """The formulas of the shipped knowledge, made once."""
    return answers_of(shipped())


@cache
def statements() -> dict[str, Formula]:
    """Each statement about an answer, as a formula."""
    of, knowledge = answers(), shipped()
    plans = Plans(of)
    derived = sorted({one.field for one in knowledge.derivations} | {INDICATION})
    return {
        "possible": both(*of.variables.possible()),
        **{f"{field} is {value}": when for field in derived for value, when in of.facts.field(field).values},
        **{f"{rule.id} holds": of.holds(rule.id) for rule in of.read},
        **{f"{rule.id} is open": of.open(rule.id) for rule in of.read},
        **{f"{name} is {status}": of.status(name, status) for name in knowledge.components for status in STATUSES},
        **{decision: of.decision(decision) for decision in GRAVEST_FIRST},
        "there is a reason": of.has_reason,
        "there is a plan": plans.planned,
        "the plan waits": plans.provisional,
    }


def said_by_engine(one: Answered) -> Iterator[str]:
    """The statements that are true of an answer of the engine."""
    yield "possible"
    yield from (f"{field} is {value}" for field, value in one.patient.facts.items())
    yield from (f"{name} holds" for name in one.findings.holds)
    yield from (f"{name} is open" for name in one.findings.open)
    yield from (f"{each.id} is {each.status}" for each in one.components)
    yield one.verdict.decision
    yield from ["there is a reason"] * bool(one.verdict.arguments)
    yield from ["there is a plan"] * (one.plan is not None)
    yield from ["the plan waits"] * bool(one.plan and one.plan.provisional)


def reading_of(asked: Sequence[Answered]) -> Reading:
    """The formulas read on the profiles of these answers."""
    variables = answers().variables
    rows = [variables.true_of(one.patient.profile.values, one.patient.facts.get("days_to_event")) for one in asked]
    return Reading(columns_of(variables.names, rows), len(rows))


def disagreements(asked: Iterable[tuple[Profile, date]]) -> list[str]:
    """Every statement on which the engine and the formulas differ for one of these profiles."""
    given_answers = [answered(profile, shipped(), day) for profile, day in asked]
    place = {name: number for number, name in enumerate(statements())}
    engine = np.zeros((len(place), len(given_answers)), dtype=bool)
    for column, one in enumerate(given_answers):
        engine[[place[name] for name in said_by_engine(one) if name in place], column] = True
    reading = reading_of(given_answers)
    differing = {name: np.nonzero(reading(one) != engine[place[name]])[0] for name, one in statements().items()}
    return [
        f"{name}: {dict(given_answers[who[0]].patient.profile.values)}" for name, who in differing.items() if len(who)
    ]


def test_engine_and_formulas_agree_on_random_profiles() -> None:
    drawn = ((profile, TODAY) for profile in profiles(load_catalogue(), seed=1, count=1000))
    assert disagreements(drawn) == []


@pytest.mark.slow
def test_engine_and_formulas_agree_on_a_hundred_thousand_random_profiles() -> None:
    for seed in range(2, 42):
        drawn = ((profile, TODAY) for profile in profiles(load_catalogue(), seed, count=2500))
        assert disagreements(drawn) == []


def test_engine_and_formulas_agree_on_every_worked_case_and_example() -> None:
    def worked() -> Iterator[tuple[Profile, date]]:
        for file, case in EVERY_CASE:
            base = load(EXAMPLES / f"{case['from']}.yaml")["profile"] if "from" in case else {}
            profile = profile_from_mapping({**base, **(case.get("profile") or {})}, file)
            yield profile, date.fromisoformat(case.get("date", DEFAULT_DATE))
        for path in EVERY_EXAMPLE:
            yield profile_from_mapping(load(path)["profile"], path.name), TODAY

    assert disagreements(worked()) == []


CELLS = st.fixed_dictionaries(
    {}, optional={name: st.integers(0, len(cells) - 1) for name, cells in answers().variables.space.cells.items()}
)


@settings(max_examples=25)
@given(CELLS)
def test_a_combination_is_possible_exactly_where_the_validation_takes_it(chosen: dict[str, int]) -> None:
    variables = answers().variables
    document = variables.space.document(chosen, (), TODAY)
    values: dict[str, Any] = {name: variables.space.cells[name][cell].value for name, cell in chosen.items()}
    true = variables.true_of(values, values.get("days_to_event"))
    possible = bool(Reading(columns_of(variables.names, [true]), 1)(statements()["possible"])[0])
    try:
        profile_from_mapping(document, "drawn")
    except FaultsFound:
        assert not possible
    else:
        assert possible


@cache
def some_answers() -> list[Answered]:
    """The engine's answers to some random profiles."""
    return [answered(one, shipped()) for one in profiles(load_catalogue(), seed=50, count=600)]


def test_sessions_lie_only_where_the_formulas_allow_them_and_hold_only_what_they_allow() -> None:
    plans = Plans(answers())
    drawn = [one for one in some_answers() if one.plan and one.plan.sessions]
    reading = reading_of(drawn)
    assert len(drawn) > 20
    assert reading(plans.sessions).all()
    for name in shipped().components:
        held = np.array([any(name in each.components for each in one.plan.sessions) for one in drawn if one.plan])
        assert not (held & ~reading(both(plans.may_hold(name), plans.procedure))).any(), name
    assert reading(either(plans.procedure, plans.provisional)).all()


def test_a_pause_of_a_medicine_is_planned_only_where_the_formulas_say_that_it_is_taken() -> None:
    plans, drawn = Plans(answers()), some_answers()
    reading = reading_of(drawn)
    listed = 0
    for washout in shipped().washouts:
        found = np.array([bool(one.plan and any(w.text == washout.text for w in one.plan.washouts)) for one in drawn])
        listed += found.any()
        assert not (found & ~reading(both(plans.sessions, plans.washout(washout.id)))).any(), washout.id
    assert listed >= 2


def test_drawn_patients_are_what_the_validation_takes() -> None:
    for profile in profiles(load_catalogue(), seed=70, count=60):
        assert profile_from_mapping(profile.plain(), "drawn").values == profile.values
