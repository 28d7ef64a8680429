"""Several concerns of one patient as text and as JSON."""

from __future__ import annotations

import json

from formulator.engine.together import Together
from formulator.export.json_export import as_mapping, plain
from formulator.export.pauses import advice_lines
from formulator.export.text import as_text
from formulator.export.words import field_label
from formulator.knowledge import Knowledge

SCHEMA = "formulator/together/1"


def together_json(found: Together) -> str:
    """Each answer as in the contract, the sessions of all in order of date, and the pauses of all."""
    content = {
        "schema": SCHEMA,
        "sessions": [{"answer": place, **plain(one)} for place, one in found.sessions()],
        "washouts": plain(found.washouts()),
        "answers": [as_mapping(answer) for answer in found.answers],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def together_text(found: Together, knowledge: Knowledge) -> str:
    """All days first, then each answer."""
    parts = [_days(found, knowledge), *(as_text(answer, knowledge) for answer in found.answers)]
    return "\n".join(parts)


def _days(found: Together, knowledge: Knowledge) -> str:
    names = [_concern(answer.indication, knowledge) for answer in found.answers]
    lines = ["ALL SESSIONS"]
    for place, one in found.sessions():
        lines.append(f"  {one.date}  {names[place]}: {', '.join(one.components) or 'nothing fixed yet'}")
    if len(lines) == 1:
        lines.append("  none is dated")
    lines += [f"  {field_label(knowledge, name)}: {text}" for name, text in advice_lines(found.washouts())]
    return "\n".join(lines) + "\n"


def _concern(indication: str | None, knowledge: Knowledge) -> str:
    known = knowledge.indications.get(indication or "")
    return known.name if known else "no indication in scope"
