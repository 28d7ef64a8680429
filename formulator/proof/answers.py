"""The answer for every possible patient, as formulas: rules, statuses of components, the decision.

Statuses and decisions are tabulated from the engine's own functions, so the ladder stands in one place only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from formulator.engine.answer import MOVABLE, STATUSES, USABLE
from formulator.engine.standing import NOTHING_SAID, Standing, said_by
from formulator.engine.tables import decision_by_rules, decision_when_nothing_is_left, ladder
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import TREATMENT, Rule
from formulator.proof.booleans import FALSE, Formula, both, either, negated
from formulator.proof.facts import INDICATION, DerivedFacts, facts_of
from formulator.proof.formulas import Kleene, kleene
from formulator.proof.space import Space, space_of
from formulator.proof.tables import formulas_of
from formulator.proof.variables import Variables, variables_of


@dataclass(frozen=True)
class Answers:
    """The answers of a knowledge base to all patients; each part is made when it is first asked for."""

    knowledge: Knowledge
    variables: Variables
    facts: DerivedFacts

    @cached_property
    def rules(self) -> Mapping[str, Kleene]:
        """How each rule reads; a rule for when nothing is left is read with the others, and used apart."""
        return {name: kleene(rule.when, self.facts) for name, rule in self.knowledge.rules.items()}

    @cached_property
    def read(self) -> tuple[Rule, ...]:
        """The rules that are read for every patient."""
        return tuple(rule for rule in self.knowledge.rules.values() if not rule.when_nothing_is_left)

    def with_other_decisions(self, knowledge: Knowledge, rule: str) -> Answers:
        """The answers of a knowledge base that differs in one rule (changed or gone), where it changes no status."""
        made = Answers(knowledge, self.variables, self.facts)
        rules = {name: read for name, read in self.rules.items() if name != rule}
        if rule in knowledge.rules:
            rules[rule] = kleene(knowledge.rules[rule].when, self.facts)
        vars(made).update(rules=rules, _statuses=self._statuses, _movable=self._movable)
        return made

    def holds(self, rule: str) -> Formula:
        """When a rule holds."""
        return self.rules[rule].true

    def open(self, rule: str) -> Formula:
        """When a rule hangs on something unknown."""
        return self.rules[rule].unknown

    def any_holds(self, rules: Iterable[Rule]) -> Formula:
        """When at least one of these rules holds."""
        return either(*(self.holds(rule.id) for rule in rules))

    def any_open(self, rules: Iterable[Rule]) -> Formula:
        """When at least one of these rules hangs on something unknown."""
        return either(*(self.open(rule.id) for rule in rules))

    def indication(self, name: str) -> Formula:
        """When this is what is treated."""
        return self.facts.field(INDICATION).has(name)

    @cached_property
    def _statuses(self) -> Mapping[str, Mapping[str, Formula]]:
        return {name: self._status_formulas(name) for name in self.knowledge.components}

    def _status_formulas(self, component: str) -> Mapping[str, Formula]:
        saying: dict[Standing, list[Rule]] = {}
        for rule in self.knowledge.rules_about[component]:
            saying.setdefault(said_by(rule), []).append(rule)
        saying.pop(NOTHING_SAID, None)
        marks = tuple(sorted(saying))
        blocked = self.any_open(rule for rule in self.knowledge.rules_about[component] if rule.unknown == "block")
        return formulas_of(ladder(marks), [blocked, *(self.any_holds(saying[mark]) for mark in marks)])

    def status(self, component: str, *statuses: str) -> Formula:
        """When a component has one of these statuses."""
        found = self._statuses[component]
        return either(*(found.get(status, FALSE) for status in statuses))

    @cached_property
    def _usable(self) -> Mapping[str, Formula]:
        return {name: self.status(name, *_in_order(USABLE)) for name in self.knowledge.components}

    @cached_property
    def _movable(self) -> Mapping[str, Formula]:
        return {name: self.status(name, *_in_order(MOVABLE)) for name in self.knowledge.components}

    def usable(self, component: str) -> Formula:
        """When a component is recommended, adjunct or optional."""
        return self._usable[component]

    def movable(self, component: str) -> Formula:
        """When a component is usable or waits to be."""
        return self._movable[component]

    @cached_property
    def _questions(self) -> tuple[Rule, ...]:
        """The rules on the whole procedure that delay until their question is answered."""
        return tuple(rule for rule in self.read if rule.delays_until_answered)

    @cached_property
    def question_open(self) -> Formula:
        """When a question about the whole procedure must be answered first."""
        return self.any_open(self._questions)

    @cached_property
    def forced(self) -> Formula:
        """When a rule that holds forces a decision."""
        return self.any_holds(rule for rule in self.read if rule.decision)

    @cached_property
    def by_rules(self) -> Mapping[str, Formula]:
        """The decision before it is asked whether anything is left to use."""
        forcing, diagram = decision_by_rules(self.knowledge)
        bits = [self.question_open, *map(self.any_holds, forcing.values())]
        return formulas_of(diagram, bits)

    @cached_property
    def nothing_left(self) -> Formula:
        """When the rules would treat and no component that is brought into the skin is usable or waits."""
        left = either(*(self.movable(name) for name in sorted(self.knowledge.into_skin)))
        return both(self.by_rules.get("treat", FALSE), negated(left))

    @cached_property
    def left_over(self) -> Mapping[str, Formula]:
        """What is decided where nothing is left."""
        forcing, diagram = decision_when_nothing_is_left(self.knowledge)
        found = formulas_of(diagram, [self.any_holds(rules) for rules in forcing.values()])
        return {one: found.get(one, FALSE) for one in GRAVEST_FIRST}

    def decision(self, *decisions: str) -> Formula:
        """When one of these is decided."""
        return either(
            *(both(self.by_rules.get(one, FALSE), negated(self.nothing_left)) for one in decisions),
            *(both(self.nothing_left, self.left_over[one]) for one in decisions),
        )

    @cached_property
    def has_reason(self) -> Formula:
        """When the decision has at least one argument."""
        to_treat = self.any_holds(rule for rule in self.read if TREATMENT in rule.subject)
        for_nothing_left = self.any_holds(self.knowledge.rules_when_nothing_is_left)
        otherwise = either(
            both(self.by_rules.get("treat", FALSE), to_treat),
            both(negated(self.by_rules.get("treat", FALSE)), either(self.forced, self.question_open)),
        )
        return either(both(self.nothing_left, for_nothing_left), both(negated(self.nothing_left), otherwise))


def answers_of(knowledge: Knowledge, space: Space | None = None) -> Answers:
    """The answers to every patient of a space, by default the one that the knowledge itself tells apart."""
    variables = variables_of(space or space_of(knowledge))
    return Answers(knowledge, variables, facts_of(knowledge, variables))


def _in_order(statuses: frozenset[str]) -> list[str]:
    return [status for status in STATUSES if status in statuses]
