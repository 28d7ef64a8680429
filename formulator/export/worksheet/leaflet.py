"""Page four: what the patient takes home."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from formulator.engine.answer import Note, Plan, Recommendation
from formulator.export.pauses import advice_lines
from formulator.export.text import note_line
from formulator.export.words import field_label
from formulator.export.worksheet.notes import Printed
from formulator.export.worksheet.words import day_words, names_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import CareNote

_MOST_DATES = 12


def leaflet_page(answer: Recommendation, plan: Plan, knowledge: Knowledge) -> dict[str, Any]:
    """Dates, what to expect, how to prepare, what to do after, when to call; no codes, no source numbers."""
    printed = Printed(answer)
    after = printed.of(answer.after, knowledge.after, "patient")
    return {
        "what": _what(plan, knowledge),
        "dates": [day_words(one.date) for one in plan.sessions[:_MOST_DATES]],
        "more_dates": max(0, len(plan.sessions) - _MOST_DATES),
        "provisional": bool(plan.provisional),
        "expect": [note_line(note) for note, _ in printed.of(answer.expect, knowledge.expect, "patient")],
        "may_happen": _texts(printed.of(answer.side_effects, knowledge.side_effects, "patient")),
        "prepare": _texts(printed.of(answer.before, knowledge.before, "patient")),
        "medicines": [f"{field_label(knowledge, name)}: {text}" for name, text in advice_lines(plan.washouts)],
        "after": _texts(pair for pair in after if pair[1].call is None),
        "call_now": _texts(pair for pair in after if pair[1].call == "now"),
        "call_today": _texts(pair for pair in after if pair[1].call == "today"),
    }


def _texts(pairs: Iterable[tuple[Note, CareNote]]) -> list[str]:
    return [note.text for note, _ in pairs]


def _what(plan: Plan, knowledge: Knowledge) -> str:
    names = dict.fromkeys(name for one in plan.sessions for name in one.components)
    return names_of(names, knowledge)
