"""The example patients that load with one click (data/examples)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from formulator.faults import Fault, FaultsFound
from formulator.paths import data_directory
from formulator.strict_yaml import read_yaml

_KEYS = ("title", "teaches", "profile")


@dataclass(frozen=True, slots=True)
class Example:
    """A ready profile: its sentence, what it teaches, and its fields."""

    title: str
    teaches: str
    profile: dict[str, Any]


@lru_cache(maxsize=1)
def examples() -> dict[str, Example]:
    """All examples by the name of their file."""
    paths = sorted((data_directory() / "examples").glob("*.yaml"))
    return {path.stem: read_example(path.read_text(encoding="utf-8"), path.name) for path in paths}


def read_example(text: str, name: str) -> Example:
    """An example from its YAML text; raises FaultsFound where it is not a title, what it teaches and a profile."""
    node = read_yaml(text, name)
    parts = node.mapping()
    words = [parts[key].value for key in _KEYS[:2] if key in parts]
    if set(parts) != set(_KEYS) or not parts["profile"].mapping() or not all(isinstance(one, str) for one in words):
        raise FaultsFound([Fault(node.place, "", "This is no example.", "title, teaches and a profile")])
    return Example(**node.plain())
