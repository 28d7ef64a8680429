"""From what a form holds to the draft of a case, and from a case to what a form holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from formulator.faults import Fault, FaultsFound, Place
from formulator.learn.cases import Case
from formulator.learn.instructor.author.case_text import worded
from formulator.strict_yaml import read_yaml

FINDING_COLUMNS = ("id", "step", "ask", "says", "shows", "needed")


def findings_from(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The findings in the rows of a table; rows with nothing in them are no findings."""
    found = []
    for row in rows:
        kept = {name: _cell(row.get(name)) for name in FINDING_COLUMNS}
        needed = kept.pop("needed") in (True, "yes")
        plain = worded(kept)
        if plain:
            found.append({**plain, "needed": "yes"} if needed else plain)
    return found


def _cell(value: Any) -> Any:
    """A cell without what stands for nothing in a table: not a number, not a time."""
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, Iterable):
        return [str(one) for one in value]
    return None if value != value else value  # noqa: PLR0124 - only what is not a number differs from itself


def rows_of(case: Case) -> list[dict[str, Any]]:
    """The findings of a case as rows of a table."""
    return [{**one.model_dump(), "shows": list(one.shows)} for one in case.findings]


def lines_from(text: str) -> list[str]:
    """The lines of a text that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def expectation_from(text: str) -> Mapping[str, Any]:
    """The expectation in a YAML text. Raises FaultsFound where it is no mapping."""
    if not text.strip():
        return {}
    node = read_yaml(text, "expect")
    plain = node.plain()
    if not isinstance(plain, dict):
        problem = "An expectation is one mapping."
        raise FaultsFound(
            [Fault(Place("expect"), "expect", problem, "lines of key: value, as in tests/spec/README.md")]
        )
    return plain


def draft_from(entered: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The draft of a case from what was entered by key of the case; reviewed today, active."""
    neighbour = {"change": entered.get("change") or {}, "asks": entered.get("asks")}
    published = {name: entered.get(name) for name in ("source", "outcome", "differs")}
    own = {key: value for key, value in entered.items() if key not in ("change", "asks", *published)}
    if own.get("day") == Case.model_fields["day"].default:
        own.pop("day")
    return worded({**own, "neighbour": neighbour, "published": published, "reviewed": today, "status": "active"})
