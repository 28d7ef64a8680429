"""The answer as the JSON of the contract: fixed keys, fixed order, same bytes for the same answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from formulator.engine.answer import SCHEMA, Argument, Recommendation

_TOP_LEVEL = (
    "decision",
    "decision_arguments",
    "indication",
    "components",
    "formulations",
    "plan",
    "assumptions",
    "missing",
    "before",
    "after",
    "expect",
    "side_effects",
    "disagreements",
    "notice",
)


def as_json(recommendation: Recommendation) -> str:
    """Two-space indented JSON text with a final newline."""
    return json.dumps(as_mapping(recommendation), indent=2, ensure_ascii=False) + "\n"


def as_mapping(recommendation: Recommendation) -> dict[str, Any]:
    """The answer as plain dicts and lists, keys as in the contract."""
    answer: dict[str, Any] = {"schema": SCHEMA}
    answer |= {name: plain(getattr(recommendation, name)) for name in _TOP_LEVEL}
    answer["disagreements"] = [
        {**entry, "positions": [{"value": value, "sources": sources} for value, sources in entry["positions"]]}
        for entry in answer["disagreements"]
    ]
    answer["knowledge"] = {"version": recommendation.knowledge_version, "sha256": recommendation.knowledge_sha256}
    answer["model"] = {"version": None, "sha256": None}
    answer["profile"] = dict(recommendation.profile)
    answer["profile_sha256"] = recommendation.profile_sha256
    answer["derived"] = plain(recommendation.derived)
    answer["date"] = recommendation.date.isoformat()
    return answer


def plain(value: Any) -> Any:
    """Dataclasses, tuples, dates and mappings as JSON-ready values; empty optional parts of arguments are dropped."""
    if isinstance(value, Argument):
        return {name: content for name, content in _fields(value).items() if content not in (None, "")}
    if is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return [plain(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else _json_scalar(value)


def _fields(value: Any) -> dict[str, Any]:
    return {entry.name: plain(getattr(value, entry.name)) for entry in fields(value)}


def _json_scalar(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
