"""The papers of a session as tagged PDF: the class sheet, the cards with what is found, the answer sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from formulator.evidence.answer import EvidenceModel
from formulator.export.typesetting import typeset
from formulator.export.worksheet.document import knowledge_stamp
from formulator.knowledge import Knowledge
from formulator.learn.cases import Casebook
from formulator.learn.instructor.session import TeachingSession, cases_of, changed_since
from formulator.learn.instructor.sheets.solution import solution
from formulator.learn.instructor.sheets.task import cards, task

_TEMPLATE = Path(__file__).parent / "template"
_SHORT = 16


def class_sheet_pdf(session: TeachingSession, book: Casebook, knowledge: Knowledge) -> bytes:
    """What every trainee gets: stories, what can be asked for, room to decide; no finding, no answer.

    Raises FaultsFound where Typst is missing or a case is no longer there.
    """
    cases = [task(number, one, book, knowledge) for number, one in enumerate(cases_of(session, book), 1)]
    return _sheet("class", "Class sheet", session, book, knowledge, {"cases": cases})


def cards_pdf(session: TeachingSession, book: Casebook, knowledge: Knowledge) -> bytes:
    """A card for each finding, to be cut apart and handed out to whoever asks for it. Raises FaultsFound as above."""
    found = [card for number, one in enumerate(cases_of(session, book), 1) for card in cards(number, one, book)]
    return _sheet("cards", "Cards to hand out", session, book, knowledge, {"cards": found})


def answer_sheet_pdf(
    session: TeachingSession, book: Casebook, knowledge: Knowledge, model: EvidenceModel | None
) -> bytes:
    """What the instructor keeps: the engine's answer with its arguments, mistakes to look for, lessons, sources.

    Raises FaultsFound as above.
    """
    cases, sources = solution(cases_of(session, book), book, knowledge, model)
    return _sheet("answers", "Answer sheet", session, book, knowledge, {"cases": cases, "sources": sources})


def _sheet(  # noqa: PLR0913 - which sheet, and everything that it is made from
    template: str, kind: str, session: TeachingSession, book: Casebook, knowledge: Knowledge, content: dict[str, Any]
) -> bytes:
    stamp = knowledge_stamp(knowledge.version, knowledge.sha256)
    shared = {
        "title": f"{kind}: {session.title}",
        "kind": kind,
        "session": session.title,
        "day": str(session.day),
        "notice": knowledge.notice,
        "versions": f"{stamp} · session {session.sha256[:_SHORT]} · {session.day}",
        "changed": len(changed_since(session, book, knowledge)),
    }
    return typeset(_TEMPLATE / f"{template}.typ", {**shared, **content}, session.day)
