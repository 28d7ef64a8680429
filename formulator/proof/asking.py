"""When a field is named as an assumption or asked, as formulas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import z3

from formulator.engine.answer import MOVABLE, STATUSES
from formulator.knowledge.base import ASKED_THROUGH, GRAVEST_FIRST
from formulator.knowledge.items import Rule
from formulator.proof.answers import Answers
from formulator.proof.booleans import FALSE, TRUE, Formula, both, either, negated
from formulator.proof.formulas import carriers


def with_field(formulas: Sequence[Formula], answers: Answers, field: str, value: object) -> tuple[Formula, ...]:
    """The same formulas for the same patient with one given field set: to a value, or to unknown (None).

    All are packed into one term, so that what they share is rewritten once.
    """
    given = answers.variables.field(field)
    fixed = [(one, TRUE if shown == value else FALSE) for shown, one in given.values]
    packed = z3.substitute(z3.Or(*formulas, FALSE, FALSE), *fixed).children()
    if len(packed) != len(formulas) + 2:
        raise ValueError("z3 has not kept the formulas apart")
    return tuple(cast(Formula, part) for part in packed[: len(formulas)])


@dataclass(frozen=True)
class Asking:
    """What the answers assume and ask."""

    answers: Answers

    @cached_property
    def hanging(self) -> Mapping[str, Mapping[str, Formula]]:
        """For each rule, for each field that it may hang on, when it does."""
        answers = self.answers
        return {rule.id: carriers(rule.when, None, answers.facts) for rule in answers.read}

    @cached_property
    def noticing(self) -> Mapping[str, Mapping[str, Formula]]:
        """For each rule that asks what is known, for each field: when its absence is why the rule holds."""
        answers = self.answers
        noticing = dict.fromkeys(rule for rules in answers.knowledge.rules_noticing.values() for rule in rules)
        return {rule.id: carriers(rule.when, True, answers.facts) for rule in noticing}

    def touches(self, rule: Rule, usable: bool) -> Formula:
        """When a rule speaks about something that is usable, or else about something usable or waiting."""
        return self._touched[usable, self.answers.knowledge.components_of_rule[rule.id]]

    @cached_property
    def _touched(self) -> Mapping[tuple[bool, tuple[str, ...]], Formula]:
        answers = self.answers
        spoken_of = set(answers.knowledge.components_of_rule.values())
        states = {True: answers.usable, False: answers.movable}
        return {(key, names): either(*map(state, names)) for key, state in states.items() for names in spoken_of}

    def assumed(self, field: str) -> Formula:
        """When a field, or a fact that is asked through it, is taken as absent for something that is used."""
        return either(*self._assumptions.get(field, ()))

    @cached_property
    def _assumptions(self) -> Mapping[str, Sequence[Formula]]:
        found: dict[str, list[Formula]] = {}
        for rule in self.answers.read:
            for name, when in self.hanging[rule.id].items() if rule.unknown == "assume" else ():
                found.setdefault(ASKED_THROUGH.get(name, name), []).append(both(when, self.touches(rule, usable=True)))
        return found

    def asked(self, field: str) -> Formula:
        """When a field is among the questions: a rule or a work-up wants it, and an answer would change something."""
        unknown = negated(self.answers.facts.field(field).known)
        by_rule = either(*(self._wants(rule, field) for rule in self.answers.read))
        tests = (name for name, one in self.answers.knowledge.indications.items() if _tests(one.work_up, field))
        for_work_up = either(*map(self.answers.indication, tests))
        return both(unknown, either(for_work_up, both(by_rule, self._changes(field))))

    def _wants(self, rule: Rule, field: str) -> Formula:
        hangs = [found.get(rule.id, {}).get(field, FALSE) for found in (self.hanging, self.noticing)]
        return both(either(*hangs), TRUE if rule.role else self.touches(rule, usable=False))

    def _changes(self, field: str) -> Formula:
        """When one of the answers that rules tell apart changes the decision or moves a component."""
        answers = self.answers
        cells, space = answers.knowledge.cells.get(field, ()), answers.variables.space
        shown = (space.cells[field][space.place(field, cell.value)].value for cell in cells)
        before = self._shown
        return either(*(_differ(before, with_field(before, answers, field, value)) for value in shown))

    @cached_property
    def _shown(self) -> tuple[Formula, ...]:
        """Decision and the statuses of what is used or waits: what a question reports a change of."""
        answers = self.answers
        statuses = [status for status in STATUSES if status in MOVABLE]
        moving = [answers.status(name, status) for name in answers.knowledge.components for status in statuses]
        return (*(answers.decision(one) for one in GRAVEST_FIRST), *moving)


def _differ(before: Sequence[Formula], after: Sequence[Formula]) -> Formula:
    changed = [(one, other) for one, other in zip(before, after, strict=True) if not one.eq(other)]
    return either(*(either(both(one, negated(other)), both(negated(one), other)) for one, other in changed))


def _tests(work_up: Iterable[object], field: str) -> bool:
    return any(field in getattr(test, "fields", ()) for test in work_up)
