"""When an answer holds a plan, sessions and components in them, as formulas.

The calendar is left out: where a session may lie, one is taken to lie. What is proven never to be planned is therefore
never planned, whatever the dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from formulator.engine.answer import USABLE
from formulator.engine.plan import PLANNED
from formulator.knowledge.items import Protocol
from formulator.proof.answers import Answers
from formulator.proof.booleans import FALSE, Formula, both, either, negated
from formulator.proof.formulas import carries_an_unknown, kleene


@dataclass(frozen=True)
class Plans:
    """The plans of all answers."""

    answers: Answers

    def follows(self, wanted: Callable[[Protocol], bool]) -> Formula:
        """When there is a course for the indication, and it is one of those wanted."""
        protocols = self.answers.knowledge.protocols
        return either(*(self.answers.indication(name) for name, one in protocols.items() if wanted(one)))

    def _can_be_given(self, component: str, *statuses: str) -> Formula:
        if component not in self.answers.knowledge.into_skin:
            return FALSE
        return both(self.answers.status(component, *statuses), self.answers.variables.stocked(component))

    def _some(self, status: str, devices: bool) -> Formula:
        knowledge = self.answers.knowledge
        names = (name for name in knowledge.components if devices or name not in knowledge.members("devices"))
        return either(*(self._can_be_given(name, status) for name in names))

    @cached_property
    def waits_for_answers(self) -> Formula:
        """When a main part or adjunct waits for answers, and nothing else keeps it back."""
        return either(*(self._waits(name) for name in sorted(self.answers.knowledge.into_skin)))

    def _waits(self, component: str) -> Formula:
        about = self.answers.knowledge.rules_about[component]
        supported = self.answers.any_holds(rule for rule in about if rule.role in ("main", "adjunct"))
        decided = (self._decided[rule.id] for rule in about if rule.kind == "excludes")
        return both(self._can_be_given(component, "deferred"), supported, negated(either(*decided)))

    @cached_property
    def _decided(self) -> Mapping[str, Formula]:
        """For each exclusion, when it holds and only what is known carries it."""
        facts = self.answers.facts
        return {
            rule.id: both(self.answers.holds(rule.id), negated(carries_an_unknown(rule.when, True, facts)))
            for rule in self.answers.read
            if rule.kind == "excludes"
        }

    @cached_property
    def _levels(self) -> tuple[Formula, Formula, Formula]:
        """When the sessions hold the main parts, the adjuncts, or an option."""
        main, adjuncts = self._some("recommended", devices=True), self._some("adjunct", devices=False)
        waits = self.waits_for_answers
        option = self._some("optional", devices=False)
        return main, both(negated(main), adjuncts), both(*map(negated, (main, adjuncts, waits)), option)

    def may_hold(self, component: str) -> Formula:
        """When a component may be chosen for the sessions; of several options one is, and any may be that one."""
        main, adjuncts, option = self._levels
        device = component in self.answers.knowledge.members("devices")
        return either(
            both(main, self._can_be_given(component, "recommended")),
            both(adjuncts, self._can_be_given(component, "adjunct")),
            FALSE if device else both(option, self._can_be_given(component, "optional")),
        )

    @cached_property
    def holds_something(self) -> Formula:
        """When something is chosen for the sessions."""
        return either(*self._levels)

    @cached_property
    def waits_for_decision(self) -> Formula:
        """When only an answer is missing for the decision."""
        answers = self.answers
        return both(answers.question_open, negated(answers.forced), negated(answers.nothing_left))

    @cached_property
    def planned(self) -> Formula:
        """When there is a plan."""
        waits = either(self.waits_for_decision, both(negated(self.holds_something), self.waits_for_answers))
        nothing = both(self.answers.decision("treat"), negated(self.holds_something), negated(waits))
        return both(self.follows(lambda _: True), self.answers.decision(*PLANNED), negated(nothing))

    @cached_property
    def sessions(self) -> Formula:
        """When the plan may have dated sessions."""
        return both(self.planned, either(self.answers.decision("treat"), self.waits_for_decision))

    @cached_property
    def provisional(self) -> Formula:
        """When the plan waits for answers."""
        waits = both(negated(self.holds_something), self.waits_for_answers)
        return both(self.planned, either(self.waits_for_decision, waits))

    @cached_property
    def procedure(self) -> Formula:
        """When something may be brought into the skin: components in dated sessions, or in a formulation."""
        return either(both(self.sessions, self.holds_something), self.formulation)

    @cached_property
    def formulation(self) -> Formula:
        """When a formulation may be put together."""
        answers = self.answers
        usable = either(*(self._can_be_given(name, *sorted(USABLE)) for name in sorted(answers.knowledge.into_skin)))
        allowed = both(answers.decision(*PLANNED), negated(answers.question_open), negated(self.provisional))
        return both(allowed, usable)

    def washout(self, identifier: str) -> Formula:
        """When the medicine of a washout is taken and its condition holds."""
        one = next(each for each in self.answers.knowledge.washouts if each.id == identifier)
        facts = self.answers.facts
        taken = facts.field(one.medicine).has("yes")
        return taken if one.when is None else both(taken, kleene(one.when, facts).true)
