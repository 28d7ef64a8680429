"""The example patients that load with one click (data/examples)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from formulator.paths import data_directory
from formulator.strict_yaml import read_yaml


@dataclass(frozen=True, slots=True)
class Example:
    """A ready profile: its sentence, what it teaches, and its fields."""

    title: str
    teaches: str
    profile: dict[str, Any]


@lru_cache(maxsize=1)
def examples() -> dict[str, Example]:
    """All examples by the name of their file."""
    found = {}
    for path in sorted((data_directory() / "examples").glob("*.yaml")):
        content = read_yaml(path.read_text(encoding="utf-8"), path.name).plain()
        found[path.stem] = Example(content["title"], content["teaches"], content["profile"])
    return found
