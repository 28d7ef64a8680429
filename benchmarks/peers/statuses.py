"""The status of every component from the rules that hold and the open ones: one small function, shared by all peers.

Ours answers that with its own (formulator/engine/rule_sets.py), and is checked against the same expected statuses.

No peer can say it in its own language as briefly, and written in each it would measure the same additions. The
standings of all components are kept side by side in one whole number, so that a rule is added with one `|`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from struct import Struct
from typing import Any

MARKS, LANE = 14, 16
"""Bits of a standing, after which comes one for a blocking question; and the bits that a component has in all."""
Statuses = Callable[[Iterable[str], Iterable[str]], list[str]]


def prepare(rules: Mapping[str, Any]) -> Statuses:
    """The function for these rules."""
    names, count = [rule["id"] for rule in rules["rules"]], len(rules["components"])
    holding = {
        name: sum(mark << (LANE * component) for component in about)
        for name, mark, about in zip(names, rules["marks"], rules["about"], strict=True)
        if mark
    }
    blocking = {
        name: sum(1 << (LANE * component + MARKS) for component in about)
        for name, blocks, about in zip(names, rules["blocks"], rules["about"], strict=True)
        if blocks
    }
    blocks = frozenset(blocking)
    table = [*rules["statuses"][False], *rules["statuses"][True]]
    lanes, size = Struct(f"<{count}H"), count * LANE // 8

    def statuses(holds: Iterable[str], hangs: Iterable[str]) -> list[str]:
        standing = 0
        for name in holds:
            standing |= holding.get(name, 0)
        for name in blocks.intersection(hangs):
            standing |= blocking[name]
        return [table[one] for one in lanes.unpack(standing.to_bytes(size, "little"))]

    return statuses
