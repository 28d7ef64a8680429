"""Comparisons as cohorts ask them: words are the codes of their column, and 0 is unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from benchmarks.peers.patients import codes_of

Part = TypeVar("Part")


def coded(rules: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The comparisons with `is_word`, and codes instead of words."""
    fields = {field["name"]: field for field in rules["fields"]}
    return [_coded(one, fields[one["field"]]) for one in rules["comparisons"]]


def _coded(one: Mapping[str, Any], field: Mapping[str, Any]) -> dict[str, Any]:
    codes = codes_of(field)
    values = {"values": [codes[value] for value in one["values"]]} if "values" in one else {}
    return {**one, **values, "is_word": field["kind"] == "word"}


def folded(
    program: Any,
    leaf: Callable[[int], Part],
    both: Callable[[Part, Part], Part],
    either: Callable[[Part, Part], Part],
    constant: Callable[[bool], Part],
) -> Part:
    """A program as one expression of an engine, made with its own `and` and `or`."""
    if isinstance(program, int):
        return leaf(program)
    parts = [folded(part, leaf, both, either, constant) for part in program[1:]]
    if not parts:
        return constant(program[0] == "all")
    result = parts[0]
    for part in parts[1:]:
        result = both(result, part) if program[0] == "all" else either(result, part)
    return result
