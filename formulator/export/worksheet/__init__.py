"""The worksheet as PDF: session, reasons, plan and a leaflet for the patient; set by Typst, offline, tagged (PDF/UA-1).

Every text reaches Typst as data, never as markup, so nothing in a profile or in the knowledge can set type. Only the
fonts that ship with Typst are used and embedded. Same answer in, same bytes out.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
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
_ROOT = Path(__file__).parents[2]
"""The package: templates of other folders share the looks of this one."""


def require_typst() -> None:
    """Raise FaultsFound with a way out where the extra `pdf` is not installed."""
    if find_spec("typst") is None:
        problem = "A PDF needs Typst, which is not installed."
        advice = "Install it with: pip install 'formulator[pdf]'."
        raise FaultsFound([Fault(Place("--pdf"), "", problem, "", advice)])


def as_pdf(answer: Recommendation, knowledge: Knowledge) -> bytes:
    """The worksheet of an answer; four pages with a plan, the reasons alone without one."""
    return typeset(_TEMPLATE / "main.typ", document(for_first_formulation(answer), knowledge), answer.date)


def typeset(template: Path, content: dict[str, Any], day: date) -> bytes:
    """A template inside the package with its data as a tagged PDF, dated at noon of the day.

    Raises FaultsFound where Typst is not installed.
    """
    require_typst()
    text = json.dumps(printable(content), ensure_ascii=False, sort_keys=True)
    return _set(template, text, datetime.combine(day, time(12), UTC))


def _set(template: Path, content: str, made: datetime) -> bytes:
    import typst

    return typst.compile(
        str(template),
        root=str(_ROOT),
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
