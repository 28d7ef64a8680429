"""What is wished for: a component in the answer, or leave to treat; and what each wish still lacks.

A wish names, for the facts as they are, sets of fields of which at least one must change before it is met. A search
that branches on these sets misses nothing (formulator/conditions/nearest.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from formulator.conditions import DOES_NOT_HOLD, FAILS, HOLDS, must_change
from formulator.conditions.nearest import Fields
from formulator.engine.standing import LADDER, STEP_OF_ROLE
from formulator.explain.change.world import State
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule


class Target(Protocol):
    """Something that is wished for."""

    def lacking(self, state: State) -> list[Fields]:
        """Sets of facts of which one each must change; empty where the wish is met."""
        ...


@dataclass(frozen=True)
class InAnswer:
    """A component is used at least as `at_least`: recommended, adjunct or optional; `or_deferred`: it may also wait."""

    component: str
    knowledge: Knowledge
    at_least: str = "optional"
    or_deferred: bool = False

    @cached_property
    def _rules(self) -> dict[str, tuple[Rule, ...]]:
        kinds: dict[str, list[Rule]] = {"excludes": [], "against": [], "for": [], "confirms": []}
        for rule in self.knowledge.rules_about[self.component]:
            kinds[rule.kind].append(rule)
        return {kind: tuple(rules) for kind, rules in kinds.items()}

    @cached_property
    def _step(self) -> int:
        return LADDER.index(self.at_least)

    def lacking(self, state: State) -> list[Fields]:
        """Exclusions that hold, questions that block, support that is missing, limits that weigh more."""
        return [*self._kept_out(state), *self._unsupported(state)]

    def _kept_out(self, state: State) -> Iterator[Fields]:
        for rule in self._rules["excludes"]:
            value = state.truth_of(rule)
            if value is True and not (rule.until and self.or_deferred):
                yield must_change(rule.when, state.facts, DOES_NOT_HOLD)
            elif value is None and rule.unknown == "block" and not self.or_deferred:
                yield must_change(rule.when, state.facts, FAILS)

    def _unsupported(self, state: State) -> list[Fields]:
        if any(self._lifts(rule) and state.truth_of(rule) for rule in self._rules["confirms"]):
            return []
        confirmed = self._would_lift(self._rules["confirms"], state)
        speaks = any(self._lifts(rule) and state.truth_of(rule) for rule in self._rules["for"])
        missing = [] if speaks else [confirmed | self._would_lift(self._rules["for"], state)]
        limits = [rule for rule in self._rules["against"] if self._limits(rule) and state.truth_of(rule)]
        return missing + [confirmed | must_change(rule.when, state.facts, DOES_NOT_HOLD) for rule in limits]

    def _lifts(self, rule: Rule) -> bool:
        return rule.role is not None and STEP_OF_ROLE[rule.role] <= self._step

    def _limits(self, rule: Rule) -> bool:
        return rule.limits_to is not None and LADDER.index(rule.limits_to) > self._step

    def _would_lift(self, rules: Sequence[Rule], state: State) -> Fields:
        silent = [rule for rule in rules if self._lifts(rule)]
        return frozenset().union(*(must_change(rule.when, state.facts, HOLDS) for rule in silent))

    def nearest_support(self, state: State) -> list[Rule]:
        """The rules that would speak for the component at this step or above, and do not hold."""
        rules = (*self._rules["for"], *self._rules["confirms"])
        return [rule for rule in rules if self._lifts(rule) and state.truth_of(rule) is not True]


@dataclass(frozen=True)
class Treatable:
    """The decision is to treat: no rule forbids, refers or delays, no question blocks, something is left to use."""

    knowledge: Knowledge

    @cached_property
    def _parts(self) -> list[InAnswer]:
        """What could be treated with; what was left the last time is asked first."""
        return [InAnswer(name, self.knowledge, or_deferred=True) for name in sorted(self.knowledge.into_skin)]

    def lacking(self, state: State) -> list[Fields]:
        """Decisions that are forced, questions that block, and something to treat with."""
        forced = list(self._forced(state))
        decides = [rule for rule in self.knowledge.rules_when_nothing_is_left if state.truth_of(rule)]
        if forced or not decides:
            return forced
        wanting = [must_change(decides[0].when, state.facts, DOES_NOT_HOLD)]
        for place, part in enumerate(self._parts):
            lacking = part.lacking(state)
            if not lacking:
                self._parts.insert(0, self._parts.pop(place))
                return []
            wanting.append(min(lacking, key=lambda one: (len(one), sorted(one))))
        return [frozenset().union(*wanting)]

    def _forced(self, state: State) -> Iterator[Fields]:
        for rule in self.knowledge.deciding_rules:
            value = state.truth_of(rule)
            if value is True:
                yield must_change(rule.when, state.facts, DOES_NOT_HOLD)
            elif value is None and rule.unknown == "block":
                yield must_change(rule.when, state.facts, FAILS)
