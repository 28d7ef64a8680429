"""PDF by Typst: offline, tagged (PDF/UA-1), with the fonts that ship with Typst. Same content in, same bytes out.

Every text reaches Typst as data, never as markup, so nothing in a profile or in the knowledge can set type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from formulator.export.printable import printable
from formulator.faults import Fault, FaultsFound, Place

_PACKAGE = Path(__file__).resolve().parents[1]
"""Templates may import from one another, and read nothing outside the program."""


def require_typst() -> None:
    """Raise FaultsFound with a way out where the extra `pdf` is not installed."""
    if find_spec("typst") is None:
        problem = "A PDF needs Typst, which is not installed."
        advice = "Install it with: pip install 'formulator[pdf]'."
        raise FaultsFound([Fault(Place("--pdf"), "", problem, "", advice)])


def typeset(template: Path, content: Mapping[str, Any], day: date) -> bytes:
    """The PDF that a template of the package makes of JSON-like content, dated at noon of the day."""
    require_typst()
    import typst

    return typst.compile(
        str(template),
        root=str(_PACKAGE),
        font_paths=_fonts(),
        sys_inputs={"content": json.dumps(printable(content), ensure_ascii=False, sort_keys=True)},
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(day, time(12), UTC),
    )


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The fonts that ship with Typst, found once; those of the machine stay out, or the bytes would depend on it."""
    import typst

    return typst.Fonts(include_system_fonts=False)
