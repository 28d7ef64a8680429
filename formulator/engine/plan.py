"""The plan around the sessions: phases, reassessment, stop rule, washouts, ways of delivery, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from formulator.conditions import truth
from formulator.engine.answer import (
    ComponentAnswer,
    Delivery,
    Plan,
    PlannedPhase,
    Reassess,
    Session,
)
from formulator.engine.days import Calendar
from formulator.engine.decide import Verdict
from formulator.engine.patient import Patient
from formulator.engine.schedule import (
    before_event,
    components_of_sessions,
    could_be_added,
    course,
    numbered,
    waits_for_answers,
    wanted,
    weeks_after,
    with_own_courses,
)
from formulator.engine.washouts import earliest_day, washouts_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Phase, PlanningFigure, Protocol

PLANNED = ("treat", "treat_after")
"""The decisions with which anything is planned."""


def plan_for(patient: Patient, verdict: Verdict, components: Sequence[ComponentAnswer]) -> Plan | None:
    """The dated plan, or None where nothing may be or needs to be planned.

    While the decision waits for answers alone, dates are reserved without components. While something must be settled
    first, only what to settle, and when to look again, is said.
    """
    knowledge = patient.knowledge
    protocol = knowledge.protocols.get(str(patient.facts.get("indication")))
    if protocol is None or verdict.decision not in PLANNED:
        return None
    chosen = components_of_sessions(components, knowledge)
    waits_for = verdict.waits_for or (() if chosen else waits_for_answers(components, knowledge))
    if verdict.decision == "treat" and not chosen and not waits_for:
        return None
    dated = verdict.decision == "treat" or bool(verdict.waits_for)
    sessions, left_out = _sessions(patient, protocol, chosen) if dated else ((), [])
    event = patient.profile.get("event_date")
    return Plan(
        phases=_phases(protocol, chosen, sessions),
        sessions=sessions,
        reassess=_reassess(patient, protocol, sessions),
        stop_rule=protocol.stop_rule.text,
        maintenance=protocol.maintenance.text,
        washouts=washouts_of(patient, sessions, chosen),
        technique=protocol.technique,
        deliveries=_deliveries(patient, protocol),
        could_be_added=could_be_added(components, chosen, knowledge.into_skin),
        left_out=tuple(left_out),
        settle_first=tuple(dict.fromkeys(one.until for one in verdict.arguments if one.until)),
        provisional=waits_for,
        event=event if isinstance(event, date) else None,
        sources=protocol.sources,
    )


def _phases(protocol: Protocol, chosen: Sequence[str], sessions: Sequence[Session]) -> tuple[PlannedPhase, ...]:
    """The phases of the course that the sessions follow, with as many sessions as are dated; all, while none is."""
    own = {entry.id: entry.phases for entry in protocol.components}
    followed = protocol.phases if not chosen or any(name not in own for name in chosen) else own[chosen[0]]
    counts = Counter(session.phase for session in sessions)
    return tuple(
        _phase(phase, counts[phase.name] if sessions else None)
        for phase in followed
        if counts[phase.name] or not sessions
    )


def _phase(phase: Phase, dated: int | None) -> PlannedPhase:
    sources = (*(phase.sessions.sources if phase.sessions else ()), *phase.interval_days.sources)
    interval = phase.interval_days
    number = wanted(phase) if dated is None else dated
    return PlannedPhase(phase.name, number, interval.low, interval.high, tuple(dict.fromkeys(sources)))


def _reassess(patient: Patient, protocol: Protocol, sessions: Sequence[Session]) -> tuple[Reassess, ...]:
    """When to look again: counted from the first session, before an event, and once where nothing is dated yet."""
    first = sessions[0].date if sessions else earliest_day(patient, ())
    found = tuple(Reassess(weeks_after(first, one.week), one.text, one.sources) for one in protocol.reassess)
    event = patient.profile.get("event_date")
    if not sessions:
        return found[:1]
    if isinstance(event, date):
        eve = Reassess(event - timedelta(days=1), found[0].what, found[0].sources)
        return tuple(one for one in found if one.date < event) or (eve,)
    return found


def _sessions(patient: Patient, protocol: Protocol, chosen: Sequence[str]) -> tuple[tuple[Session, ...], list[str]]:
    """Dated sessions, and what did not find a place."""
    minutes = protocol.session_minutes
    length = int(minutes.used or minutes.low) if minutes else None
    limit: Any = patient.profile.get("max_sessions")
    calendar = calendar_of(patient, chosen)
    event = patient.profile.get("event_date")
    if isinstance(event, date):
        days, missing = before_event(chosen, protocol, calendar)
        kept = dict(list(days.items())[-limit:]) if limit else days
        left_out = _left_out_before(event, missing, protocol, patient.knowledge)
        return numbered(kept, length), left_out + _left_out_by_limit(limit, days)
    days = with_own_courses(course(protocol.phases, calendar, limit), chosen, protocol, calendar)
    return numbered(dict(list(days.items())[:limit]), length), _left_out_by_limit(limit, days)


def calendar_of(patient: Patient, chosen: Sequence[str]) -> Calendar:
    """The open days for sessions that hold these components: up to an event less its settling days, or the horizon."""
    closed: Any = patient.profile.get("unavailable_dates") or ()
    first, event = earliest_day(patient, chosen), patient.profile.get("event_date")
    if isinstance(event, date):
        return Calendar(first, event - timedelta(days=_days_of("settle_days", patient)), closed)
    return Calendar(first, first + timedelta(days=_days_of("horizon_days", patient)), closed)


def planning_figure(quantity: str, patient: Patient) -> PlanningFigure | None:
    """The largest planning figure of a quantity whose condition holds or may hold (data/planning.yaml)."""
    figures = [
        figure
        for figure in patient.knowledge.planning
        if figure.quantity == quantity and truth(figure.when, patient.facts) is not False
    ]
    return max(figures, key=lambda one: one.value, default=None)


def _days_of(quantity: str, patient: Patient) -> int:
    figure = planning_figure(quantity, patient)
    return int(figure.value) if figure else 0


def _left_out_before(
    event: date, missing: Mapping[str, tuple[int, int]], protocol: Protocol, knowledge: Knowledge
) -> list[str]:
    sentences = []
    for name, (left_out, number) in missing.items():
        what = f"{knowledge.components[name].name}: {left_out}" if name else str(left_out)
        sentences.append(f"{what} of {number} sessions do not fit before {event}.")
    later = [one.name for one in protocol.phases[1:]]
    if later:
        sentences.append(f"{' and '.join(later).capitalize()} wait until after {event}.")
    return sentences


def _left_out_by_limit(limit: int | None, days: Mapping[date, object]) -> list[str]:
    return (
        [f"{len(days) - limit} later sessions, because at most {limit} are wanted."]
        if limit and len(days) > limit
        else []
    )


def _deliveries(patient: Patient, protocol: Protocol) -> tuple[Delivery, ...]:
    """Ways without injections: always listed for a needle-averse patient, with what they give up."""
    if patient.facts.get("needle_aversion") != "yes":
        return ()
    return tuple(Delivery(one.technique, one.text, one.given_up, one.sources) for one in protocol.needle_free)
