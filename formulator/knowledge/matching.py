"""The rules compiled for one patient: which hold, which hang on something unknown, and the fields that carry it.

The truths are those of `truth`, the fields those of `carried_by`; what those two say is the reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from formulator.conditions import carried_by
from formulator.conditions.compiled import FieldMasks, Form, Match, compile_conditions
from formulator.conditions.evaluate import Facts, Truth
from formulator.knowledge.items import Rule

Carriers = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Plain:
    """A rule whose condition is comparisons joined by "and": all fields carry it if it holds, unknown ones if not."""

    fields: tuple[str, ...]
    can_hang: tuple[str, ...]


class RuleMatcher:
    """Some rules, compiled; they are named by their position."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.form = compile_conditions([rule.when for rule in self.rules])
        self.masks = FieldMasks(self.form)
        self._plain = [_plain(self.form, position) for position in range(len(self.rules))]

    def match(self, facts: Facts) -> Match:
        """Read every rule on one patient."""
        return self.masks.match(facts)

    def holding(self, match: Match, facts: Facts) -> Carriers:
        """For each rule that holds, in the order of the rules, the fields that settle it."""
        return {self.rules[at].id: self._settled_by(at, facts) for at in self.masks.positions(match.certain)}

    def hanging(self, match: Match, facts: Facts) -> Carriers:
        """For each rule that hangs, in the order of the rules, the unknown fields whose answers could settle it."""
        return {self.rules[at].id: self._hanging_on(at, facts) for at in self.masks.positions(match.open)}

    def _settled_by(self, position: int, facts: Facts) -> tuple[str, ...]:
        plain = self._plain[position]
        return self._carried(position, facts, True) if plain is None else plain.fields

    def _hanging_on(self, position: int, facts: Facts) -> tuple[str, ...]:
        plain = self._plain[position]
        if plain is None:
            return self._carried(position, facts, None)
        if len(plain.can_hang) == 1:
            return plain.can_hang
        return tuple(field for field in plain.can_hang if field not in facts)

    def _carried(self, position: int, facts: Facts, value: Truth) -> tuple[str, ...]:
        return carried_by(self.rules[position].when, facts, value)


def _plain(form: Form, position: int) -> _Plain | None:
    """None for a condition with several alternatives, where the fields depend on which of them count."""
    conjunctions = form.conditions[position]
    if len(conjunctions) != 1:
        return None
    fields = tuple(part.field for part in conjunctions[0])
    return _Plain(fields, tuple(part.field for part in conjunctions[0] if part.can_hang))
