"""The date of each session: counted from the session before, or back from an event, onto open days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate
from math import ceil

from formulator.engine.answer import Plan, Session
from formulator.engine.days import Calendar
from formulator.engine.plan import calendar_of, planning_figure
from formulator.engine.schedule import components_of_sessions, used_interval, wanted
from formulator.engine.washouts import longest_pause
from formulator.explain.trace.reading import Reading
from formulator.explain.trace.tree import Trace, dated, given
from formulator.knowledge.items import Phase, Protocol

_WEEKEND = 5


@dataclass(frozen=True)
class Dates:
    """The sessions of one plan with the calendar and the protocol that they were counted on."""

    reading: Reading
    plan: Plan
    protocol: Protocol

    @cached_property
    def chosen(self) -> tuple[str, ...]:
        """The components that the sessions hold."""
        return components_of_sessions(self.reading.answer.components, self.reading.knowledge)

    @cached_property
    def calendar(self) -> Calendar:
        """The open days, as the engine counts them."""
        return calendar_of(self.reading.patient, self.chosen)

    @cached_property
    def courses(self) -> dict[str, tuple[Phase, ...]]:
        """For each component with a published course of its own, the phases."""
        return {one.id: one.phases for one in self.protocol.components}

    def earliest(self, chosen: Sequence[str]) -> Trace:
        """The first day for a session: the start, or later where a medicine must be paused before."""
        first, pause = self.reading.first_possible_day(), longest_pause(self.reading.patient, chosen)
        if pause is None or not pause.stop_days_before:
            return first
        days = given("Pause before a session", ceil(pause.stop_days_before), "days", pause.text, pause.sources)
        taken = self.reading.fact(pause.medicine)
        day = self.reading.answer.date + timedelta(days=ceil(pause.stop_days_before))
        paused = dated("After the pause", day, "days after", (self.reading.today(), days), (taken,))
        latest = date.fromordinal(max(_ordinal(first), _ordinal(paused)))
        return dated("Earliest day for a session", latest, "largest", (first, paused))

    @cached_property
    def last_before_event(self) -> Trace:
        """The last possible day for a session before an event."""
        figure = planning_figure("settle_days", self.reading.patient)
        settle = given("Days to settle", int(figure.value), "days", figure.text, figure.sources) if figure else None
        operands = (self.reading.given_day("event_date"), settle or given("Days to settle", 0, "days"))
        return dated("Last day for a session", self.calendar.last, "days before", operands)

    def session(self, one: Session) -> Trace:
        """A session with every reason for its day; each of its components gives one, and they give the same day."""
        count = self._before if self.plan.event else self._after
        reasons = tuple(dict.fromkeys(count(one, name) for name in one.components or ("",)))
        return dated(f"Session {one.number}, {one.phase}", one.date, "same day", reasons, about=str(one.number))

    def _after(self, one: Session, name: str) -> Trace:
        """Counted from the session before that holds the component."""
        label = self._name(name)
        place, previous = self._neighbours(one, name, -1)
        if previous is None:
            start = self.earliest(self.chosen)
            waited = (one.date - date.fromordinal(_ordinal(start))).days
            moved = self._moved(date.fromordinal(_ordinal(start)), waited)
            return dated(label, one.date, "days after", (start, given("Days to an open day", waited, "days", moved)))
        phase = self._phase(name, place)
        gap = (one.date - previous.date).days
        interval = phase.interval_days
        nearest = self.calendar.nearest(previous.date, interval.low, used_interval(phase), interval.high)
        why = self._why(previous.date, gap, phase, shared=nearest != one.date)
        return dated(label, one.date, "days after", (self._reference(previous), _interval(phase, gap, why)))

    def _before(self, one: Session, name: str) -> Trace:
        """Counted back from the session that follows, the last one from the event."""
        label = self._name(name)
        _, following = self._neighbours(one, name, 1)
        if following is None:
            earlier = (self.calendar.last - one.date).days
            moved = self._moved(self.calendar.last, earlier)
            operands = (self.last_before_event, given("Days to an open day", earlier, "days", moved))
            return dated(label, one.date, "days before", operands)
        phase = self.courses.get(name, self.protocol.phases)[0]
        gap = (following.date - one.date).days
        why = self._why(following.date, -gap, phase, shared=False)
        return dated(label, one.date, "days before", (self._reference(following), _interval(phase, gap, why)))

    def _name(self, name: str) -> str:
        return self.reading.knowledge.components[name].name if name else "Rhythm of the indication"

    def _reference(self, one: Session) -> Trace:
        return dated(f"Session {one.number}", one.date)

    def _neighbours(self, one: Session, name: str, step: int) -> tuple[int, Session | None]:
        """The place of a session among those that hold a component, and the one before (-1) or after it (1)."""
        own = [each for each in self.plan.sessions if name in each.components or not name]
        place = own.index(one)
        return place, own[place + step] if 0 <= place + step < len(own) else None

    def _phase(self, name: str, place: int) -> Phase:
        """The phase in which the session with this place in the course lies."""
        phases = self.courses.get(name, self.protocol.phases)
        ends = accumulate(wanted(one) or len(self.plan.sessions) for one in phases)
        return next((one for one, end in zip(phases, ends, strict=True) if place < end), phases[-1])

    def _why(self, start: date, gap: int, phase: Phase, shared: bool) -> str:
        """Why it is this interval: as published, moved off a closed day, or onto a day that is planned anyway."""
        interval, used = phase.interval_days, round(used_interval(phase))
        published = f"published {interval.low:g} to {interval.high:g} days, {used_interval(phase):g} used"
        if abs(gap) == used:
            return published
        if shared:
            return f"{published}; on a day that is planned anyway"
        wished = start + timedelta(days=used if gap > 0 else -used)
        late = "; no day of that range is open" if abs(gap) > interval.high else ""
        return f"{published}; moved from {wished:%a} {wished}, {self.closed(wished)}{late}"

    def _moved(self, day: date, days: int) -> str:
        return f"moved from {day:%a} {day}, {self.closed(day)}" if days else "an open day"

    def closed(self, day: date) -> str:
        """Why a day holds no session."""
        if day.weekday() >= _WEEKEND:
            return "a weekend"
        if any(day in one for one in self.calendar.unavailable):
            return "not available"
        return "outside the days that are planned"


def _interval(phase: Phase, gap: int, why: str) -> Trace:
    return given("Interval", gap, "days", why, phase.interval_days.sources)


def _ordinal(one: Trace) -> int:
    return int(one.arithmetic.result) if one.arithmetic else 0
