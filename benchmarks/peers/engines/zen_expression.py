"""zen-engine, its fastest form: one compiled expression, a list with an entry per rule.

The language has no unknown, and compares null with numbers as an error: each rule is written as a certain and a
possible expression (see `expressions`), and its entry is true, null (open) or false. The ids are put to the entries
in Python, which is quicker than to have the engine return words.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress
from typing import Any

import zen

from benchmarks.peers.engines.expressions import Language

LANGUAGE = Language()


def prepare(rules: Mapping[str, Any]) -> ZenExpression:
    """Compile the list."""
    return ZenExpression([rule["id"] for rule in rules["rules"]], zen.compile_expression(LANGUAGE.as_list(rules)))


def lists_of(names: list[str], values: list[Any]) -> tuple[list[str], list[str]]:
    """Ids of the rules that hold and that are open, from an entry per rule."""
    return list(compress(names, values)), [name for name, value in zip(names, values, strict=True) if value is None]


class ZenExpression:
    """The compiled list of rules."""

    def __init__(self, names: list[str], expression: Any) -> None:
        self.names, self.expression = names, expression

    def one(self, facts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """Rules that hold, rules that are open."""
        return lists_of(self.names, self.expression.evaluate(facts))
