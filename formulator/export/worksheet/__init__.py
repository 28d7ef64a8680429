"""The worksheet as PDF: session, reasons, plan and a leaflet for the patient.

Same answer in, same bytes out.
"""

from __future__ import annotations

from pathlib import Path

from formulator.engine.answer import Recommendation
from formulator.export.chosen import for_first_formulation
from formulator.export.typesetting import typeset
from formulator.export.worksheet.document import document
from formulator.knowledge import Knowledge

_TEMPLATE = Path(__file__).parent / "template" / "main.typ"


def as_pdf(answer: Recommendation, knowledge: Knowledge) -> bytes:
    """The worksheet of an answer; four pages with a plan, the reasons alone without one."""
    content = document(for_first_formulation(answer), knowledge)
    return typeset(_TEMPLATE, content, answer.date)
