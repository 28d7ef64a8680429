"""A program of and/or as a list of conjunctions, for engines whose rules are rows or patterns."""

from __future__ import annotations

from itertools import product
from typing import Any

Conjunction = tuple[int, ...]


def conjunctions(program: Any) -> list[Conjunction]:
    """The numbers of the comparisons that must be met together, one entry per way; one empty entry: always."""
    if isinstance(program, int):
        return [(program,)]
    parts = [conjunctions(part) for part in program[1:]]
    if program[0] == "any":
        return list(dict.fromkeys(one for part in parts for one in part))
    ways = (tuple(sorted(set().union(*chosen))) for chosen in product(*parts))
    return list(dict.fromkeys(ways))
