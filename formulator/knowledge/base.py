"""The knowledge base as the engine sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from formulator.conditions import fields_read, truth
from formulator.conditions.cells import Cell, absent_words, cells_of
from formulator.conditions.tree import IsKnown, atoms, thresholds_read
from formulator.faults import Place
from formulator.knowledge.items import (
    TREATMENT,
    CareNote,
    Claim,
    Component,
    Composition,
    Derivation,
    Disagreement,
    Emergency,
    Group,
    Indication,
    MixingFact,
    PlanningFigure,
    Protocol,
    Rule,
    Source,
    Technique,
    Threshold,
    Washout,
)
from formulator.knowledge.matching import RuleMatcher
from formulator.knowledge.mixing import MixingTable
from formulator.profile import Catalogue

PROCEDURE, INJECTIONS, COMPANIONS = "procedure", "injections", "companions"
DERIVED_NUMBERS = ("days_to_event",)
ASKED_THROUGH = {
    "days_to_event": "event_date",
    "in_eu": "jurisdiction",
    "severity_band": "severity",
    "indication": "concern",
}
"""Facts that are never asked for themselves, and the field through which they are."""
DERIVED_VALUES = {"severity_band": ("mild", "moderate", "severe", "advanced"), "in_eu": ("yes", "no")}
"""What the derived facts can be, where they are words of a fixed list."""
GRAVEST_FIRST = ("do_not_treat", "refer_first", "treat_after", "treat")


def gravest(decisions: Iterable[str]) -> str:
    """The decision that outranks the others; treat where there is none."""
    return min(decisions, key=GRAVEST_FIRST.index, default="treat")


_SELDOM = ("finest_cells",)
"""What takes long to work out and only few need."""


@dataclass(frozen=True)
class Knowledge:
    """Everything that is known, by id; `places` says where each item stands."""

    version: str
    sha256: str
    notice: str
    unread_fields: Mapping[str, str]
    catalogue: Catalogue
    thresholds: Mapping[str, Threshold]
    derivations: tuple[Derivation, ...]
    groups: Mapping[str, Group]
    components: Mapping[str, Component]
    indications: Mapping[str, Indication]
    rules: Mapping[str, Rule]
    protocols: Mapping[str, Protocol]
    techniques: Mapping[str, Technique]
    before: tuple[CareNote, ...]
    after: tuple[CareNote, ...]
    expect: tuple[CareNote, ...]
    side_effects: tuple[CareNote, ...]
    emergencies: tuple[Emergency, ...]
    washouts: tuple[Washout, ...]
    planning: tuple[PlanningFigure, ...]
    disagreements: tuple[Disagreement, ...]
    compatibility: tuple[MixingFact, ...]
    composition: Composition
    claims: Mapping[str, Claim]
    sources: Mapping[str, Source]
    places: Mapping[str, Place]

    def prepare(self) -> None:
        """Work out what every answer needs, so that it is there when somebody asks."""
        for name, kind in vars(type(self)).items():
            if isinstance(kind, cached_property) and name not in _SELDOM:
                getattr(self, name)

    @cached_property
    def into_skin(self) -> frozenset[str]:
        """Ids of the components that are brought into the skin."""
        return frozenset(name for name, component in self.components.items() if component.delivered_into_skin)

    @cached_property
    def computed_groups(self) -> Mapping[str, frozenset[str]]:
        """Groups that follow from the components themselves."""
        devices = frozenset(self.groups["devices"].members) if "devices" in self.groups else frozenset()
        return {
            PROCEDURE: self.into_skin,
            INJECTIONS: self.into_skin - devices,
            COMPANIONS: frozenset(self.components) - self.into_skin,
        }

    @cached_property
    def mixing(self) -> MixingTable:
        """The state of every pair of components in one syringe."""
        groups = {name: frozenset(group.members) for name, group in self.groups.items()}
        return MixingTable(self.compatibility, {**groups, **self.computed_groups})

    def members(self, subject: str) -> frozenset[str]:
        """The components that a subject stands for: itself, or the members of a group; none for `treatment`."""
        if subject in self.components:
            return frozenset((subject,))
        if subject in self.groups:
            return frozenset(self.groups[subject].members)
        return self.computed_groups.get(subject, frozenset())

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Every word that a rule may have as its subject."""
        return frozenset(self.components) | frozenset(self.groups) | frozenset(self.computed_groups) | {TREATMENT}

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """The id of every item."""
        return frozenset(key.split(" ", 1)[1] for key in self.places)

    @cached_property
    def components_of_rule(self) -> Mapping[str, tuple[str, ...]]:
        """For each rule, the components that it speaks about, sorted; one tuple for all rules about the same ones."""
        shared: dict[tuple[str, ...], tuple[str, ...]] = {}
        found = {}
        for rule in self.rules.values():
            components = tuple(sorted(frozenset().union(*(self.members(subject) for subject in rule.subject))))
            found[rule.id] = shared.setdefault(components, components)
        return found

    @cached_property
    def component_set_of_rule(self) -> Mapping[str, frozenset[str]]:
        """The same as sets."""
        return {rule: frozenset(components) for rule, components in self.components_of_rule.items()}

    @cached_property
    def lanes_of_rule(self) -> Mapping[str, int]:
        """For each rule, a number of 16 bits for each component, 1 for those that it speaks about.

        Multiplied by what the rule says about one component, it says that about all of them.
        """
        lane = {name: 1 << 16 * place for place, name in enumerate(self.components)}
        return {rule: sum(lane[name] for name in names) for rule, names in self.components_of_rule.items()}

    @cached_property
    def position_of_field(self) -> Mapping[str, int]:
        """The place of each input field in the catalogue: the order in which a clinician asks."""
        return {name: position for position, name in enumerate(self.catalogue.fields)}

    @cached_property
    def made_by_engine(self) -> dict[tuple[Any, ...], Any]:
        """Parts of answers in which nothing is about a patient, by what they are: the engine makes each once."""
        return {}

    @cached_property
    def words_of_absence(self) -> Mapping[tuple[str, str], str]:
        """For each rule whose fact is taken as absent, and each field that it reads, what is taken for granted."""
        assumed = (self.rules[name] for name in sorted(self.rules_assumed_absent))
        return {
            (rule.id, field): absent_words(rule.when, field)
            for rule in assumed
            for field in self.fields_of_rule[rule.id]
        }

    @cached_property
    def fields_of_rule(self) -> Mapping[str, frozenset[str]]:
        """For each rule, the fields that its condition reads."""
        return {rule.id: fields_read(rule.when) for rule in self.rules.values()}

    @cached_property
    def rules_reading(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each field, given or derived, the rules whose condition reads it."""
        index: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            for field in sorted(self.fields_of_rule[rule.id]):
                index.setdefault(field, []).append(rule)
        return {field: tuple(rules) for field, rules in index.items()}

    @cached_property
    def cells(self) -> Mapping[str, tuple[Cell, ...]]:
        """For each field that rules read, the answers that they tell apart."""
        return {name: cells_of((rule.when for rule in rules), name) for name, rules in self.rules_reading.items()}

    @cached_property
    def disputed_thresholds_of_indication(self) -> Mapping[str | None, frozenset[str]]:
        """For each indication, the disputed thresholds of the rules that can matter in it."""
        of_rule = self.disputed_thresholds_of_rule
        return {
            name: frozenset().union(*(of_rule.get(rule.id, ()) for rule in rules))
            for name, rules in self.rules_of_indication.items()
        }

    @cached_property
    def disputed_thresholds_of_rule(self) -> Mapping[str, frozenset[str]]:
        """For each rule that compares with a threshold on which sources disagree, those thresholds."""
        disputed = {name for name, threshold in self.thresholds.items() if threshold.positions}
        read = {rule.id: thresholds_read(rule.when) & disputed for rule in self.rules.values()}
        return {rule: thresholds for rule, thresholds in read.items() if thresholds}

    @cached_property
    def matcher(self) -> RuleMatcher:
        """The rules that are read for every patient, compiled."""
        return RuleMatcher(rule for rule in self.rules.values() if not rule.when_nothing_is_left)

    @cached_property
    def rules_when_nothing_is_left(self) -> tuple[Rule, ...]:
        """The rules that decide where no component is left; they are not read with the others."""
        return tuple(rule for rule in self.rules.values() if rule.when_nothing_is_left)

    @cached_property
    def rules_that_delay(self) -> frozenset[str]:
        """The rules for whose unknown fact the whole procedure waits."""
        return frozenset(rule.id for rule in self.rules.values() if rule.delays_until_answered)

    @cached_property
    def rules_that_force(self) -> frozenset[str]:
        """The rules that force a decision while they hold."""
        return frozenset(rule.id for rule in self.rules.values() if rule.decision)

    @cached_property
    def rules_that_speak_for_themselves(self) -> frozenset[str]:
        """The rules that matter whatever is in the answer: others object only to what is."""
        rules = self.rules.values()
        return frozenset(rule.id for rule in rules if rule.role or rule.decision or rule.unknown == "block")

    @cached_property
    def rules_that_block(self) -> frozenset[str]:
        """The rules that hold back what they speak about while their fact is unknown."""
        return frozenset(rule.id for rule in self.rules.values() if rule.unknown == "block")

    @cached_property
    def rules_assumed_absent(self) -> frozenset[str]:
        """The rules whose fact is taken as absent, and named so, while it is unknown."""
        return frozenset(rule.id for rule in self.rules.values() if rule.is_assumed_absent)

    @cached_property
    def rules_that_notice(self) -> frozenset[str]:
        """The rules that ask whether some field is known."""
        return frozenset(rule.id for rules in self.rules_noticing.values() for rule in rules)

    @cached_property
    def rules_noticing(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each field, the rules that ask whether it is known."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            for name in sorted({atom.field for atom in atoms(rule.when) if isinstance(atom, IsKnown)}):
                found.setdefault(name, []).append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    @cached_property
    def rules_of_indication(self) -> Mapping[str | None, tuple[Rule, ...]]:
        """For each indication (None: no indication), the rules that can hold or hang in it.

        A rule that is false with the indication alone stays false whatever else is known, unless it asks whether
        something is known.
        """
        noticing = self.rules_that_notice
        always_read = tuple(rule for rule in self.rules.values() if not rule.when_nothing_is_left)
        found: dict[str | None, tuple[Rule, ...]] = {None: always_read}
        for name in self.indications:
            facts = {"indication": name}
            possible = (rule for rule in always_read if rule.id in noticing or truth(rule.when, facts) is not False)
            found[name] = tuple(possible)
        return found

    @cached_property
    def subjects_of_rule(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """For each rule, each component that it speaks about with the subject through which it does."""
        return {
            rule.id: tuple((name, self._subject_for(rule, name)) for name in self.components_of_rule[rule.id])
            for rule in self.rules.values()
        }

    def _subject_for(self, rule: Rule, component: str) -> str:
        if component in rule.subject:
            return component
        return next(subject for subject in rule.subject if component in self.members(subject))

    @cached_property
    def fields_behind_derivations(self) -> frozenset[str]:
        """The fields from which other facts or the indication follow."""
        return frozenset().union(*self.fields_behind.values())

    @cached_property
    def derivations_after(self) -> Mapping[str, tuple[Derivation, ...]]:
        """For each field from which facts follow, the derivations that can fire newly when it is learned, in order."""
        return {field: self._derivations_after(field) for field in sorted(self.fields_behind_derivations)}

    @cached_property
    def may_change_indication(self) -> Mapping[str, bool]:
        """For each field from which facts follow, whether the indication may be another one when it is learned."""
        read = self.fields_behind["indication"]
        return {
            field: not read.isdisjoint((field, *(one.field for one in derivations)))
            for field, derivations in self.derivations_after.items()
        }

    def _derivations_after(self, field: str) -> tuple[Derivation, ...]:
        reached, before = {field}, 0
        while len(reached) != before:
            before = len(reached)
            reached |= {one.field for one in self.derivations if not reached.isdisjoint(fields_read(one.when))}
        return tuple(one for one in self.derivations if not reached.isdisjoint(fields_read(one.when)))

    @cached_property
    def fields_behind(self) -> Mapping[str, frozenset[str]]:
        """For each fact that can follow from others, the fields that its derivations read."""
        found: dict[str, frozenset[str]] = {}
        for one in self.derivations:
            found[one.field] = found.get(one.field, frozenset()) | fields_read(one.when)
        conditions = [one.derived_from for one in self.indications.values()]
        found["indication"] = frozenset().union(*(fields_read(condition) for condition in conditions))
        return found

    @cached_property
    def finest_cells(self) -> Mapping[str, tuple[Cell, ...]]:
        """For each field, the answers that rules, derived facts and indications tell apart."""
        conditions = [rule.when for rule in self.rules.values()]
        conditions += [one.when for one in self.derivations]
        conditions += [one.derived_from for one in self.indications.values()]
        names = frozenset().union(*(fields_read(condition) for condition in conditions))
        reading = {name: [one for one in conditions if name in fields_read(one)] for name in sorted(names)}
        return {name: cells_of(found, name) for name, found in reading.items()}

    @cached_property
    def rules_about(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each component, the rules that are read about it with the others."""
        found: dict[str, list[Rule]] = {name: [] for name in self.components}
        for rule in self.rules.values():
            for name in () if rule.when_nothing_is_left else self.components_of_rule[rule.id]:
                found[name].append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    @cached_property
    def deciding_rules(self) -> tuple[Rule, ...]:
        """The rules that force a decision while they hold."""
        return tuple(rule for rule in self.rules.values() if rule.decision and not rule.when_nothing_is_left)

    def decision_of(self, holds: Iterable[str], hangs: Iterable[str]) -> str:
        """The decision when these rules hold and those hang on unknowns.

        A prohibition outranks a referral, a referral outranks a delay; a blocking question delays.
        """
        forced = [self.rules[name].decision or "treat" for name in self.rules_that_force.intersection(holds)]
        if not self.rules_that_delay.isdisjoint(hangs):
            forced.append("treat_after")
        return gravest(forced)
