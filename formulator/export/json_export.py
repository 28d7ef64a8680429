"""The answer as the JSON of the contract: fixed keys, fixed order, same bytes for the same answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from formulator.engine.answer import SCHEMA, Argument, NotEvaluated, Recommendation

_TOP_LEVEL = (
    "decision",
    "decision_arguments",
    "indication",
    "components",
    "formulations",
    "infeasible",
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
    return as_text_of(as_mapping(recommendation))


def as_text_of(answer: Mapping[str, Any]) -> str:
    """The text of an answer that is a mapping already: what was read from such a text gives the same text."""
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def as_mapping(recommendation: Recommendation) -> dict[str, Any]:
    """The answer as plain dicts and lists, keys as in the contract."""
    answer: dict[str, Any] = {"schema": SCHEMA}
    converted = _Plain()
    answer |= {name: converted.of(getattr(recommendation, name)) for name in _TOP_LEVEL}
    answer["disagreements"] = [
        {**entry, "positions": [{"value": value, "sources": sources} for value, sources in entry["positions"]]}
        for entry in answer["disagreements"]
    ]
    answer["knowledge"] = {"version": recommendation.knowledge_version, "sha256": recommendation.knowledge_sha256}
    answer["model"] = {"version": recommendation.model_version, "sha256": recommendation.model_sha256}
    answer["profile"] = dict(recommendation.profile)
    answer["profile_sha256"] = recommendation.profile_sha256
    answer["derived"] = plain(recommendation.derived)
    answer["date"] = recommendation.date.isoformat()
    return answer


def plain(value: Any) -> Any:
    """Dataclasses, tuples, dates and mappings as JSON-ready values; empty optional parts of arguments are dropped."""
    return _Plain().of(value)


class _Plain:
    """One conversion; an argument or open rule that many components share is converted once."""

    def __init__(self) -> None:
        self.shared: dict[int, dict[str, Any]] = {}

    def of(self, value: Any) -> Any:
        if value is None or isinstance(value, str | int | float):
            return value
        if isinstance(value, tuple | list):
            return [self.of(entry) for entry in value]
        if isinstance(value, Mapping):
            return {str(key): self.of(entry) for key, entry in value.items()}
        if isinstance(value, Argument | NotEvaluated):
            return self._shared(value)
        return self._fields(value) if is_dataclass(value) else _scalar(value)

    def _shared(self, value: Argument | NotEvaluated) -> dict[str, Any]:
        if id(value) not in self.shared:
            content = self._fields(value)
            empty = (None, "") if isinstance(value, Argument) else ()
            self.shared[id(value)] = {name: part for name, part in content.items() if part not in empty}
        return self.shared[id(value)]

    def _fields(self, value: Any) -> dict[str, Any]:
        return {entry.name: self.of(getattr(value, entry.name)) for entry in fields(value)}


def _scalar(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)
