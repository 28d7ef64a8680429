"""A patient whose facts are changed in thought: which rules then read how, without a whole new answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from formulator.conditions import truth
from formulator.conditions.evaluate import Truth
from formulator.engine.facts import DAYS_TO_EVENT, facts_of
from formulator.engine.patient import Patient
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.profile import Profile, Value

EVENT, START = "event_date", "start_date"
_DATED = frozenset((EVENT, START))
Changes = Mapping[str, Value]


class World:
    """One patient, and the same patient with other facts; reads each rule again only where its fields changed."""

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self._truths: dict[str, Truth] = {}
        self._behind: dict[str, frozenset[str]] = {}

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge behind every reading."""
        return self.patient.knowledge

    @cached_property
    def _weighty(self) -> frozenset[str]:
        """Fields from which other facts follow."""
        return self.knowledge.fields_behind_derivations | _DATED

    def truth_now(self, rule: Rule) -> Truth:
        """How a rule reads on the patient as given."""
        if rule.id not in self._truths:
            self._truths[rule.id] = truth(rule.when, self.patient.facts)
        return self._truths[rule.id]

    def with_changes(self, changes: Changes) -> State:
        """The patient with these fields replaced; FaultsFound where the event no longer lies ahead."""
        values = {**self.patient.profile.values, **changes}
        if self._weighty.isdisjoint(changes):
            return State(self, values, {**self.patient.facts, **changes}, frozenset(changes))
        facts = facts_of(Profile(values), self.knowledge, self.patient.today)
        old = self.patient.facts
        moved = {name for name in facts.keys() | old.keys() if facts.get(name) != old.get(name)}
        return State(self, values, facts, frozenset(moved))

    def inputs_behind(self, field: str) -> frozenset[str]:
        """The input fields through which a fact can come to differ, itself included where it is one."""
        known = self._behind.get(field)
        if known is None:
            known = self._behind[field] = frozenset(self._trace(field, set()))
        return known

    def _trace(self, field: str, seen: set[str]) -> set[str]:
        if field in seen:
            return set()
        seen.add(field)
        found = {field} & self.knowledge.catalogue.fields.keys()
        if field == DAYS_TO_EVENT:
            found |= _DATED
        for read in self.knowledge.fields_behind.get(field, ()):
            found |= self._trace(read, seen)
        return found


class State:
    """The facts after some changes; `moved` names every fact that differs."""

    def __init__(self, world: World, values: Changes, facts: Mapping[str, Any], moved: frozenset[str]) -> None:
        self.world, self.values, self.facts, self.moved = world, values, facts, moved

    @cached_property
    def touched(self) -> frozenset[str]:
        """The rules that read a fact that differs."""
        index = self.world.knowledge.rules_reading
        return frozenset(rule.id for name in self.moved for rule in index.get(name, ()))

    def truth_of(self, rule: Rule) -> Truth:
        """How a rule reads here."""
        return truth(rule.when, self.facts) if rule.id in self.touched else self.world.truth_now(rule)

    def turns(self, rule: Rule) -> bool:
        """Whether a rule says otherwise than on the patient as given; one that only assumes says nothing while open."""
        now, then = self.world.truth_now(rule), self.truth_of(rule)
        return now is not then and (now is True or then is True or rule.unknown == "block")

    def holding(self, rules: Iterable[Rule]) -> list[Rule]:
        """Those of the rules that hold here."""
        return [rule for rule in rules if self.truth_of(rule) is True]
