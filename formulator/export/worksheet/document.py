"""Everything that is printed, as plain data for the template."""

from __future__ import annotations

from typing import Any

from formulator import __version__
from formulator.engine.answer import Recommendation
from formulator.engine.words import DECISION_WORDS
from formulator.export.words import value_label
from formulator.export.worksheet.citations import Citations
from formulator.export.worksheet.leaflet import leaflet_page
from formulator.export.worksheet.plan import plan_page
from formulator.export.worksheet.reasons import reasons_page
from formulator.export.worksheet.session import session_page
from formulator.export.worksheet.words import number
from formulator.knowledge import Knowledge

_SHORT = 16
_HEADLINE_FIELDS = ("sex", "age", "phototype", "site", "severity_scale", "severity", "area_cm2", "weight_kg")


def document(answer: Recommendation, knowledge: Knowledge) -> dict[str, Any]:
    """Title, footer and pages; the pages about sessions are None where the answer has no plan."""
    cite = Citations(knowledge)
    plan = answer.plan
    session = session_page(answer, plan, knowledge, cite) if plan else None
    reasons = reasons_page(answer, knowledge, cite)
    course = plan_page(answer, plan, knowledge, cite) if plan else None
    return {
        "title": f"Worksheet: {_indication(answer, knowledge)}",
        "indication": _indication(answer, knowledge),
        "decision": {"id": answer.decision, "words": DECISION_WORDS[answer.decision]},
        "patient": _patient(answer, knowledge),
        "session": session,
        "reasons": reasons,
        "plan": course,
        "leaflet": leaflet_page(answer, plan, knowledge) if plan else None,
        "sources": cite.listed(),
        "notice": answer.notice,
        "versions": _versions(answer),
    }


def _indication(answer: Recommendation, knowledge: Knowledge) -> str:
    found = knowledge.indications.get(answer.indication or "")
    return found.name if found else "no indication in scope"


def _patient(answer: Recommendation, knowledge: Knowledge) -> list[str]:
    """The few facts that tell one case from another; never a name, because none is asked for."""
    fields = knowledge.catalogue.fields
    return [
        f"{fields[name].label}: {_value(name, answer.profile[name], knowledge)}"
        for name in _HEADLINE_FIELDS
        if name in fields and answer.profile.get(name) is not None
    ]


def _value(name: str, value: Any, knowledge: Knowledge) -> str:
    return number(value) if name == "severity" else value_label(knowledge, name, value)


def knowledge_stamp(version: str, sha256: str) -> str:
    """Which program and which knowledge made a sheet."""
    return f"formulator {__version__} · knowledge {version} {sha256[:_SHORT]}"


def _versions(answer: Recommendation) -> str:
    parts = (
        knowledge_stamp(answer.knowledge_version, answer.knowledge_sha256),
        _model(answer),
        f"profile {answer.profile_sha256[:_SHORT]}",
        f"answer of {answer.date}",
    )
    return " · ".join(parts)


def _model(answer: Recommendation) -> str:
    """The model behind the estimates, where one was fitted."""
    version, digest = getattr(answer, "model_version", None), getattr(answer, "model_sha256", None)
    return f"model {version} {str(digest)[:_SHORT]}" if version else "model: none"
