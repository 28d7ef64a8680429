"""The plan: how many sessions, how far apart, on which days, when to look again, which medicine is paused when."""

from __future__ import annotations

from datetime import date

from formulator.engine.answer import Plan, PlannedPhase, PlannedWashout, Reassess
from formulator.engine.schedule import weeks_after
from formulator.explain.trace.dates import Dates
from formulator.explain.trace.reading import Reading
from formulator.explain.trace.tree import Trace, dated, given, worked_out
from formulator.export.text import rhythm
from formulator.knowledge.items import Protocol

_NO_PLAN = "Nothing is dated: the decision does not allow it, or nothing is brought into the skin."


def plan_trace(reading: Reading) -> Trace:
    """Every date and number of the plan with what made it."""
    plan, protocol = reading.answer.plan, _protocol(reading)
    if plan is None or protocol is None:
        return Trace("part", "Plan", "no sessions", _NO_PLAN)
    dates = Dates(reading, plan, protocol)
    return Trace(
        "part",
        "Plan",
        f"{len(plan.sessions)} sessions",
        _waits(plan, reading),
        sources=plan.sources,
        children=(
            *(_phase(one, plan, protocol) for one in plan.phases),
            *_minutes(plan, protocol),
            *map(dates.session, plan.sessions),
            *(_reassess(one, dates) for one in plan.reassess),
            *(day for one in plan.washouts for day in _washout(one, dates)),
        ),
    )


def _protocol(reading: Reading) -> Protocol | None:
    return reading.knowledge.protocols.get(reading.answer.indication or "")


def _waits(plan: Plan, reading: Reading) -> str:
    if not plan.provisional:
        return ""
    return f"Dates are reserved only; first answer: {', '.join(map(reading.label, plan.provisional))}."


def _phase(one: PlannedPhase, plan: Plan, protocol: Protocol) -> Trace:
    """A phase: as many sessions as are dated, the published number while none is."""
    dated_sessions = tuple(
        given(f"Session {each.number}", each.number)._replace(decisive=False)
        for each in plan.sessions
        if each.phase == one.name
    )
    number = one.sessions
    if number is None:
        count: tuple[Trace, ...] = (Trace("part", "Number of sessions", "ongoing"),)
    elif plan.sessions:
        words = _published(one, protocol)
        count = (worked_out("Number of sessions", number, "", "count", dated_sessions, sentence=words),)
    else:
        count = (given("Number of sessions", number, "", _published(one, protocol)),)
    interval = (
        given("Shortest interval", one.interval_days_low, "days"),
        given("Longest interval", one.interval_days_high, "days"),
    )
    return Trace("part", one.name.capitalize(), rhythm(one), sources=one.sources, children=(*count, *interval))


def _published(one: PlannedPhase, protocol: Protocol) -> str:
    """How many sessions sources name for the phase, where they do."""
    phases = [*protocol.phases, *(phase for own in protocol.components for phase in own.phases)]
    for phase in phases:
        same = phase.interval_days.low == one.interval_days_low and phase.interval_days.high == one.interval_days_high
        if phase.name == one.name and same and phase.sessions:
            return f"published: {phase.sessions.low:g} to {phase.sessions.high:g}"
    return "dated up to the horizon of the plan"


def _minutes(plan: Plan, protocol: Protocol) -> tuple[Trace, ...]:
    minutes = plan.sessions[0].minutes if plan.sessions else None
    figure = protocol.session_minutes
    if minutes is None or figure is None:
        return ()
    return (
        given(
            "Length of a session", minutes, "minutes", f"published: {figure.low:g} to {figure.high:g}", figure.sources
        ),
    )


def _reassess(one: Reassess, dates: Dates) -> Trace:
    """Weeks after the first session, or the eve of an event that comes before them."""
    sessions, event = dates.plan.sessions, dates.plan.event
    first = dates.session(sessions[0]) if sessions else dates.earliest(())
    for planned in dates.protocol.reassess:
        if planned.text == one.what and weeks_after(_day(first), planned.week) == one.date:
            weeks = given("Weeks", planned.week, "weeks", "published", planned.sources)
            start = dated(first.label, _day(first))
            return dated("Reassess", one.date, "weeks after", (start, weeks), (), one.what, one.sources)
    operands = (dates.reading.given_day("event_date"), given("Eve of the event", 1, "days"))
    return dated("Reassess", one.date, "days before" if event else "given", operands, (), one.what, one.sources)


def _washout(one: PlannedWashout, dates: Dates) -> tuple[Trace, ...]:
    """The days on which a medicine is stopped and resumed around one session, or what its prescriber decides."""
    label, taken = dates.reading.label(one.medicine), dates.reading.fact(one.medicine)
    session = next((each for each in dates.plan.sessions if each.number == one.session), None)
    if session is None:
        return (
            Trace("part", label, "its prescriber decides", one.text, "", one.sources, (taken,), about=one.medicine),
        )
    rule = next(
        each for each in dates.reading.knowledge.washouts if (each.medicine, each.text) == (one.medicine, one.text)
    )
    ends = (
        (one.stop_on, rule.stop_days_before, "Stop", "before"),
        (one.resume_on, rule.resume_days_after, "Resume", "after"),
    )
    return tuple(
        dated(
            f"{word} {label}",
            day,
            f"days {side}",
            (
                dated(f"Session {session.number}", session.date),
                given("Published pause", days, "days"),
            ),
            (taken,),
            one.text,
            one.sources,
            one.medicine,
        )
        for day, days, word, side in ends
        if day is not None and days is not None
    )


def _day(one: Trace) -> date:
    return date.fromordinal(int(one.arithmetic.result)) if one.arithmetic else date.min
