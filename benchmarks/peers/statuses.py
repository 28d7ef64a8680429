"""The status of every component from the rules that hold and the open ones: one small function, shared by all peers.

No peer can say it in its own language as briefly, and written in each it would measure the same additions. The
standings of all components are kept side by side in one whole number, so that a rule is added with one `|`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

MARKS = 14
Statuses = Callable[[Iterable[str], Iterable[str]], list[str]]


def prepare(rules: Mapping[str, Any]) -> Statuses:
    """The function for these rules."""
    width = MARKS + 1
    names, count = [rule["id"] for rule in rules["rules"]], len(rules["components"])
    holding = {
        name: sum(mark << (width * component) for component in about)
        for name, mark, about in zip(names, rules["marks"], rules["about"], strict=True)
        if mark
    }
    blocking = {
        name: sum(1 << (width * component + MARKS) for component in about)
        for name, blocks, about in zip(names, rules["blocks"], rules["about"], strict=True)
        if blocks
    }
    table = [*rules["statuses"][False], *rules["statuses"][True]]
    shifts, mask = range(0, width * count, width), (1 << width) - 1

    def statuses(holds: Iterable[str], hangs: Iterable[str]) -> list[str]:
        standing = 0
        for name in holds:
            standing |= holding.get(name, 0)
        for name in hangs:
            standing |= blocking.get(name, 0)
        return [table[standing >> shift & mask] for shift in shifts]

    return statuses
