"""The plan as an RFC 5545 calendar: appointments that keep their local hour, pauses of medicines, reassessments.

Same answer in, same bytes out: the stamp is the day of the answer and every UID follows from the profile, or from a
reference of the user's own, so that importing a later calendar of the same patient updates the earlier one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from formulator.engine.answer import Plan, Reassess, Recommendation, Session
from formulator.export.chosen import for_first_formulation
from formulator.export.pauses import Pause, pauses
from formulator.export.vtimezone import timezone_component
from formulator.export.words import field_label
from formulator.knowledge import Knowledge

START = time(9, 30)
_MINUTES_IF_UNSAID = 30
_FIRST_SEQUENCE_DAY = date(2020, 1, 1)
_MORNING = timedelta(hours=9)
_DAY_BEFORE = timedelta(days=-1)


def as_ics(
    answer: Recommendation,
    knowledge: Knowledge,
    zone: ZoneInfo,
    *,
    clinical_titles: bool = False,
    reference: str = "",
) -> bytes | None:
    """The calendar of an answer, None where it has no dated session.

    Titles and alarms say nothing clinical unless `clinical_titles`; descriptions do, and are marked private.
    """
    answer = for_first_formulation(answer)
    plan = answer.plan
    if plan is None or not plan.sessions:
        return None
    writer = _Writer(answer, plan, knowledge, _Style(zone, clinical_titles, reference))
    calendar = _empty(zone, plan)
    for event in writer.events():
        calendar.add_component(event)
    return calendar.to_ical()


def _empty(zone: ZoneInfo, plan: Plan) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//formulator//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    if zone.key != "UTC":
        first, last = plan.sessions[0].date.year, plan.sessions[-1].date.year
        calendar.add_component(timezone_component(zone, first, last + 1))
    return calendar


@dataclass(frozen=True, slots=True)
class _Style:
    """How the calendar is written: zone, what titles say, and whose it is."""

    zone: ZoneInfo
    clinical_titles: bool
    reference: str


class _Writer:
    """The events of one plan."""

    def __init__(self, answer: Recommendation, plan: Plan, knowledge: Knowledge, style: _Style) -> None:
        self.answer, self.plan, self.knowledge = answer, plan, knowledge
        self.zone, self.clinical = style.zone, style.clinical_titles
        own = style.reference
        self.owner = hashlib.sha256(own.encode()).hexdigest() if own else answer.profile_sha256
        self.stamp = datetime.combine(answer.date, time(0), UTC)
        self.sequence = max(0, (answer.date - _FIRST_SEQUENCE_DAY).days)

    def events(self) -> Iterator[Event]:
        """Sessions, then pauses, then reassessments."""
        found = pauses(self.plan.washouts)
        for session in self.plan.sessions:
            yield self._session(session, found)
        for number, pause in enumerate(found, start=1):
            yield from self._pause(pause, number)
        for number, look in enumerate(self.plan.reassess, start=1):
            yield self._reassess(look, number)

    def _event(self, kind: str, title: str, clinical_title: str, description: str) -> Event:
        event = Event()
        event.add("uid", f"{self.owner[:32]}-{kind}@formulator")
        event.add("dtstamp", self.stamp)
        event.add("last-modified", self.stamp)
        event.add("sequence", self.sequence)
        event.add("summary", clinical_title if self.clinical else title)
        event.add("description", description)
        event.add("class", "PRIVATE")
        event.add("status", "TENTATIVE" if self.plan.provisional else "CONFIRMED")
        return event

    def _session(self, session: Session, found: Sequence[Pause]) -> Event:
        names = ", ".join(self.knowledge.components[name].name for name in session.components) or "nothing fixed yet"
        title = f"Appointment {session.number} of {len(self.plan.sessions)}"
        about = f"{title}, {session.phase}. Planned: {names}."
        event = self._event(
            f"session-{session.number}",
            title,
            f"{title}: {names}",
            "\n".join([about, *self._medicines(session, found), self.answer.notice]),
        )
        start = datetime.combine(session.date, START, self.zone)
        event.add("dtstart", start)
        event.add("dtend", _later(start, session.minutes or _MINUTES_IF_UNSAID))
        event.add_component(_alarm(_DAY_BEFORE, event))
        return event

    def _medicines(self, session: Session, found: Sequence[Pause]) -> list[str]:
        concerned = [one for one in found if not one.sessions or session.number in one.sessions]
        return [f"{field_label(self.knowledge, one.medicine)}: {' '.join(one.texts)}" for one in concerned]

    def _pause(self, one: Pause, number: int) -> Iterator[Event]:
        label = field_label(self.knowledge, one.medicine)
        for kind, day, title in (
            ("stop", one.stop_on, "Prepare for the appointment"),
            ("resume", one.resume_on, "Back to normal after the appointment"),
        ):
            if day is not None:
                action = "stop" if kind == "stop" else "may be resumed"
                about = f"{label} {action}. {' '.join(one.texts)}"
                event = self._event(f"{kind}-{number}", title, f"{label} {action}", about)
                yield _all_day(event, day)

    def _reassess(self, look: Reassess, number: int) -> Event:
        event = self._event(f"reassess-{number}", "Follow-up", f"Reassess: {look.what}", look.what)
        return _all_day(event, look.date)


def _later(start: datetime, minutes: int) -> datetime:
    """So many real minutes later, in the zone of the start."""
    return (start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(start.tzinfo)


def _all_day(event: Event, day: date) -> Event:
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add_component(_alarm(_MORNING, event))
    return event


def _alarm(trigger: timedelta, event: Event) -> Alarm:
    """A reminder that shows the title and nothing more: alarms appear on locked screens."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", str(event["summary"]))
    alarm.add("trigger", trigger)
    return alarm
