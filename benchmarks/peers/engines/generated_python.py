"""Python source generated from the rules and compiled once: each distinct comparison and each rule is one expression.

The fastest that plain Python gives without another idea. Every comparison becomes two local variables, certain and
possible, so that the rules are `and`/`or` of booleans, once for what holds and once for what may hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def prepare(rules: Mapping[str, Any]) -> GeneratedPython:
    """One function for all rules."""
    names = [rule["id"] for rule in rules["rules"]]
    lines = ["def read(facts):", " get = facts.get"]
    lines += [f" v{number} = get({field['name']!r})" for number, field in enumerate(rules["fields"])]
    numbers = {field["name"]: f"v{number}" for number, field in enumerate(rules["fields"])}
    lines += [" holds = []", " hangs = []"]
    for number, one in enumerate(rules["comparisons"]):
        certain, possible = _comparison(numbers[one["field"]], one)
        lines += [f" c{number} = {certain}", f" p{number} = {possible}"]
    for number, rule in enumerate(rules["rules"]):
        lines += [
            f" if {_program(rule['when'], 'c')}: holds.append({names[number]!r})",
            f" elif {_program(rule['when'], 'p')}: hangs.append({names[number]!r})",
        ]
    lines.append(" return holds, hangs")
    space: dict[str, Any] = {}
    exec(compile("\n".join(lines), "<rules>", "exec"), space)  # made from the checked knowledge base only
    return GeneratedPython(space["read"])


class GeneratedPython:
    """The generated function."""

    def __init__(self, read: Callable[[Mapping[str, Any]], tuple[list[str], list[str]]]) -> None:
        self.one = read


def _comparison(value: str, one: Mapping[str, Any]) -> tuple[str, str]:
    op = one["op"]
    if op in ("known", "unknown"):
        known = f"{value} is {'not ' if op == 'known' else ''}None"
        return known, known
    if op in ("at_least", "below"):
        said = f"{value} {'>=' if op == 'at_least' else '<'} {one['limit']!r}"
    elif len(one["values"]) == 1:
        said = f"{value} {'==' if op == 'in' else '!='} {one['values'][0]!r}"
    else:
        said = f"{value} {'in' if op == 'in' else 'not in'} {set(one['values'])!r}"
    return f"{value} is not None and {said}", f"{value} is None or {said}"


def _program(program: Any, kind: str) -> str:
    if isinstance(program, int):
        return f"{kind}{program}"
    parts = [_program(part, kind) for part in program[1:]]
    if not parts:
        return str(program[0] == "all")
    return f"({(' and ' if program[0] == 'all' else ' or ').join(parts)})"
