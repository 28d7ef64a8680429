"""Dated sessions: induction, consolidation and maintenance, or backwards from an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from formulator.engine.answer import USABLE, ComponentAnswer, Session
from formulator.engine.days import Calendar
from formulator.knowledge.items import ComponentCourse, Phase, Protocol

ORDER_OF_USE = ("recommended", "adjunct", "optional")


def components_of_sessions(components: Iterable[ComponentAnswer], into_skin: frozenset[str]) -> tuple[str, ...]:
    """What goes into the sessions: the stocked components of the best status that any of them reached."""
    candidates = [one for one in components if one.id in into_skin and one.stocked and one.status in USABLE]
    for status in ORDER_OF_USE:
        chosen = tuple(sorted(one.id for one in candidates if one.status == status))
        if chosen:
            return chosen
    return ()


def course(phases: Sequence[Phase], calendar: Calendar, limit: int | None) -> list[tuple[str, date]]:
    """Phase and date of each session on the indication's own rhythm, up to the calendar's horizon."""
    found: list[tuple[str, date]] = []
    day = calendar.first_day()
    for phase in phases:
        wanted = int(phase.sessions.used or phase.sessions.low) if phase.sessions else None
        taken = 0
        while day is not None and (wanted is None or taken < wanted) and (limit is None or len(found) < limit):
            if found:
                day = _next(phase, found[-1][1], calendar)
                if day is None:
                    break
            found.append((phase.name, day))
            taken += 1
    return found


def _next(phase: Phase, last: date, calendar: Calendar) -> date | None:
    interval = phase.interval_days
    return calendar.nearest(last, interval.low, _used(phase), interval.high)


def _used(phase: Phase) -> float:
    interval = phase.interval_days
    return interval.used if interval.used is not None else interval.low


def backwards(phase: Phase, calendar: Calendar, last_day: date, limit: int | None) -> list[tuple[str, date]]:
    """Sessions of one phase counted back from the last day that still lets the skin settle."""
    wanted = int(phase.sessions.used or phase.sessions.low) if phase.sessions else 1
    wanted = min(wanted, limit) if limit else wanted
    days: list[date] = []
    day = calendar.latest(last_day)
    while day is not None and len(days) < wanted:
        days.append(day)
        day = calendar.nearest_before(day, phase.interval_days.low, _used(phase), phase.interval_days.high)
    return [(phase.name, day) for day in reversed(days)]


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
        wanted = int(phase.sessions.used or phase.sessions.low) if phase.sessions else None
        taken = 1 if phase is own.phases[0] else 0
        while wanted is None or taken < wanted:
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
        return min(fitting, key=lambda day: (abs((day - last).days - _used(phase)), day))
    return calendar.nearest(last, low, _used(phase), high)


def numbered(days: dict[date, tuple[str, set[str]]], minutes: int | None) -> tuple[Session, ...]:
    """Sessions in order of date, numbered from one."""
    return tuple(
        Session(number, phase, day, tuple(sorted(components)), minutes)
        for number, (day, (phase, components)) in enumerate(sorted(days.items()), start=1)
    )


def weeks_after(day: date, weeks: float) -> date:
    """The day so many weeks later."""
    return day + timedelta(days=round(weeks * 7))
