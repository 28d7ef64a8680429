"""The plan around the sessions: phases, reassessment, stop rule, washouts, ways of delivery, what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from formulator.conditions import truth
from formulator.engine.answer import (
    ComponentAnswer,
    Delivery,
    Plan,
    PlannedPhase,
    PlannedWashout,
    Reassess,
    Session,
)
from formulator.engine.days import Calendar
from formulator.engine.decide import Verdict
from formulator.engine.facts import first_possible_day
from formulator.engine.schedule import backwards, components_of_sessions, course, numbered, weeks_after, with_own_courses
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Phase, Protocol
from formulator.profile import Profile

_PLANNED = ("treat", "treat_after")


def plan_for(
    profile: Profile,
    facts: Mapping[str, Any],
    verdict: Verdict,
    components: Sequence[ComponentAnswer],
    knowledge: Knowledge,
    today: date,
) -> Plan | None:
    """The dated plan, or None where nothing may be or needs to be planned.

    While the decision waits for answers alone, dates are reserved without components. While something must be settled
    first, only what to settle, and when to look again, is said.
    """
    protocol = knowledge.protocols.get(str(facts.get("indication")))
    if protocol is None or verdict.decision not in _PLANNED:
        return None
    chosen = components_of_sessions(components, knowledge.into_skin)
    if verdict.decision == "treat" and not chosen:
        return None
    may_be_dated = verdict.decision == "treat" or bool(verdict.waits_for)
    sessions, left_out = _sessions(profile, facts, protocol, chosen, knowledge, today) if may_be_dated else ((), [])
    first = sessions[0].date if sessions else first_possible_day(profile, today)
    return Plan(
        phases=tuple(_phase(phase) for phase in protocol.phases),
        sessions=sessions,
        reassess=tuple(Reassess(weeks_after(first, one.week), one.text, one.sources) for one in protocol.reassess),
        stop_rule=protocol.stop_rule.text,
        maintenance=protocol.maintenance.text,
        washouts=_washouts(facts, sessions, chosen, knowledge),
        technique=protocol.technique,
        deliveries=_deliveries(facts, protocol),
        left_out=tuple(left_out),
        settle_first=tuple(dict.fromkeys(one.until for one in verdict.arguments if one.until)),
        provisional=verdict.waits_for,
        sources=protocol.sources,
    )


def _phase(phase: Phase) -> PlannedPhase:
    sessions = phase.sessions
    wanted = int(sessions.used or sessions.low) if sessions else None
    sources = (*(sessions.sources if sessions else ()), *phase.interval_days.sources)
    return PlannedPhase(
        phase.name, wanted, phase.interval_days.low, phase.interval_days.high, tuple(dict.fromkeys(sources))
    )


def _sessions(
    profile: Profile,
    facts: Mapping[str, Any],
    protocol: Protocol,
    chosen: Sequence[str],
    knowledge: Knowledge,
    today: date,
) -> tuple[tuple[Session, ...], list[str]]:
    first = first_possible_day(profile, today)
    closed: Any = profile.get("unavailable_dates") or ()
    limit: Any = profile.get("max_sessions")
    minutes = protocol.session_minutes
    length = int(minutes.used or minutes.low) if minutes else None
    event = profile.get("event_date")
    if isinstance(event, date):
        calendar = Calendar(first, event - timedelta(days=_figure("settle_days", facts, knowledge)), closed)
        grid = backwards(protocol.phases[0], calendar, calendar.last, limit)
        left_out = _left_out_before_event(grid, protocol, event)
        return numbered({day: (name, set(chosen)) for name, day in grid}, length), left_out
    calendar = Calendar(first, first + timedelta(days=_figure("horizon_days", facts, knowledge)), closed)
    grid = course(protocol.phases, calendar, limit)
    days = with_own_courses(grid, chosen, protocol, calendar)
    kept = dict(list(days.items())[:limit])
    return numbered(kept, length), _left_out_by_limit(limit, days)


def _figure(quantity: str, facts: Mapping[str, Any], knowledge: Knowledge) -> int:
    """The largest planning figure of a quantity whose condition holds or may hold (data/planning.yaml)."""
    values = [
        figure.value
        for figure in knowledge.planning
        if figure.quantity == quantity and truth(figure.when, facts) is not False
    ]
    return int(max(values, default=0))


def _left_out_before_event(grid: Sequence[tuple[str, date]], protocol: Protocol, event: date) -> list[str]:
    phase = protocol.phases[0]
    wanted = int(phase.sessions.used or phase.sessions.low) if phase.sessions else len(grid)
    left_out = []
    if len(grid) < wanted:
        left_out.append(f"{wanted - len(grid)} of {wanted} induction sessions do not fit before {event}.")
    later = [one.name for one in protocol.phases[1:]]
    if later:
        left_out.append(f"{' and '.join(later).capitalize()} wait until after {event}.")
    return left_out


def _left_out_by_limit(limit: int | None, days: Mapping[date, object]) -> list[str]:
    return [f"{len(days) - limit} later sessions, because at most {limit} are wanted."] if limit and len(days) > limit else []


def _washouts(
    facts: Mapping[str, Any], sessions: Sequence[Session], chosen: Iterable[str], knowledge: Knowledge
) -> tuple[PlannedWashout, ...]:
    if not sessions:
        return ()
    first, planned = sessions[0].date, frozenset(chosen)
    found = []
    for washout in knowledge.washouts:
        touched = frozenset().union(*(knowledge.members(subject) for subject in washout.subject))
        taken = facts.get(washout.medicine) == "yes" and (washout.when is None or truth(washout.when, facts))
        if taken and touched & planned:
            stop, resume = washout.stop_days_before, washout.resume_days_after
            found.append(
                PlannedWashout(
                    washout.medicine,
                    None if stop is None else first - timedelta(days=stop),
                    None if resume is None else first + timedelta(days=resume),
                    washout.text,
                    washout.sources,
                )
            )
    return tuple(found)


def _deliveries(facts: Mapping[str, Any], protocol: Protocol) -> tuple[Delivery, ...]:
    """Ways without injections: always listed for a needle-averse patient, with what they give up."""
    if facts.get("needle_aversion") != "yes":
        return ()
    return tuple(Delivery(one.technique, one.text, one.given_up, one.sources) for one in protocol.needle_free)
