"""Page three: the dated course."""

from __future__ import annotations

from typing import Any

from formulator.engine.answer import Plan, Recommendation
from formulator.export.pauses import Pause, pause_dates, pauses
from formulator.export.text import rhythm
from formulator.export.words import field_label
from formulator.export.worksheet.citations import Citations
from formulator.export.worksheet.words import day_words, name_of, names_of, number
from formulator.knowledge import Knowledge


def plan_page(answer: Recommendation, plan: Plan, knowledge: Knowledge, cite: Citations) -> dict[str, Any]:
    """Phases, sessions, pauses of medicines, reassessments, stop rule, maintenance, what was left out."""
    return {
        "provisional": [field_label(knowledge, name) for name in plan.provisional],
        "settle_first": list(plan.settle_first),
        "phases": [
            f"{one.name.capitalize()}: {one.sessions or 'ongoing'} sessions, {rhythm(one)} {cite.of(one.sources)}"
            for one in plan.phases
        ],
        "sessions": [
            {
                "number": str(one.number),
                "day": day_words(one.date),
                "phase": one.phase,
                "components": names_of(one.components, knowledge) or "nothing fixed yet",
                "minutes": str(one.minutes or "-"),
            }
            for one in plan.sessions
        ],
        "washouts": _medicines(plan, knowledge),
        "reassess": [
            {"day": day_words(one.date), "what": f"{one.what} {cite.of(one.sources)}"} for one in plan.reassess
        ],
        "stop_rule": plan.stop_rule,
        "maintenance": plan.maintenance,
        "added": names_of(plan.could_be_added, knowledge),
        "left_out": list(plan.left_out),
        "deliveries": [
            f"{one.technique.replace('_', ' ')}: {one.text} Given up: {one.given_up} {cite.of(one.sources)}"
            for one in plan.deliveries
        ],
        "course": _course(answer, knowledge),
    }


def _medicines(plan: Plan, knowledge: Knowledge) -> list[dict[str, Any]]:
    """Each medicine once, with the days of every pause."""
    by_medicine: dict[str, list[Pause]] = {}
    for one in pauses(plan.washouts):
        by_medicine.setdefault(one.medicine, []).append(one)
    return [
        {
            "medicine": field_label(knowledge, medicine),
            "dates": [_pause(one) for one in group],
            "text": " ".join(dict.fromkeys(text for one in group for text in one.texts)),
        }
        for medicine, group in by_medicine.items()
    ]


def _pause(one: Pause) -> str:
    if not one.stop_on and not one.resume_on:
        return "not stopped here"
    kind = "Session" if len(one.sessions) == 1 else "Sessions"
    return f"{kind} {', '.join(map(str, one.sessions))}: {pause_dates(one)}"


def _course(answer: Recommendation, knowledge: Knowledge) -> list[str]:
    """What each component adds up to over the course of the best formulation."""
    entries = answer.formulations[0].course if answer.formulations else ()
    return [
        f"{name_of(one.id, knowledge)}: {number(one.dose)} {one.dose_unit} in {one.sessions} sessions"
        for one in entries
        if one.dose is not None
    ]
