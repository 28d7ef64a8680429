"""The calendar, read by the library that wrote it and by one that did not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given, strategies
from icalendar import Calendar

from formulator.engine.answer import PlannedWashout, Session
from formulator.export.calendar import as_ics
from formulator.export.pauses import pauses
from formulator.export.vtimezone import timezone_component
from formulator.export.zone import system_zone, zone_named
from formulator.faults import FaultsFound
from tests.engine.asking import shipped
from tests.export.made import hair_answer, refusal

ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata", "UTC")
HALF_PAST_NINE = time(9, 30)


@pytest.fixture(scope="module")
def answer():
    return hair_answer()


def written(answer, zone="Europe/Paris", **options):
    content = as_ics(answer, shipped(), ZoneInfo(zone), **options)
    assert content is not None
    return content


def events(content, kind=""):
    found = Calendar.from_ical(content).walk("VEVENT")
    return [one for one in found if f"-{kind}" in str(one["UID"])]


def unfolded(content):
    return content.decode().replace("\r\n ", "")


@pytest.mark.parametrize("zone", ZONES)
def test_every_session_starts_at_half_past_nine_local_time_over_the_change_of_clocks(answer, zone):
    sessions = events(written(answer, zone), "session")
    assert len(sessions) == len(answer.plan.sessions)
    starts = [one["DTSTART"].dt for one in sessions]
    assert [start.date() for start in starts] == [one.date for one in answer.plan.sessions]
    assert {start.time() for start in starts} == {HALF_PAST_NINE}
    assert starts[0].tzinfo is not None
    offsets = {start.utcoffset() for start in starts}
    assert len(offsets) == (2 if zone in ("Europe/Paris", "America/New_York", "Australia/Lord_Howe") else len(offsets))


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York"])
def test_another_reader_works_out_the_same_moments_from_the_zone_in_the_file(answer, zone):
    """vobject builds its own zone from the VTIMEZONE; it knows no IANA names."""
    read = vobject.readOne(written(answer, zone).decode())
    sessions = [one for one in read.vevent_list if "-session-" in one.uid.value]
    assert len(sessions) == len(answer.plan.sessions)
    for event, session in zip(sessions, answer.plan.sessions, strict=True):
        start = event.dtstart.value
        assert start.time() == HALF_PAST_NINE
        expected = datetime.combine(session.date, HALF_PAST_NINE, ZoneInfo(zone))
        assert start.astimezone(UTC) == expected.astimezone(UTC)


@given(
    zone=strategies.sampled_from((*ZONES[:5], "Europe/Dublin", "America/Sao_Paulo", "Asia/Tehran", "Pacific/Apia")),
    year=strategies.integers(2005, 2035),
)
def test_the_written_zone_agrees_with_the_zone_database_all_year(zone, year):
    described = timezone_component(ZoneInfo(zone), year, year + 1).to_tz()
    moment = datetime(year, 1, 2, 9, 30)  # noqa: DTZ001 - a time on the wall
    while moment.year <= year + 1:
        assert described.utcoffset(moment) == ZoneInfo(zone).utcoffset(moment.replace(tzinfo=ZoneInfo(zone))), moment
        moment += timedelta(days=3)


def test_it_keeps_to_the_rules_of_the_format(answer):
    content = written(answer)
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in content.replace(b"\r\n", b"")
    for event in events(content):
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE"} <= set(event)
        assert event["DTEND"].dt > event["DTSTART"].dt
        assert len(event.walk("VALARM")) == 1
    identifiers = [str(one["UID"]) for one in events(content)]
    assert len(identifiers) == len(set(identifiers))


def test_same_answer_same_bytes(answer):
    assert written(answer) == written(hair_answer())


def test_a_later_answer_updates_the_earlier_one(answer):
    later = replace(answer, date=answer.date + timedelta(days=3))
    old, new = events(written(answer)), events(written(later))
    assert [str(one["UID"]) for one in old] == [str(one["UID"]) for one in new]
    for before, after in zip(old, new, strict=True):
        assert after["SEQUENCE"] > before["SEQUENCE"]
        assert after["DTSTAMP"].dt > before["DTSTAMP"].dt


def test_a_reference_keeps_two_like_patients_apart_and_a_changed_profile_together(answer):
    changed = replace(answer, profile_sha256="0" * 64)
    first, second = (written(answer, reference=name) for name in ("case 1", "case 2"))
    assert {str(one["UID"]) for one in events(first)}.isdisjoint(str(one["UID"]) for one in events(second))
    again = events(written(changed, reference="case 1"))
    assert [str(one["UID"]) for one in again] == [str(one["UID"]) for one in events(first)]
    assert b"case 1" not in first


def test_titles_and_alarms_are_silent_unless_asked(answer):
    words = ["nsaid", "stop", "injection", "hair", "photograph"]
    words += [shipped().components[name].name.split(",")[0].lower() for name in ("minoxidil", "prp")]
    said = spoken(written(answer))
    assert not [word for word in words if word in said]
    asked = spoken(written(answer, clinical_titles=True))
    assert "minoxidil" in asked
    assert "nsaid stop" in asked


def spoken(content):
    """What a calendar shows on a locked screen."""
    found = []
    for event in events(content):
        found.append(str(event["SUMMARY"]))
        found += [str(alarm["DESCRIPTION"]) for alarm in event.walk("VALARM")]
    return " ".join(found).lower()


def test_every_pause_has_its_reminders(answer):
    content = written(answer)
    found = pauses(answer.plan.washouts)
    assert [one["DTSTART"].dt for one in events(content, "stop")] == [one.stop_on for one in found]
    assert [one["DTSTART"].dt for one in events(content, "resume")] == [one.resume_on for one in found]
    assert [one["DTSTART"].dt for one in events(content, "reassess")] == [one.date for one in answer.plan.reassess]


def test_an_anticoagulant_is_never_put_into_the_calendar_as_something_to_stop(answer):
    kept = PlannedWashout("anticoagulant", None, None, "Keep it.", ("document_a",))
    content = written(replace(answer, plan=replace(answer.plan, washouts=(kept,))))
    assert not events(content, "stop")
    assert "Anticoagulant: Keep it." in unfolded(content)


def test_overlapping_pauses_are_one_and_the_longer_one_counts():
    def pause(stop, resume, session, text):
        return PlannedWashout("nsaid", date(2027, 1, stop), date(2027, 1, resume), text, ("document_a",), session)

    found = pauses(
        [pause(1, 20, 1, "plasma"), pause(1, 10, 1, "all"), pause(15, 25, 2, "all"), pause(27, 30, 3, "all")]
    )
    assert [(one.stop_on.day, one.resume_on.day, one.sessions) for one in found] == [(1, 25, (1, 2)), (27, 30, (3,))]
    assert found[0].texts == ("plasma", "all")


def test_reserved_dates_are_tentative(answer):
    content = written(replace(answer, plan=replace(answer.plan, provisional=("pregnancy",))))
    assert {str(one["STATUS"]) for one in events(content)} == {"TENTATIVE"}


def test_without_dated_sessions_there_is_no_calendar(answer):
    assert as_ics(refusal(), shipped(), ZoneInfo("UTC")) is None
    assert as_ics(replace(answer, plan=replace(answer.plan, sessions=())), shipped(), ZoneInfo("UTC")) is None


@given(strategies.text(max_size=200))
def test_no_text_can_break_out_of_its_line(text):
    answer = replace(hair_answer(), notice=text + "\r\nBEGIN:VEVENT\r\nSUMMARY:forged\r\nEND:VEVENT")
    read = Calendar.from_ical(written(answer))
    assert not [one for one in read.walk("VEVENT") if str(one["SUMMARY"]) == "forged"]


def test_a_session_keeps_its_real_length_even_when_clocks_change_in_it(answer):
    night = Session(1, "induction", date(2027, 3, 28), ("minoxidil",), 45)
    one = events(written(replace(answer, plan=replace(answer.plan, sessions=(night,)))), "session")[0]
    assert one["DTEND"].dt - one["DTSTART"].dt == timedelta(minutes=45)


@pytest.mark.parametrize("name", ["Paris", "europe/paris", "../../etc/passwd", "", "CET+1", "\x00"])
def test_a_wrong_zone_is_refused_with_what_is_allowed(name):
    with pytest.raises(FaultsFound, match="IANA name"):
        zone_named(name)


def test_the_system_zone_is_read_and_nonsense_in_it_ignored(monkeypatch):
    monkeypatch.setenv("TZ", ":Asia/Tokyo")
    assert system_zone() == "Asia/Tokyo"
    monkeypatch.setenv("TZ", "nonsense")
    assert zone_named(None).key
