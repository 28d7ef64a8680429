"""Sessions lie on days that exist for this patient, at the published distances, and in time before an event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.engine.days import Calendar
from formulator.faults import FaultsFound
from formulator.knowledge.items import Phase
from formulator.profile import DateRange
from tests.conftest import TODAY
from tests.engine.asking import ask, shipped
from tests.strategies import profile_documents

TREATABLE: list[dict[str, Any]] = [
    {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "site": "scalp"},
    {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "female", "site": "scalp"},
    {"domain": "skin", "concern": "pigmentation", "cause": "melasma", "sex": "female", "site": "face"},
    {"domain": "skin", "concern": "fine_lines", "cause": "ageing", "sex": "female", "site": "face"},
    {"domain": "skin", "concern": "dehydration", "cause": "constitutional", "sex": "female", "site": "face"},
    {"domain": "skin", "concern": "pre_event_glow", "cause": "constitutional", "sex": "female", "site": "face"},
    {"domain": "skin", "concern": "acne_scars", "cause": "acne", "sex": "male", "site": "cheeks"},
    {"domain": "skin", "concern": "dark_circles", "cause": "constitutional", "sex": "male", "site": "periorbital"},
    {"domain": "body", "concern": "cellulite", "cause": "constitutional", "sex": "female", "site": "thighs"},
    {"domain": "body", "concern": "localised_fat", "cause": "constitutional", "sex": "male", "site": "submental"},
    {"domain": "body", "concern": "striae", "cause": "constitutional", "sex": "female", "site": "abdomen"},
    {"domain": "skin", "concern": "laxity", "cause": "ageing", "sex": "male", "site": "neck"},
]
NOT_BLOCKED = {
    "pregnancy": "no",
    "lactation": "no",
    "pregnancy_planned": "no",
    "thromboembolism_history": "no",
    "stroke_history": "no",
    "anticoagulant": "no",
    "bleeding_disorder": "no",
    "oral_contraceptive_or_oestrogen": "no",
    "smoking": "no",
}


@st.composite
def treatable_documents(draw: st.DrawFn) -> dict[str, Any]:
    """Patients who may be treated, with wishes about dates."""
    document = dict(draw(st.sampled_from(TREATABLE))) | NOT_BLOCKED
    document |= {"age": draw(st.integers(22, 55)), "phototype": draw(st.integers(1, 6))}
    any_profile = draw(profile_documents())
    for name in (
        "start_date",
        "event_date",
        "unavailable_dates",
        "max_sessions",
        "stocked_components",
        "needle_aversion",
    ):
        if name in any_profile:
            document[name] = any_profile[name]
    return document


def closed_days(document: dict[str, Any]) -> set[date]:
    """Every single day that the patient ruled out."""
    found = set()
    for entry in document.get("unavailable_dates", []):
        first, _, last = entry.partition("..")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    return found


def first_day(document: dict[str, Any]) -> date:
    """The earliest day on which a session may lie."""
    return max(TODAY, date.fromisoformat(document.get("start_date", TODAY.isoformat())))


def settle_days(document: dict[str, Any]) -> int:
    """Two weeks for skin and body, two days for the scalp (data/planning.yaml)."""
    return 2 if document["domain"] == "hair" else 14


@given(profile_documents() | treatable_documents())
def test_no_session_lies_on_a_weekend_a_ruled_out_day_or_before_the_patient_can_come(document):
    plan = ask(document).plan
    if plan is not None:
        days = [session.date for session in plan.sessions]
        assert days == sorted(set(days))
        assert [session.number for session in plan.sessions] == list(range(1, len(days) + 1))
        assert all(day.weekday() < 5 for day in days)
        assert not closed_days(document) & set(days)
        assert all(day >= first_day(document) for day in days)


@given(treatable_documents())
def test_no_session_lies_after_the_event_minus_the_days_in_which_the_skin_settles(document):
    plan = ask(document).plan
    if plan is not None and "event_date" in document:
        last = date.fromisoformat(document["event_date"]) - timedelta(days=settle_days(document))
        assert all(session.date <= last for session in plan.sessions)


@given(treatable_documents())
def test_there_are_never_more_sessions_than_the_patient_wants(document):
    plan = ask(document).plan
    if plan is not None and "max_sessions" in document:
        assert len(plan.sessions) <= document["max_sessions"]


def phases_of(component: str, indication: str, *, before_event: bool) -> Sequence[Phase]:
    """The published course of a component in an indication: its own, or the indication's."""
    protocol = shipped().protocols[indication]
    phases = next((one.phases for one in protocol.components if one.id == component), protocol.phases)
    return phases[:1] if before_event else phases


def phase_of_each_session(phases: Sequence[Phase]) -> Iterator[Phase]:
    """The phase that the first, second, ... session of a component belongs to."""
    for phase in phases:
        count = int(phase.sessions.used or phase.sessions.low) if phase.sessions else 10_000
        for _ in range(count):
            yield phase


@settings(max_examples=120)
@given(treatable_documents())
def test_the_sessions_of_every_component_keep_its_published_distances(document):
    """Never too early; later than published only where every day of the published range is closed."""
    answer = ask(document)
    if answer.plan is None:
        return
    closed, event = closed_days(document), "event_date" in document
    for component in {name for session in answer.plan.sessions for name in session.components}:
        days = [session.date for session in answer.plan.sessions if component in session.components]
        phases = phase_of_each_session(phases_of(component, answer.indication, before_event=event))
        next(phases)
        for earlier, later in pairwise(days):
            interval = next(phases).interval_days
            gap = (later - earlier).days
            assert gap >= interval.low, (component, earlier, later)
            if gap > interval.high:
                inside = (earlier + timedelta(days=step) for step in range(int(interval.low), int(interval.high) + 1))
                assert all(day.weekday() >= 5 or day in closed for day in inside), (component, earlier, later)


@given(treatable_documents())
def test_reassessments_are_dated_after_the_start_and_a_stop_rule_is_always_said(document):
    plan = ask(document).plan
    if plan is not None:
        start = plan.sessions[0].date if plan.sessions else first_day(document)
        assert plan.reassess
        assert all(look.date > start and look.what for look in plan.reassess)
        assert plan.stop_rule
        assert plan.maintenance


@given(treatable_documents())
def test_whoever_fears_needles_is_offered_another_way_and_told_what_it_gives_up(document):
    answer = ask({**document, "needle_aversion": "yes"})
    if answer.plan is not None and shipped().protocols[answer.indication].needle_free:
        assert answer.plan.deliveries
        assert all(one.given_up and one.sources for one in answer.plan.deliveries)


def test_most_of_the_patients_above_get_dated_sessions_so_that_these_tests_say_something():
    dated = [
        bool((plan := ask({**one, **NOT_BLOCKED, "age": 34, "phototype": 3}).plan) and plan.sessions)
        for one in TREATABLE
    ]
    assert sum(dated) >= 8, dated


@given(treatable_documents(), st.integers(0, 400))
def test_an_event_that_does_not_lie_ahead_is_refused_as_a_fault_of_the_profile(document, days):
    document = {key: value for key, value in document.items() if key != "start_date"}
    with pytest.raises(FaultsFound) as found:
        ask({**document, "event_date": (TODAY - timedelta(days=days)).isoformat()})
    [fault] = found.value.faults
    assert (fault.field, fault.allowed, fault.place.file) == ("event_date", "a later date", "case")
    assert str(TODAY) in fault.problem


# ------------------------------------------------------------------ the calendar itself

RANGES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30)).map(
        lambda pair: DateRange(TODAY + timedelta(days=pair[0]), TODAY + timedelta(days=sum(pair)))
    ),
    max_size=3,
).map(tuple)


def is_open(day: date, calendar: Calendar) -> bool:
    """The oracle: written out."""
    weekend = day.isoweekday() in (6, 7)
    shut = any(closed.first <= day <= closed.last for closed in calendar.unavailable)
    return calendar.first <= day <= calendar.last and not weekend and not shut


@given(RANGES, st.integers(0, 40), st.integers(1, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 120))
def test_the_nearest_day_is_open_and_no_open_day_of_the_range_lies_nearer(closed, start, low, more, wanted, horizon):
    calendar = Calendar(TODAY, TODAY + timedelta(days=horizon), closed)
    last, high = TODAY + timedelta(days=start), low + more
    wanted = low + min(wanted, more)
    found = calendar.nearest(last, low, wanted, high)
    inside = [step for step in range(low, high + 1) if is_open(last + timedelta(days=step), calendar)]
    if inside:
        assert found is not None
        assert abs((found - last).days - wanted) == min(abs(step - wanted) for step in inside)
        assert low <= (found - last).days <= high
    elif found is not None:
        assert is_open(found, calendar)
        assert (found - last).days > high
        assert not any(is_open(last + timedelta(days=step), calendar) for step in range(low, (found - last).days))


@given(RANGES, st.integers(-10, 200))
def test_the_first_and_the_latest_open_day_are_what_counting_day_by_day_gives(closed, until):
    calendar = Calendar(TODAY, TODAY + timedelta(days=120), closed)
    every = [TODAY + timedelta(days=step) for step in range(121)]
    assert calendar.first_day() == next((day for day in every if is_open(day, calendar)), None)
    limit = TODAY + timedelta(days=until)
    assert calendar.latest(limit) == next(
        (day for day in reversed(every) if day <= limit and is_open(day, calendar)), None
    )
