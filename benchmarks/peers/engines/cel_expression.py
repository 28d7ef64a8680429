"""CEL (common-expression-language, in Rust): one compiled program, a list with an entry per rule.

A name without a value is an error in CEL, so every field is given, unknown ones as null. Certain and possible
expressions as for the other engines; the entry is true, null (open) or false.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cel

from benchmarks.peers.engines.expressions import Language
from benchmarks.peers.engines.zen_expression import lists_of

LANGUAGE = Language(both="&&", either="||", not_in="!({field} in [{values}])")


def prepare(rules: Mapping[str, Any]) -> Cel:
    """Compile the list."""
    names = [rule["id"] for rule in rules["rules"]]
    return Cel(names, cel.compile(LANGUAGE.as_list(rules)), {field["name"]: None for field in rules["fields"]})


class Cel:
    """The compiled list of rules."""

    def __init__(self, names: list[str], program: cel.Program, nothing_known: dict[str, Any]) -> None:
        self.names, self.program, self.nothing_known = names, program, nothing_known

    def one(self, facts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """Rules that hold, rules that are open."""
        return lists_of(self.names, self.program.execute({**self.nothing_known, **facts}))
