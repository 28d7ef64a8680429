"""The worksheet as PDF: session, reasons, plan and a leaflet for the patient; set by Typst, offline, tagged (PDF/UA-1).

Every text reaches Typst as data, never as markup, so nothing in a profile or in the knowledge can set type. Only the
fonts that ship with Typst are used and embedded. Same answer in, same bytes out.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from formulator.engine.answer import Recommendation
from formulator.export.chosen import for_first_formulation
from formulator.export.worksheet.document import document
from formulator.export.worksheet.printable import printable
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge

_TEMPLATE = Path(__file__).parent / "template"


def require_typst() -> None:
    """Raise FaultsFound with a way out where the extra `pdf` is not installed."""
    if find_spec("typst") is None:
        problem = "A PDF needs Typst, which is not installed."
        advice = "Install it with: pip install 'formulator[pdf]'."
        raise FaultsFound([Fault(Place("--pdf"), "", problem, "", advice)])


def as_pdf(answer: Recommendation, knowledge: Knowledge) -> bytes:
    """The worksheet of an answer; four pages with a plan, the reasons alone without one."""
    require_typst()
    content = json.dumps(
        printable(document(for_first_formulation(answer), knowledge)), ensure_ascii=False, sort_keys=True
    )
    return _set(content, datetime.combine(answer.date, time(12), UTC))


def _set(content: str, made: datetime) -> bytes:
    import typst

    return typst.compile(
        str(_TEMPLATE / "main.typ"),
        root=str(_TEMPLATE),
        font_paths=_fonts(),
        sys_inputs={"content": content},
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=made,
    )


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The fonts that ship with Typst, found once; those of the machine stay out, or the bytes would depend on it."""
    import typst

    return typst.Fonts(include_system_fonts=False)
