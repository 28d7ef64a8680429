"""A VTIMEZONE that says when the clocks of a zone change, worked out from the zone itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard


@dataclass(frozen=True, slots=True)
class _Observance:
    """The clock that starts with a change, and what it was before."""

    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


def timezone_component(zone: ZoneInfo, first_year: int, last_year: int) -> Timezone:
    """The zone between the first day of a year and the end of another, both included."""
    start, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    onsets: dict[_Observance, list[datetime]] = {_observance(start, start, zone): [start]}
    for moment in _changes(zone, start, end):
        onsets.setdefault(_observance(moment - timedelta(seconds=1), moment, zone), []).append(moment)
    described = Timezone()
    described.add("tzid", zone.key)
    for observance, moments in onsets.items():
        described.add_component(_component(observance, moments))
    return described


def _observance(before: datetime, after: datetime, zone: ZoneInfo) -> _Observance:
    local = after.astimezone(zone)
    return _Observance(_offset(before, zone), _offset(after, zone), local.tzname() or zone.key, bool(local.dst()))


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _clock(moment: datetime, zone: ZoneInfo) -> tuple[timedelta, str | None]:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(0), local.tzname()


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The moments at which the clock changes, to the second."""
    day = start
    while day < end:
        following = day + timedelta(days=1)
        if _clock(day, zone) != _clock(following, zone):
            yield _first_second_after_change(zone, day, following)
        day = following


def _first_second_after_change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    old = _clock(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _clock(middle, zone) == old else (low, middle)
    return high


def _component(observance: _Observance, moments: list[datetime]) -> TimezoneDaylight | TimezoneStandard:
    """Onsets are written on the clock that was in force before them (RFC 5545, 3.6.5)."""
    local = [(moment + observance.before).replace(tzinfo=None) for moment in moments]
    part = TimezoneDaylight() if observance.is_summer else TimezoneStandard()
    part.add("dtstart", local[0])
    if local[1:]:
        part.add("rdate", local[1:])
    part.add("tzname", observance.name)
    part.add("tzoffsetfrom", observance.before)
    part.add("tzoffsetto", observance.after)
    return part
