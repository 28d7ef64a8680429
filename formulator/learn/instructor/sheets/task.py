"""The task of a case as plain data: what a trainee may see before deciding, and the cards that are handed out."""

from __future__ import annotations

from typing import Any

from formulator.engine.words import DECISION_WORDS
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, Finding
from formulator.learn.cases.case import DIFFICULTIES
from formulator.learn.diagnosis.words import CERTAINTY
from formulator.learn.instructor.answer_form import ROLES


def task(number: int, case: Case, book: Casebook, knowledge: Knowledge) -> dict[str, Any]:
    """Title, story, what can be asked for, and the choices; neither findings nor anything that is expected."""
    causes = knowledge.catalogue.fields["cause"].choices
    return {
        "number": str(number),
        "title": case.title,
        "difficulty": DIFFICULTIES[case.difficulty],
        "story": case.story,
        "findings": [_askable(one, book) for one in case.findings],
        "causes": [causes[one] for one in case.causes],
        "decisions": list(DECISION_WORDS.values()),
        "roles": list(ROLES),
        "certainties": list(CERTAINTY.values()),
        "claims": [knowledge.claims[one].claim for one in case.claims],
    }


def _askable(one: Finding, book: Casebook) -> dict[str, str]:
    step = book.steps[one.step]
    return {"ask": one.ask, "step": step.label, "effort": str(step.effort)}


def cards(number: int, case: Case, book: Casebook) -> list[dict[str, str]]:
    """A card for each finding of a case."""
    return [
        {**_askable(one, book), "number": str(number), "title": case.title, "says": one.says} for one in case.findings
    ]
