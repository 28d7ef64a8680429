"""The validated profile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from formulator.faults import Place


@dataclass(frozen=True, slots=True, order=True)
class DateRange:
    """First and last day, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"


Value = str | int | float | date | tuple[str, ...] | tuple[DateRange, ...]


@dataclass(frozen=True)
class Profile:
    """Known facts by field name, in stored units; a field that is absent is unknown.

    `asked_unknown` holds the fields that somebody answered with "unknown": same meaning, but worth asking first.
    `places` says where each field was read, for messages.
    """

    values: Mapping[str, Value]
    asked_unknown: frozenset[str] = field(default_factory=frozenset)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def get(self, name: str) -> Value | None:
        """The value of a field, None where it is unknown."""
        return self.values.get(name)

    def plain(self) -> dict[str, Any]:
        """The profile as JSON-ready values, sorted by field."""
        known = {name: _plain(value) for name, value in self.values.items()}
        return dict(sorted({**known, **dict.fromkeys(self.asked_unknown, "unknown")}.items()))

    def sha256(self) -> str:
        """Hash of the profile as understood; stands on every output so that an answer can be reproduced."""
        return hashlib.sha256(json.dumps(self.plain(), sort_keys=True).encode()).hexdigest()


def _plain(value: Value) -> Any:
    if isinstance(value, tuple):
        return [str(entry) for entry in value]
    return value.isoformat() if isinstance(value, date) else value
