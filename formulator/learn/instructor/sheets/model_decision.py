"""The decision that misses nothing, in words for the answer sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from formulator.engine.answer import Recommendation
from formulator.export.words import field_label
from formulator.export.worksheet.words import name_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import TREATMENT
from formulator.learn.cases import Case, Casebook
from formulator.learn.commitment import Commitment, Course, effort_of
from formulator.learn.diagnosis import perfect_commitment
from formulator.learn.diagnosis.words import CERTAINTY


def model_decision(case: Case, answer: Recommendation, book: Casebook, knowledge: Knowledge) -> list[dict[str, str]]:
    """Each part of the decision that is not empty: what is asked for, settled, used, excluded, and the course."""
    found = perfect_commitment(case, answer, knowledge)
    lines = {
        f"Ask (effort {effort_of(found, case, book)})": "; ".join(_asked(found, case, knowledge)),
        "Settle first": "; ".join(field_label(knowledge, one) for one in found.settle),
        "Use": "; ".join(_used(found, knowledge)),
        "Not this": "; ".join(_excluded(found, knowledge)),
        "Course": _course(found.course),
    }
    return [{"part": part, "text": text} for part, text in lines.items() if text]


def _asked(found: Commitment, case: Case, knowledge: Knowledge) -> Iterator[str]:
    asks: dict[str, Any] = {one.id: one.ask for one in case.findings}
    return (asks.get(one) or field_label(knowledge, one) for one in found.asked)


def _used(found: Commitment, knowledge: Knowledge) -> Iterator[str]:
    for name, role in found.components.items():
        grade = found.graded.get(name)
        yield f"{name_of(name, knowledge)} ({role}{f', {CERTAINTY[grade]}' if grade else ''})"


def _excluded(found: Commitment, knowledge: Knowledge) -> Iterator[str]:
    for name, field in found.exclusions.items():
        what = "any treatment" if name == TREATMENT else name_of(name, knowledge)
        yield f"{what} (because of {field_label(knowledge, field)})"


def _course(course: Course) -> str:
    parts = {
        "{} sessions": course.sessions,
        "{} days between them": course.interval_days,
        "look again after {} weeks": course.reassess_weeks,
    }
    return ", ".join(words.format(number) for words, number in parts.items() if number is not None)
