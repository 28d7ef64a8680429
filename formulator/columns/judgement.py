"""From rules to statuses, decision and questions, as rows of bits; the ladder and the decision are the engine's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from formulator.columns.facts import Conditions, Facts
from formulator.columns.program import FALSE, TRUE, Row
from formulator.engine.answer import MOVABLE, STATUSES
from formulator.engine.standing import NOTHING_SAID, Standing, said_by
from formulator.engine.tables import decision_by_rules, decision_when_nothing_is_left, ladder
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import Rule


@dataclass(frozen=True)
class Judgement:
    """What follows for many patients: `certain` and `open` hold the rows of every rule by id."""

    knowledge: Knowledge
    facts: Facts
    conditions: Mapping[str, Conditions]
    indications: Mapping[str, Row]

    @cached_property
    def certain(self) -> Mapping[str, Row]:
        """For each rule, the patients for whom it holds."""
        return {name: self.facts.certainly(condition) for name, condition in self.conditions.items()}

    @cached_property
    def open(self) -> Mapping[str, Row]:
        """For each rule, the patients for whom it hangs on something unknown."""
        made = self.facts.builder
        return {
            name: made.without(self.facts.possibly(condition), self.certain[name])
            for name, condition in self.conditions.items()
        }

    def _any(self, rows: Mapping[str, Row], rules: Iterable[Rule]) -> Row:
        """One of the rules; those about the same components are joined first, as all of these share the result."""
        alike: dict[tuple[str, ...], list[Row]] = {}
        for rule in rules:
            alike.setdefault(self.knowledge.components_of_rule[rule.id], []).append(rows[rule.id])
        made = self.facts.builder
        return made.either(*(made.either(*together) for together in alike.values()))

    @cached_property
    def statuses(self) -> Mapping[str, Mapping[str, Row]]:
        """For each component, the patients for whom it has each status."""
        return {name: self._status_rows(name) for name in self.knowledge.components}

    def _status_rows(self, component: str) -> Mapping[str, Row]:
        saying: dict[Standing, list[Rule]] = {}
        about = self.knowledge.rules_about[component]
        for rule in about:
            saying.setdefault(said_by(rule), []).append(rule)
        saying.pop(NOTHING_SAID, None)
        marks = tuple(sorted(saying))
        blocked = self._any(self.open, (rule for rule in about if rule.unknown == "block"))
        bits = [blocked, *(self._any(self.certain, saying[mark]) for mark in marks)]
        diagram = ladder(marks)
        return {
            one: self.facts.builder.tabulated(diagram, bits, lambda result, one=one: result == one) for one in STATUSES
        }

    @cached_property
    def movable(self) -> Mapping[str, Row]:
        """For each component, the patients in whose answer it is used or waits to be."""
        return {
            name: self.facts.builder.either(*(rows[status] for status in STATUSES if status in MOVABLE))
            for name, rows in self.statuses.items()
        }

    @cached_property
    def decisions(self) -> Mapping[str, Row]:
        """For each decision, the patients for whom it is made."""
        made = self.facts.builder
        forcing, diagram = decision_by_rules(self.knowledge)
        question = self._any(self.open, (rule for rule in self.knowledge.deciding_rules if rule.delays_until_answered))
        bits = [question, *(self._any(self.certain, rules) for rules in forcing.values())]
        by_rules = {one: made.tabulated(diagram, bits, lambda result, one=one: result == one) for one in GRAVEST_FIRST}
        left = made.either(*(self.movable[name] for name in sorted(self.knowledge.into_skin)))
        nothing_left = made.without(by_rules["treat"], left)
        forcing, diagram = decision_when_nothing_is_left(self.knowledge)
        bits = [self._any(self.certain, rules) for rules in forcing.values()]
        left_over = {one: made.tabulated(diagram, bits, lambda result, one=one: result == one) for one in GRAVEST_FIRST}
        return {
            one: made.either(made.without(by_rules[one], nothing_left), made.both(left_over[one], nothing_left))
            for one in GRAVEST_FIRST
        }

    @cached_property
    def wanted(self) -> Mapping[str, Row]:
        """For each input field, the patients of whom it is unknown and may be worth asking.

        A work-up wants it, or a rule that could matter hangs on it or has noticed its absence. Every question of the
        engine is among these; the engine asks only those of which an answer changes something.
        """
        found: dict[str, list[Row]] = {}
        for rule in self.knowledge.rules.values():
            if not rule.when_nothing_is_left:
                for field, where in self._hanging_on(rule).items():
                    found.setdefault(field, []).append(where)
        for name, indication in self.knowledge.indications.items():
            for field in (field for test in indication.work_up for field in test.fields):
                found.setdefault(field, []).append(self.indications[name])
        made, fields = self.facts.builder, self.knowledge.catalogue.fields
        return {name: made.both(self._unknown(name), made.either(*found[name])) for name in fields if name in found}

    def _unknown(self, field: str) -> Row:
        """A field that no condition reads has no row and counts as unknown."""
        return self.facts.unknown(field) if field in self.facts.fields else TRUE

    def _hanging_on(self, rule: Rule) -> Mapping[str, Row]:
        made = self.facts.builder
        matters = self._matters(rule)
        found: dict[str, list[Row]] = {}
        for parts in self.conditions[rule.id] if matters != FALSE else ():
            hangs = made.both(matters, self.open[rule.id], self.facts.possibly_all(parts))
            noticed = made.both(matters, self.certain[rule.id])
            for part in parts:
                if part.can_hang:
                    found.setdefault(part.field, []).append(hangs)
                elif part.certain & 1:
                    found.setdefault(part.field, []).append(noticed)
        return {field: made.either(*rows) for field, rows in found.items()}

    def _matters(self, rule: Rule) -> Row:
        """As the engine's questions have it: an objection to what is not in the answer anyway is not worth asking."""
        if rule.role or rule.delays_until_answered:
            return TRUE
        return self.facts.builder.either(*(self.movable[name] for name in self.knowledge.components_of_rule[rule.id]))
