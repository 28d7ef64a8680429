"""Numbers and studies of an answer as a clinician reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_UNITS = {"hairs/cm2": "hairs per cm2", "um": "micrometres", "mMASI points": "mMASI points of lightening"}


def number(value: float) -> float:
    """Four decimals: more says nothing, and -0.0 is 0."""
    return round(value, 4) + 0.0


def span_words(low: float, high: float) -> str:
    """Two numbers with one decimal, or two where one decimal would make them the same."""
    digits = 1 if f"{low:.1f}" != f"{high:.1f}" else 2
    return f"{_signed(low, digits)} and {_signed(high, digits)}"


def natural_words(low: float, high: float, unit: str) -> str:
    """The interval in natural units: whole numbers where they are large."""
    digits = 0 if max(abs(low), abs(high)) >= 10 else 1
    return f"about {_signed(low, digits)} to {_signed(high, digits)} {_UNITS.get(unit, unit)}"


def study_label(identifier: str, study: Mapping[str, Any]) -> str:
    """First author and year, else the start of the title, else the id."""
    year = study.get("year") or ""
    if study.get("first_author"):
        return f"{study['first_author']} {year}".strip()
    title = str(study.get("title") or identifier)
    return f"{title if len(title) <= 34 else title[:32].rstrip() + '...'} {year}".strip()


def _signed(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text
