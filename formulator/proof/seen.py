"""A statement read on one answer of the engine: the witness that a counter-example is real."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from formulator.conditions import truth
from formulator.engine import recommend
from formulator.engine.answer import USABLE, ComponentAnswer, Recommendation
from formulator.engine.facts import facts_of
from formulator.engine.findings import Findings, read_rules
from formulator.engine.washouts import is_taken
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.profile import profile_from_mapping
from formulator.proof import statements as say
from formulator.proof.invariants import Law


@dataclass(frozen=True)
class Seen:
    """An answer of the engine, with the facts and rules behind it."""

    answer: Recommendation
    facts: Mapping[str, Any]
    findings: Findings
    knowledge: Knowledge

    def holds(self, statement: say.Statement) -> bool:
        """Whether the statement is true of this answer."""
        return _READ[type(statement)](statement, self)

    def members(self, subjects: Iterable[str]) -> frozenset[str]:
        """The components that these subjects stand for."""
        return frozenset().union(*map(self.knowledge.members, subjects))


def seen(document: Mapping[str, Any], knowledge: Knowledge, today: date) -> Seen:
    """The engine's answer to a profile as a clinician would write it.

    Raises FaultsFound where the profile is not valid.
    """
    profile = profile_from_mapping(document, "profile", knowledge.catalogue)
    facts = facts_of(profile, knowledge, today)
    return Seen(recommend(profile, knowledge, today), facts, read_rules(knowledge, facts), knowledge)


def breaks(law: Law, among: Iterable[str], before: Seen, after: Seen) -> bool:
    """Whether the second answer breaks a law of a change against the first."""
    members = before.members(among)
    old, new = (_used_ids(one, members) for one in (before, after))
    if law == "never_adds":
        return not new <= old
    if law == "never_removes":
        return not old <= new
    if law == "never_milder":
        return _gravity(after) > _gravity(before)
    if law == "never_permits":
        return before.answer.decision != "treat" and after.answer.decision == "treat"
    return not _pauses(before) <= _pauses(after)


def _gravity(at: Seen) -> int:
    """The place of the decision that the rules force: small is grave."""
    return GRAVEST_FIRST.index(at.knowledge.decision_of(at.findings.holds, at.findings.open))


def _used_ids(at: Seen, members: frozenset[str]) -> frozenset[str]:
    return frozenset(one.id for one in at.answer.components if one.id in members and one.status in USABLE)


def _pauses(at: Seen) -> frozenset[str]:
    return frozenset(one.id for one in at.knowledge.washouts if is_taken(one, at.facts))


def _no_plan_with(one: say.NoPlanWith, at: Seen) -> bool:
    sessions = at.answer.plan.sessions if at.answer.plan else ()
    formulated = bool(at.answer.formulations)
    parts = {
        "sessions": bool(sessions),
        "procedure": formulated or any(each.components for each in sessions),
        "formulation": formulated,
    }
    return not parts[one.part]


def _plan_without(one: say.PlanWithout, at: Seen) -> bool:
    plan = at.answer.plan
    return plan is not None and not (plan.reassess if one.part == "reassessment" else plan.stop_rule.strip())


def _used(one: say.Used, at: Seen) -> bool:
    return any(at.answer.component(name).status in USABLE for name in at.members(one.subjects))


def _some_component(one: say.SomeComponent, at: Seen) -> bool:
    return any(_fits(at.answer.component(name), one, at) for name in at.members(one.among))


def _fits(component: ComponentAnswer, one: say.SomeComponent, at: Seen) -> bool:
    if one.statuses and component.status not in one.statuses:
        return False
    about = [rule for rule in at.findings.holds if component.id in at.knowledge.component_set_of_rule[rule]]
    return (
        (one.argument is None or _any_matches(one.argument, about, at))
        and (one.without is None or not _any_matches(one.without, about, at))
        and (not one.regulated or _stands_here(component.id, one.regulated, at))
    )


def _stands_here(component: str, standings: tuple[str, ...], at: Seen) -> bool:
    """Whether the component has one of these legal standings in the place."""
    regulatory = (each for each in at.knowledge.components[component].regulatory if each.status in standings)
    return any(truth(say.place_is(each.jurisdiction), at.facts) for each in regulatory)


def _any_matches(wanted: say.ArgumentFilter, rules: Iterable[str], at: Seen) -> bool:
    return any(wanted.matches(at.knowledge.rules[rule], at.knowledge) for rule in rules)


def _unnamed_unknown(one: say.UnnamedUnknown, at: Seen) -> bool:
    assumed = {each.field for each in at.answer.assumptions}
    asked = {each.field for each in at.answer.missing}
    for name, fields in at.findings.open.items():
        rule = at.knowledge.rules[name]
        touched = [at.answer.component(each).status for each in at.knowledge.components_of_rule[name]]
        states = USABLE if rule.is_assumed_absent else USABLE | {"deferred"}
        meant = one.filter.matches(rule, at.knowledge) and states.intersection(touched)
        told = assumed if rule.unknown == "assume" else assumed | asked
        if meant and any(say.asked_through(field) not in told for field in fields):
            return True
    return False


_READ: Mapping[type, Callable[[Any, Seen], bool]] = {
    say.DecisionIs: lambda one, at: at.answer.decision in one.decisions,
    say.HasPlan: lambda _, at: at.answer.plan is not None,
    say.NoPlanWith: _no_plan_with,
    say.PlanWithout: _plan_without,
    say.Used: _used,
    say.SomeComponent: _some_component,
    say.SomeArgument: lambda one, at: _any_matches(one.filter, at.findings.holds, at),
    say.HasReason: lambda _, at: bool(at.answer.decision_arguments),
    say.OneDecision: lambda _, at: at.answer.decision in GRAVEST_FIRST,
    say.Assumed: lambda one, at: any(each.field == one.field for each in at.answer.assumptions),
    say.Asked: lambda one, at: any(each.field == one.field for each in at.answer.missing),
    say.UnnamedUnknown: _unnamed_unknown,
    say.EveryOf: lambda one, at: all(map(at.holds, one.parts)),
    say.SomeOf: lambda one, at: any(map(at.holds, one.parts)),
    say.NotSo: lambda one, at: not at.holds(one.part),
}
