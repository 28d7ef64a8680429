"""Small words of the worksheet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from formulator.knowledge import Knowledge


def number(value: float | None) -> str:
    """A figure as it is read off a syringe: at most four digits that count; a dash where there is none."""
    return "-" if value is None else f"{value:.4g}"


def day_words(day: date) -> str:
    """A day with its weekday, in English whatever the machine's language."""
    weekdays = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{weekdays[day.weekday()]} {day.day} {months[day.month - 1]} {day.year}"


def name_of(identifier: str, knowledge: Knowledge) -> str:
    """The name of a component, or the word itself."""
    found = knowledge.components.get(identifier)
    return found.name if found else identifier.replace("_", " ")


def names_of(identifiers: Iterable[str], knowledge: Knowledge) -> str:
    """Names in one line; those that hold a comma are told apart by semicolons."""
    names = [name_of(one, knowledge) for one in identifiers]
    return ("; " if any("," in name for name in names) else ", ").join(names)
