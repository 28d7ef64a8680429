"""Plain Python: each condition compiled once into closures that return True, False or None (unknown).

This is what a careful programmer writes without an engine, and so the naive reference of speed. Kleene's logic is
native: no translation into two expressions is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Facts = Mapping[str, Any]
Closure = Callable[[Facts], bool | None]


def prepare(rules: Mapping[str, Any]) -> PlainPython:
    """A closure for each rule; equal comparisons share one."""
    comparisons = [_comparison(**one) for one in rules["comparisons"]]
    return PlainPython([(rule["id"], _program(rule["when"], comparisons)) for rule in rules["rules"]])


class PlainPython:
    """All rules as closures."""

    def __init__(self, rules: Sequence[tuple[str, Closure]]) -> None:
        self.rules = rules

    def one(self, facts: Facts) -> tuple[list[str], list[str]]:
        """Rules that hold, rules that are open."""
        holds, hangs = [], []
        for name, holds_for in self.rules:
            value = holds_for(facts)
            if value:
                holds.append(name)
            elif value is None:
                hangs.append(name)
        return holds, hangs


def _program(program: Any, comparisons: Sequence[Closure]) -> Closure:
    if isinstance(program, int):
        return comparisons[program]
    parts = tuple(_program(part, comparisons) for part in program[1:])
    return _all(parts) if program[0] == "all" else _any(parts)


def _all(parts: tuple[Closure, ...]) -> Closure:
    def read(facts: Facts) -> bool | None:
        result: bool | None = True
        for part in parts:
            value = part(facts)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return read


def _any(parts: tuple[Closure, ...]) -> Closure:
    def read(facts: Facts) -> bool | None:
        result: bool | None = False
        for part in parts:
            value = part(facts)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return read


def _comparison(field: str, op: str, values: Sequence[Any] = (), limit: float = 0) -> Closure:
    named = frozenset(values)
    made: dict[str, Closure] = {
        "in": lambda facts: None if (value := facts.get(field)) is None else value in named,
        "not_in": lambda facts: None if (value := facts.get(field)) is None else value not in named,
        "at_least": lambda facts: None if (value := facts.get(field)) is None else value >= limit,
        "below": lambda facts: None if (value := facts.get(field)) is None else value < limit,
        "known": lambda facts: field in facts,
        "unknown": lambda facts: field not in facts,
    }
    return made[op]
