"""Dates as people write them: year-month-day, in a span in which a calendar of sessions makes sense."""

from __future__ import annotations

import re
from datetime import date

_SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
ALLOWED = f"year-month-day from {EARLIEST} to {LATEST}, such as 2026-11-25"


def read_date(text: str) -> date | None:
    """The date, or None where the text is no such date."""
    if not _SHAPE.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
