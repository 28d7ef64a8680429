"""The engine and the formulas give every patient the same answer, unknowns included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.faults import FaultsFound
from formulator.profile import Profile, load_catalogue, profile_from_mapping
from tests.conftest import TODAY
from tests.engine.asking import shipped
from tests.proof.patients import Answered, answered, profiles
from tests.spec.test_worked_cases import DEFAULT_DATE, EVERY_CASE, EVERY_EXAMPLE, EXAMPLES, load

pytest.importorskip("z3")

from formulator.proof.agreement import Agreement
from formulator.proof.answers import Answers, answers_of
from formulator.proof.booleans import both, either
from formulator.proof.columns import Reading, columns_of
from formulator.proof.plans import Plans


@cache
def answers() -> Answers:
    """The formulas of the shipped knowledge, made once."""
    return answers_of(shipped())


@cache
def agreement() -> Agreement:
    """The formulas held against the engine."""
    return Agreement(answers())


def disagreements(asked: Iterable[tuple[Profile, date]]) -> list[str]:
    """Every statement on which they differ."""
    return agreement().disagreements(asked)


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
    possible = bool(Reading(columns_of(variables.names, [true]), 1)(agreement().statements["possible"])[0])
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
    reading = agreement().reading_of(drawn)
    assert len(drawn) > 20
    assert reading(plans.sessions).all()
    for name in shipped().components:
        held = np.array([any(name in each.components for each in one.plan.sessions) for one in drawn if one.plan])
        assert not (held & ~reading(both(plans.may_hold(name), plans.procedure))).any(), name
    assert reading(either(plans.procedure, plans.provisional)).all()


def test_a_pause_of_a_medicine_is_planned_only_where_the_formulas_say_that_it_is_taken() -> None:
    plans, drawn = Plans(answers()), some_answers()
    reading = agreement().reading_of(drawn)
    listed = 0
    for washout in shipped().washouts:
        found = np.array([bool(one.plan and any(w.text == washout.text for w in one.plan.washouts)) for one in drawn])
        listed += found.any()
        assert not (found & ~reading(both(plans.sessions, plans.washout(washout.id)))).any(), washout.id
    assert listed >= 2


def test_drawn_patients_are_what_the_validation_takes() -> None:
    for profile in profiles(load_catalogue(), seed=70, count=60):
        assert profile_from_mapping(profile.plain(), "drawn").values == profile.values
