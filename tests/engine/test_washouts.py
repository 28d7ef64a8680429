"""Pauses of medicines around sessions."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from tests.conftest import TODAY
from tests.engine.asking import ask, shipped
from tests.strategies import profile_documents

PATTERN_LOSS = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34}


def test_every_session_has_its_own_pause_with_the_published_days():
    plan = ask({**PATTERN_LOSS, "nsaid": "yes"}).plan
    numbers = {one.session for one in plan.washouts}
    assert numbers == {one.number for one in plan.sessions}
    days = {one.number: one.date for one in plan.sessions}
    assert {(days[one.session] - one.stop_on).days for one in plan.washouts} == {7}


def test_the_first_session_waits_until_the_pause_before_it_can_be_kept():
    assert ask(PATTERN_LOSS).plan.sessions[0].date == TODAY
    assert ask({**PATTERN_LOSS, "nsaid": "yes"}).plan.sessions[0].date >= TODAY + timedelta(days=7)


@given(profile_documents())
def test_no_plan_asks_for_a_pause_that_began_before_the_answer_or_stops_what_only_a_prescriber_may(document):
    plan = ask(document).plan
    if plan is None:
        return
    prescribed = {one.text for one in shipped().washouts if one.stop_days_before is None}
    for washout in plan.washouts:
        assert washout.stop_on is None or washout.stop_on >= TODAY
        assert washout.text not in prescribed or washout.stop_on is None
