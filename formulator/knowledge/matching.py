"""The rules compiled for one patient: which hold, which hang on something unknown, and the fields that carry it.

The truths are those of `truth`, the fields those of `carried_by`; what those two say is the reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from formulator.conditions import carried_by
from formulator.conditions.compiled import FieldMasks, Form, Listing, Match, compile_conditions
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
        self._names = [rule.id for rule in self.rules]
        self._plain = [_plain(self.form, position) for position in range(len(self.rules))]
        self._one_unknown = [
            one.can_hang if one is not None and len(one.can_hang) == 1 else None for one in self._plain
        ]
        self._fields = [one.fields if one is not None else None for one in self._plain]
        self.bit = {self._names[at]: 1 << bit for bit, at in enumerate(self.masks.order)}
        self.names = Listing([self._names[at] for at in self.masks.order])
        self.hanging_on, self.not_plain = self._carried_alike()

    def _carried_alike(self) -> tuple[Mapping[str, int], int]:
        """For each field, the rules that hang on it whenever they hang and it is unknown; and the rules of which the
        conditions must be read to know that."""
        fields: dict[str, int] = {}
        others = 0
        for name, plain in zip(self._names, self._plain, strict=True):
            if plain is None:
                others |= self.bit[name]
            for field in plain.can_hang if plain is not None else ():
                fields[field] = fields.get(field, 0) | self.bit[name]
        return fields, others

    def bits(self, names: Iterable[str]) -> int:
        """These rules as bits; names of other rules are passed over."""
        return reduce(or_, (self.bit[name] for name in names if name in self.bit), 0)

    def match(self, facts: Facts) -> Match:
        """Read every rule on one patient."""
        return self.masks.match(facts)

    def holding(self, match: Match, facts: Facts) -> Carriers:
        """For each rule that holds, in the order of the rules, the fields that settle it."""
        names, plain = self._names, self._fields
        return {names[at]: plain[at] or self._settled_by(at, facts) for at in self.masks.positions(match.certain)}

    def hanging(self, match: Match, facts: Facts) -> Carriers:
        """For each rule that hangs, in the order of the rules, the unknown fields whose answers could settle it."""
        names, alone = self._names, self._one_unknown
        return {names[at]: alone[at] or self._hanging_on(at, facts) for at in self.masks.positions(match.open)}

    def _settled_by(self, position: int, facts: Facts) -> tuple[str, ...]:
        plain = self._plain[position]
        return self._carried(position, facts, True) if plain is None else plain.fields

    def _hanging_on(self, position: int, facts: Facts) -> tuple[str, ...]:
        plain = self._plain[position]
        if plain is None:
            return self._carried(position, facts, None)
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
