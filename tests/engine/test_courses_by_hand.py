"""Courses, shared days, counting back and what may enter: small cases, each worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from formulator.engine.answer import Argument, Because, ComponentAnswer, Response
from formulator.engine.days import Calendar
from formulator.engine.options import candidates, certainty_of
from formulator.engine.patient import Patient
from formulator.engine.schedule import (
    before_event,
    components_of_sessions,
    could_be_added,
    course,
    numbered,
    waits_for_answers,
    weeks_after,
    with_own_courses,
)
from formulator.knowledge.items import ComponentCourse, Figure, Phase, Protocol, Statement
from formulator.profile import DateRange, profile_from_mapping
from tests.conftest import TODAY
from tests.engine.asking import ask

CITED = ("made_up",)
HAIR = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34}


def figure(low: float, high: float, used: float | None = None) -> Figure:
    """A published range."""
    return Figure(low=low, high=high, used=used, sources=CITED)


def phase(name: str, sessions: int | None, low: float, used: float | None, high: float) -> Phase:
    """So many sessions so many days apart; None: ongoing."""
    number = figure(sessions, sessions + 2, sessions) if sessions else None
    return Phase(name=name, sessions=number, interval_days=figure(low, high, used))


INDUCTION, ONGOING = phase("induction", 3, 10, 14, 20), phase("maintenance", None, 80, 90, 100)
MONTHLY = phase("induction", 2, 21, 28, 35)
CALENDAR = Calendar(date(2026, 11, 25), date(2027, 6, 30))  # a Wednesday


def protocol(*own: ComponentCourse, phases: tuple[Phase, ...] = (INDUCTION, ONGOING)) -> Protocol:
    """A course of an indication, with courses of components."""
    said = Statement(text="A sentence.", sources=CITED)
    look = {"week": 12, "text": "Look again.", "sources": CITED}
    return Protocol(
        indication="made_up",
        reviewed=TODAY,
        status="active",
        phases=phases,
        components=own,
        reassess=(look,),
        stop_rule=said,
        maintenance=said,
        sources=CITED,
    )


PRP_MONTHLY = ComponentCourse(id="prp", phases=(MONTHLY,), sources=CITED)


def day(month: int, number: int) -> date:
    """A day of this winter."""
    return date(2026 if month > 8 else 2027, month, number)


# ------------------------------------------------------------------ courses


def test_a_course_runs_through_its_phases_to_the_horizon():
    assert course((INDUCTION, ONGOING), CALENDAR, None) == [
        ("induction", day(11, 25)),
        ("induction", day(12, 9)),
        ("induction", day(12, 23)),
        ("maintenance", day(3, 23)),
        ("maintenance", day(6, 21)),
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_a_course_stops_at_the_sessions_that_are_wanted(limit):
    assert course((INDUCTION, ONGOING), CALENDAR, limit) == course((INDUCTION, ONGOING), CALENDAR, None)[:limit]


def test_an_interval_without_a_used_value_counts_its_low_end():
    twice = phase("induction", 2, 10, None, 20)
    assert course((twice,), CALENDAR, None) == [("induction", day(11, 25)), ("induction", day(12, 7))]  # 10: a Saturday


def test_a_course_in_a_calendar_without_an_open_day_is_empty():
    shut = Calendar(day(11, 25), day(12, 31), (DateRange(day(11, 1), date(2028, 12, 31)),))
    assert course((INDUCTION,), shut, None) == []


def test_a_component_with_its_own_course_takes_days_that_are_planned_anyway():
    grid = course((INDUCTION,), CALENDAR, None)
    assert with_own_courses(grid, ["prp", "minoxidil"], protocol(PRP_MONTHLY), CALENDAR) == {
        day(11, 25): ("induction", {"minoxidil", "prp"}),
        day(12, 9): ("induction", {"minoxidil"}),
        day(12, 23): ("induction", {"minoxidil", "prp"}),
    }


def test_alone_it_keeps_its_own_days_and_nothing_chosen_reserves_the_rhythm_of_the_indication():
    grid = course((INDUCTION,), CALENDAR, None)
    assert with_own_courses(grid, ["prp"], protocol(PRP_MONTHLY), CALENDAR) == {
        day(11, 25): ("induction", {"prp"}),
        day(12, 23): ("induction", {"prp"}),
    }
    assert with_own_courses(grid, [], protocol(PRP_MONTHLY), CALENDAR) == {one: ("induction", set()) for _, one in grid}


def test_of_two_planned_days_inside_the_interval_the_one_nearer_to_what_is_used_is_shared():
    own = ComponentCourse(id="prp", phases=(phase("induction", 2, 10, 14, 20),), sources=CITED)
    grid = [("induction", day(11, 25)), ("induction", day(12, 7)), ("induction", day(12, 10))]  # 12 and 15 days later
    days = with_own_courses(grid, ["prp", "minoxidil"], protocol(own), CALENDAR)
    assert {one for one, (_, names) in days.items() if "prp" in names} == {day(11, 25), day(12, 10)}


def test_where_no_planned_day_fits_it_gets_a_day_of_its_own():
    own = ComponentCourse(id="prp", phases=(phase("induction", 2, 16, 19, 20),), sources=CITED)
    grid = [("induction", day(11, 25)), ("induction", day(12, 9))]
    days = with_own_courses(grid, ["prp", "minoxidil"], protocol(own), CALENDAR)
    assert days[day(12, 14)] == ("induction", {"prp"})
    assert sorted(days) == [day(11, 25), day(12, 9), day(12, 14)]


def test_sessions_are_numbered_in_order_of_their_days():
    found = numbered({day(12, 9): ("induction", {"b", "a"}), day(11, 25): ("induction", set())}, 45)
    assert [(one.number, one.date, one.components, one.minutes) for one in found] == [
        (1, day(11, 25), (), 45),
        (2, day(12, 9), ("a", "b"), 45),
    ]
    assert weeks_after(day(11, 25), 2.5) == day(12, 13)  # 17.5 days, to the even day


# ------------------------------------------------------------------ before an event


def test_sessions_are_counted_back_from_the_last_day_and_what_does_not_fit_is_counted():
    until = Calendar(day(12, 21), day(1, 15))
    days, missing = before_event(["prp", "minoxidil"], protocol(PRP_MONTHLY), until)
    assert days == {  # 28 days before 15 January lies too early, 25 days before it is the first open day
        day(12, 21): ("induction", {"minoxidil", "prp"}),
        day(1, 1): ("induction", {"minoxidil"}),
        day(1, 15): ("induction", {"minoxidil", "prp"}),
    }
    assert missing == {}


def test_before_an_event_without_room_the_missing_sessions_are_counted_of_how_many():
    days, missing = before_event(["prp", "minoxidil"], protocol(PRP_MONTHLY), Calendar(day(1, 11), day(1, 15)))
    assert days == {day(1, 15): ("induction", {"prp", "minoxidil"})}
    assert missing == {"prp": (1, 2), "minoxidil": (2, 3)}


def test_with_nothing_chosen_yet_the_rhythm_of_the_indication_holds_the_days():
    days, missing = before_event([], protocol(PRP_MONTHLY), Calendar(day(11, 25), day(1, 15)))
    assert days == {one: ("induction", set()) for one in (day(12, 18), day(1, 1), day(1, 15))}
    assert missing == {}


# ------------------------------------------------------------------ which components


def reason(kind: str = "for", role: str | None = "main", field: str = "", certainty: str = "low") -> Argument:
    """An argument; with a field, one that hangs on it."""
    because = (Because(field, None),) if field else (Because("sex", "male"),)
    return Argument("rule", "prp", kind, "A sentence.", "", because, certainty, CITED, role=role)


def judged(name: str, status: str, *arguments: Argument, stocked: bool = True) -> ComponentAnswer:
    """A component with a status."""
    return ComponentAnswer(name, status, (), arguments, (), Response(False, ""), stocked)


def test_sessions_hold_the_main_parts_else_the_adjuncts_else_the_best_option(knowledge):
    main, adjunct = judged("prp", "recommended"), judged("minoxidil", "adjunct")
    options = [judged("pdrn", "optional"), judged("zinc", "optional")]
    companion = judged("oral_minoxidil", "recommended")
    assert components_of_sessions([companion, main, adjunct, *options], knowledge) == ("prp",)
    assert components_of_sessions([companion, adjunct, *options], knowledge) == ("minoxidil",)
    assert components_of_sessions([companion, *options], knowledge) == ("pdrn",)
    assert components_of_sessions([companion], knowledge) == ()
    assert components_of_sessions([judged("prp", "recommended", stocked=False), adjunct], knowledge) == ("minoxidil",)


def test_a_device_alone_is_no_session_unless_it_is_a_main_part(knowledge):
    device = judged("microneedling", "adjunct")
    assert components_of_sessions([device, judged("pdrn", "optional")], knowledge) == ("pdrn",)
    assert components_of_sessions([judged("microneedling", "optional"), judged("pdrn", "optional")], knowledge) == (
        "pdrn",
    )
    assert components_of_sessions([judged("microneedling", "recommended")], knowledge) == ("microneedling",)
    assert components_of_sessions([device, judged("minoxidil", "adjunct")], knowledge) == ("microneedling", "minoxidil")


def test_while_a_main_part_waits_for_an_answer_no_lesser_option_takes_its_place(knowledge):
    waiting = judged("prp", "deferred", reason(), reason("excludes", None, "pregnancy"))
    assert waits_for_answers([waiting], knowledge) == ("pregnancy",)
    assert components_of_sessions([waiting, judged("pdrn", "optional")], knowledge) == ()


@pytest.mark.parametrize(
    "one",
    [
        judged("prp", "deferred", reason(), reason("excludes", None, "pregnancy"), stocked=False),
        judged("prp", "deferred", reason(role="optional"), reason("excludes", None, "pregnancy")),
        judged("prp", "deferred", reason(), reason("excludes", None, "pregnancy"), reason("excludes", None)),
        judged("prp", "contraindicated", reason(), reason("excludes", None, "pregnancy")),
        judged("oral_minoxidil", "deferred", reason(), reason("excludes", None, "pregnancy")),
    ],
    ids=["not in stock", "an option", "excluded besides", "contraindicated", "a companion"],
)
def test_what_would_not_come_anyway_is_not_waited_for(one, knowledge):
    assert waits_for_answers([one], knowledge) == ()


def test_adjuncts_in_stock_could_be_added_to_what_is_chosen(knowledge):
    found = [
        judged("prp", "recommended"),
        judged("zinc", "adjunct"),
        judged("minoxidil", "adjunct"),
        judged("pdrn", "adjunct", stocked=False),
        judged("biotin", "optional"),
        judged("oral_minoxidil", "adjunct"),
    ]
    assert could_be_added(found, ["prp"], knowledge.into_skin) == ("minoxidil", "zinc")
    assert could_be_added(found, ["prp", "zinc"], knowledge.into_skin) == ("minoxidil",)
    assert could_be_added(found, [], knowledge.into_skin) == ()


def test_a_plan_offers_its_adjuncts():
    answer = ask({**HAIR, "site": "scalp", "anticoagulant": "no"})
    held = {name for session in answer.plan.sessions for name in session.components}
    adjuncts = {one.id for one in answer.components if one.status == "adjunct" and one.stocked}
    assert set(answer.plan.could_be_added) <= adjuncts - held


def patient_of(knowledge, **more) -> Patient:
    """A man with pattern loss."""
    profile = profile_from_mapping({**HAIR, **more}, "case")
    return Patient(profile, {**profile.values, "indication": "aga_male"}, knowledge, TODAY)


def kept_out(knowledge, *answers: ComponentAnswer, **more) -> dict[str, set[str]]:
    """For each component the constraints that it breaks."""
    return {name: set(names) for name, names in candidates(patient_of(knowledge, **more), answers).broken}


def test_the_constraint_without_which_a_technique_would_be_found_is_the_one_that_is_named(knowledge):
    prp = judged("prp", "recommended")
    needling = judged("microneedling", "adjunct")
    assert kept_out(knowledge, prp, site="scalp")["prp"] == set()
    assert kept_out(knowledge, prp, site="scalp", needle_aversion="yes")["prp"] == {"needle_aversion"}
    scalp_only = {name: one.model_copy(update={"sites": ("scalp",)}) for name, one in knowledge.techniques.items()}
    scalp = replace(knowledge, techniques=scalp_only)
    assert kept_out(scalp, prp, site="hands")["prp"] == {"place"}
    assert kept_out(scalp, prp, site="scalp")["prp"] == set()
    assert kept_out(knowledge, prp, needling, site="scalp", needle_aversion="yes")["prp"] == set()
    out_of_stock = judged("microneedling", "adjunct", stocked=False)
    assert kept_out(knowledge, prp, out_of_stock, site="scalp", needle_aversion="yes")["prp"] == {"stock"}
    assert kept_out(scalp, judged("prp", "recommended", stocked=False), site="hands")["prp"] == {"stock", "place"}


def test_the_best_certainty_in_favour_is_that_of_a_component():
    best = judged("prp", "recommended", reason(certainty="low"), reason(certainty="moderate"), reason("against", None))
    assert certainty_of(best) == "moderate"
    assert certainty_of(judged("prp", "recommended", reason("against", None, certainty="high"))) == "expert"
    assert certainty_of(judged("prp", "optional", reason("confirms", certainty="very_low"))) == "very_low"
