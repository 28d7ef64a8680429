"""The two boolean expressions of a rule as text, for engines with a language of expressions but without unknowns.

Certain: every comparison also demands that its field is known. Possible: every comparison is also met where its field
is not known. A rule holds where it is certain, and is open where it is possible but not certain.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Language:
    """How an engine writes things down."""

    both: str = "and"
    either: str = "or"
    null: str = "null"
    not_in: str = "{field} not in [{values}]"
    equal_null_is_false: bool = True

    def of_rules(self, rules: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """For each rule, whether it holds, and whether it holds or is open."""
        certain = [self._known(one) for one in rules["comparisons"]]
        possible = [self._maybe(one) for one in rules["comparisons"]]
        for rule in rules["rules"]:
            yield self._text(rule["when"], certain), self._text(rule["when"], possible)

    def as_list(self, rules: Mapping[str, Any]) -> str:
        """All rules as one list: an entry is true where the rule holds, null where it is open, else false."""
        entries = (f"{possible} ? ({certain} ? true : null) : false" for certain, possible in self.of_rules(rules))
        return f"[{', '.join(entries)}]"

    def _text(self, program: Any, leaves: list[str]) -> str:
        if isinstance(program, int):
            return leaves[program]
        parts = [self._text(part, leaves) for part in program[1:]]
        if not parts:
            return "true" if program[0] == "all" else "false"
        word = self.both if program[0] == "all" else self.either
        return f"({f' {word} '.join(parts)})"

    def _known(self, one: Mapping[str, Any]) -> str:
        said = self.comparison(one)
        if one["op"] in ("known", "unknown") or (one["op"] == "in" and self.equal_null_is_false):
            return said
        return f"({one['field']} != {self.null} {self.both} {said})"

    def _maybe(self, one: Mapping[str, Any]) -> str:
        said = self.comparison(one)
        if one["op"] in ("known", "unknown"):
            return said
        return f"({one['field']} == {self.null} {self.either} {said})"

    def comparison(self, one: Mapping[str, Any]) -> str:
        """The comparison alone."""
        field, op = one["field"], one["op"]
        if op in ("known", "unknown"):
            return f"{field} {'!=' if op == 'known' else '=='} {self.null}"
        if op in ("at_least", "below"):
            return f"{field} {'>=' if op == 'at_least' else '<'} {self.literal(one['limit'])}"
        values = ", ".join(self.literal(value) for value in one["values"])
        if len(one["values"]) == 1:
            return f"{field} {'==' if op == 'in' else '!='} {values}"
        return f"{field} in [{values}]" if op == "in" else self.not_in.format(field=field, values=values)

    def literal(self, value: Any) -> str:
        """A word or a number."""
        return json.dumps(value)
