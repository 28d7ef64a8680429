"""Dated sessions: induction, consolidation and maintenance, or backwards from an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from formulator.engine.answer import USABLE, ComponentAnswer, Session
from formulator.engine.days import Calendar
from formulator.knowledge import Knowledge
from formulator.knowledge.items import ComponentCourse, Phase, Protocol


def components_of_sessions(components: Sequence[ComponentAnswer], knowledge: Knowledge) -> tuple[str, ...]:
    """What goes into the sessions, among stocked components that are brought into the skin.

    The main parts; else the adjuncts; else, while none of these merely waits for an answer, the best single option. A
    device that is no main part is not a session of its own: it only brings in what is used.
    """
    devices = knowledge.members("devices")
    for status in ("recommended", "adjunct"):
        chosen = _of_status(components, status, knowledge)
        if (status == "recommended" and chosen) or not set(chosen) <= devices:
            return tuple(sorted(chosen))
    if waits_for_answers(components, knowledge):
        return ()
    options = [name for name in _of_status(components, "optional", knowledge) if name not in devices]
    return tuple(options[:1])


def _of_status(components: Iterable[ComponentAnswer], status: str, knowledge: Knowledge) -> list[str]:
    return [one.id for one in components if one.status == status and _can_be_given(one, knowledge.into_skin)]


def waits_for_answers(components: Iterable[ComponentAnswer], knowledge: Knowledge) -> tuple[str, ...]:
    """The unknown fields for which a main part or adjunct waits, and nothing else keeps it back."""
    found: set[str] = set()
    for one in components:
        if one.status != "deferred" or one.id not in knowledge.into_skin or not one.stocked:
            continue
        supported = any(reason.role in ("main", "adjunct") for reason in one.arguments)
        exclusions = [reason for reason in one.arguments if reason.kind == "excludes"]
        asked = {read.field for reason in exclusions for read in reason.because if read.value is None}
        open_only = all(any(read.value is None for read in reason.because) for reason in exclusions)
        if supported and open_only:
            found |= asked
    return tuple(sorted(found))


def could_be_added(
    components: Iterable[ComponentAnswer], chosen: Sequence[str], into_skin: frozenset[str]
) -> tuple[str, ...]:
    """Adjuncts that are worth adding to what the sessions already hold."""
    found = (one.id for one in components if one.status == "adjunct" and _can_be_given(one, into_skin))
    return tuple(sorted(name for name in found if name not in chosen)) if chosen else ()


def _can_be_given(one: ComponentAnswer, into_skin: frozenset[str]) -> bool:
    return one.id in into_skin and one.stocked and one.status in USABLE


def course(phases: Sequence[Phase], calendar: Calendar, limit: int | None) -> list[tuple[str, date]]:
    """Phase and date of each session on the indication's own rhythm, up to the calendar's horizon."""
    found: list[tuple[str, date]] = []
    day = calendar.first_day()
    for phase in phases:
        number = wanted(phase)
        taken = 0
        while day is not None and (number is None or taken < number) and (limit is None or len(found) < limit):
            if found:
                day = _next(phase, found[-1][1], calendar)
                if day is None:
                    break
            found.append((phase.name, day))
            taken += 1
    return found


def _next(phase: Phase, last: date, calendar: Calendar) -> date | None:
    interval = phase.interval_days
    return calendar.nearest(last, interval.low, used_interval(phase), interval.high)


def used_interval(phase: Phase) -> float:
    """The interval that the plan aims at, in days: the value marked as used, else the shortest published."""
    interval = phase.interval_days
    return interval.used if interval.used is not None else interval.low


def before_event(
    components: Iterable[str], protocol: Protocol, calendar: Calendar
) -> tuple[dict[date, tuple[str, set[str]]], dict[str, tuple[int, int]]]:
    """Sessions counted back from the calendar's last day, and for each component how many of its sessions do not fit.

    Each component keeps its own published intervals; where none is chosen yet, the indication's rhythm holds dates.
    """
    first_phase = {entry.id: entry.phases[0] for entry in protocol.components}
    days: dict[date, tuple[str, set[str]]] = {}
    missing: dict[str, tuple[int, int]] = {}
    for name in sorted(components) or [""]:
        phase = first_phase.get(name, protocol.phases[0])
        found, all_wanted = _backwards(phase, calendar), wanted(phase) or 1
        if len(found) < all_wanted:
            missing[name] = (all_wanted - len(found), all_wanted)
        for day in found:
            days.setdefault(day, (phase.name, set()))[1].update({name} - {""})
    return dict(sorted(days.items())), missing


def _backwards(phase: Phase, calendar: Calendar) -> list[date]:
    days: list[date] = []
    day = calendar.latest(calendar.last)
    while day is not None and len(days) < (wanted(phase) or 1):
        days.append(day)
        day = calendar.nearest_before(day, phase.interval_days.low, used_interval(phase), phase.interval_days.high)
    return days


def wanted(phase: Phase) -> int | None:
    """The number of sessions that the plan uses, None for an ongoing phase."""
    return int(phase.sessions.used or phase.sessions.low) if phase.sessions else None


def with_own_courses(
    grid: Sequence[tuple[str, date]], components: Iterable[str], protocol: Protocol, calendar: Calendar
) -> dict[date, tuple[str, set[str]]]:
    """Dates with their components: each component follows its own published course, on shared dates where they fit.

    The indication's own rhythm (`grid`) counts only where a component follows it, or where none is chosen yet.
    """
    chosen = sorted(components)
    own = {entry.id: entry for entry in protocol.components}
    follows_grid = {name for name in chosen if name not in own}
    days = {day: (phase, set(follows_grid)) for phase, day in grid} if follows_grid or not chosen else {}
    for name in chosen:
        if name in own and grid:
            for phase, day in _own_dates(own[name], grid[0][1], sorted(days), calendar):
                days.setdefault(day, (phase, set()))[1].add(name)
    return dict(sorted(days.items()))


def _own_dates(own: ComponentCourse, first: date, shared: Sequence[date], calendar: Calendar) -> list[tuple[str, date]]:
    found = [(own.phases[0].name, first)]
    for phase in own.phases:
        number = wanted(phase)
        taken = 1 if phase is own.phases[0] else 0
        while number is None or taken < number:
            day = _shared_or_own(phase, found[-1][1], shared, calendar)
            if day is None:
                return found
            found.append((phase.name, day))
            taken += 1
    return found


def _shared_or_own(phase: Phase, last: date, shared: Sequence[date], calendar: Calendar) -> date | None:
    """A date that is planned anyway where one lies inside the published interval, else a date of its own."""
    low, high = phase.interval_days.low, phase.interval_days.high
    fitting = [day for day in shared if low <= (day - last).days <= high]
    if fitting:
        return min(fitting, key=lambda day: (abs((day - last).days - used_interval(phase)), day))
    return calendar.nearest(last, low, used_interval(phase), high)


def numbered(days: dict[date, tuple[str, set[str]]], minutes: int | None) -> tuple[Session, ...]:
    """Sessions in order of date, numbered from one."""
    return tuple(
        Session(number, phase, day, tuple(sorted(components)), minutes)
        for number, (day, (phase, components)) in enumerate(sorted(days.items()), start=1)
    )


def weeks_after(day: date, weeks: float) -> date:
    """The day so many weeks later."""
    return day + timedelta(days=round(weeks * 7))
