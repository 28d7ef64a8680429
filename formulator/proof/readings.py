"""A statement about an answer as a formula: when it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

from formulator.engine.answer import STATUSES
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import Component, Protocol, Rule
from formulator.proof import statements as say
from formulator.proof.answers import Answers
from formulator.proof.asking import Asking
from formulator.proof.booleans import TRUE, Formula, both, either, negated
from formulator.proof.formulas import kleene
from formulator.proof.plans import Plans


@dataclass(frozen=True)
class Readings:
    """All answers, and how statements read on them."""

    answers: Answers

    @cached_property
    def plans(self) -> Plans:
        """The plans of the answers."""
        return Plans(self.answers)

    @cached_property
    def asking(self) -> Asking:
        """What the answers assume and ask."""
        return Asking(self.answers)

    def formula(self, statement: say.Statement) -> Formula:
        """When the statement holds."""
        return _FORMULAS[type(statement)](statement, self)

    def components(self, subjects: Iterable[str]) -> tuple[str, ...]:
        """The components that these subjects stand for, sorted."""
        return tuple(sorted(frozenset().union(*map(self.answers.knowledge.members, subjects))))

    def meant(self, wanted: say.ArgumentFilter) -> tuple[Rule, ...]:
        """The rules that a filter means."""
        return tuple(rule for rule in self.answers.read if wanted.matches(rule, self.answers.knowledge))


def lacks(protocol: Protocol, part: str) -> bool:
    """Whether a course says nothing about a part that every plan needs."""
    if part == "reassessment":
        return not protocol.reassess
    return not (protocol.stop_rule and protocol.stop_rule.text.strip())


def _decision_is(one: say.DecisionIs, to: Readings) -> Formula:
    return to.answers.decision(*one.decisions)


def _no_plan_with(one: say.NoPlanWith, to: Readings) -> Formula:
    plans = to.plans
    parts = {"sessions": plans.sessions, "procedure": plans.procedure, "formulation": plans.formulation}
    return negated(parts[one.part])


def _plan_without(one: say.PlanWithout, to: Readings) -> Formula:
    return both(to.plans.planned, to.plans.follows(lambda protocol: lacks(protocol, one.part)))


def _used(one: say.Used, to: Readings) -> Formula:
    return either(*map(to.answers.usable, to.components(one.subjects)))


def _some_component(one: say.SomeComponent, to: Readings) -> Formula:
    return either(*(_this_component(name, one, to) for name in to.components(one.among)))


def _this_component(name: str, one: say.SomeComponent, to: Readings) -> Formula:
    answers = to.answers
    wanted = [TRUE]
    if one.statuses:
        wanted.append(answers.status(name, *one.statuses))
    if one.argument:
        wanted.append(_argued(name, one.argument, answers))
    if one.without:
        wanted.append(negated(_argued(name, one.without, answers)))
    if one.regulated:
        wanted.append(_stands(answers.knowledge.components[name], one.regulated, answers))
    return both(*wanted)


def _argued(name: str, wanted: say.ArgumentFilter, answers: Answers) -> Formula:
    about = answers.knowledge.rules_about[name]
    return answers.any_holds(rule for rule in about if wanted.matches(rule, answers.knowledge))


def _stands(component: Component, standings: tuple[str, ...], answers: Answers) -> Formula:
    """When the place is known and the component has one of these legal standings there."""
    return either(
        *(
            kleene(say.place_is(each.jurisdiction), answers.facts).true
            for each in component.regulatory
            if each.status in standings
        )
    )


def _one_decision(_: say.OneDecision, to: Readings) -> Formula:
    decisions = [to.answers.decision(one) for one in GRAVEST_FIRST]
    statuses = [[to.answers.status(name, one) for one in STATUSES] for name in to.answers.knowledge.components]
    return both(*map(_exactly_one, [decisions, *statuses]))


def _exactly_one(cases: list[Formula]) -> Formula:
    return both(either(*cases), *(negated(both(one, other)) for one, other in combinations(cases, 2)))


def _unnamed_unknown(one: say.UnnamedUnknown, to: Readings) -> Formula:
    """A fact that is assumed is named; anything else that matters is asked."""
    found = []
    for rule in to.meant(one.filter):
        touches = to.asking.touches(rule, usable=rule.is_assumed_absent)
        for field, hangs in to.asking.hanging[rule.id].items():
            told = _is_told(say.asked_through(field), rule, to)
            found.append(both(hangs, touches, negated(told)))
    return either(*found)


def _is_told(field: str, rule: Rule, to: Readings) -> Formula:
    assumed = to.asking.assumed(field)
    can_be_asked = rule.unknown != "assume" and field in to.answers.variables.given
    return either(assumed, to.asking.asked(field)) if can_be_asked else assumed


_FORMULAS: Mapping[type, Callable[[Any, Readings], Formula]] = {
    say.DecisionIs: _decision_is,
    say.HasPlan: lambda _, to: to.plans.planned,
    say.NoPlanWith: _no_plan_with,
    say.PlanWithout: _plan_without,
    say.Used: _used,
    say.SomeComponent: _some_component,
    say.SomeArgument: lambda one, to: to.answers.any_holds(to.meant(one.filter)),
    say.HasReason: lambda _, to: to.answers.has_reason,
    say.OneDecision: _one_decision,
    say.Assumed: lambda one, to: to.asking.assumed(one.field),
    say.Asked: lambda one, to: to.asking.asked(one.field),
    say.UnnamedUnknown: _unnamed_unknown,
    say.EveryOf: lambda one, to: both(*map(to.formula, one.parts)),
    say.SomeOf: lambda one, to: either(*map(to.formula, one.parts)),
    say.NotSo: lambda one, to: negated(to.formula(one.part)),
}
