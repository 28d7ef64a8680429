"""Which days can hold a session: working days that the patient has not ruled out, up to a horizon."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

from formulator.profile import DateRange

_SATURDAY = 5
_LONGEST_WAIT_DAYS = 400


@dataclass(frozen=True, slots=True)
class Calendar:
    """Open days between a first and a last day, both included."""

    first: date
    last: date
    unavailable: tuple[DateRange, ...] = ()

    def is_open(self, day: date) -> bool:
        """Whether a session may lie on this day."""
        inside = self.first <= day <= self.last
        return inside and day.weekday() < _SATURDAY and not any(day in closed for closed in self.unavailable)

    def first_day(self) -> date | None:
        """The first open day."""
        return self._first_open(self.first + timedelta(days=step) for step in range(_LONGEST_WAIT_DAYS))

    def latest(self, day: date) -> date | None:
        """The last open day up to and including a day."""
        return self._first_open(day - timedelta(days=step) for step in range(_LONGEST_WAIT_DAYS))

    def nearest(self, last: date, low: float, wanted: float, high: float) -> date | None:
        """The open day closest to the wanted interval after a session, inside low to high days.

        Where every day of the range is closed, the first open day after it: a session may be late, never too early.
        """
        inside = self._inside(low, wanted, high)
        found = self._first_open(last + timedelta(days=step) for step in inside)
        late = range(floor(high) + 1, floor(high) + _LONGEST_WAIT_DAYS)
        return found or self._first_open(last + timedelta(days=step) for step in late)

    def nearest_before(self, following: date, low: float, wanted: float, high: float) -> date | None:
        """The open day closest to the wanted interval before a session, inside low to high days, or None."""
        return self._first_open(following - timedelta(days=step) for step in self._inside(low, wanted, high))

    def _inside(self, low: float, wanted: float, high: float) -> list[int]:
        steps = range(max(1, ceil(low)), max(ceil(low), floor(high)) + 1)
        return sorted(steps, key=lambda step: (abs(step - wanted), step))

    def _first_open(self, days: Iterable[date]) -> date | None:
        return next((day for day in days if self.is_open(day)), None)
