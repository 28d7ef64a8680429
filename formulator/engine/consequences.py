"""What would change if one unknown field had a certain value, worked out without a whole new answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any

from formulator.conditions import truth
from formulator.conditions.cells import Cell
from formulator.engine.answer import MOVABLE, USABLE, ComponentAnswer
from formulator.engine.decide import decision_when_nothing_is_left
from formulator.engine.facts import derive
from formulator.engine.findings import Findings
from formulator.engine.patient import Patient
from formulator.engine.standing import NOTHING_SAID, Standing, in_lanes, said_by, status_of
from formulator.knowledge import Knowledge
from formulator.knowledge.base import gravest
from formulator.knowledge.items import Rule

Truths = Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Move:
    """A component that changes its status, and the sentence of the rule that newly holds (empty: rules fell away)."""

    component: str
    old: str
    new: str
    reason: str


Turning = tuple[Rule, int | None, bool]
"""A rule that the answer to a field could turn; the cells of the field, as bits, in which it is as the rule asks (None:
the condition must be read); and whether the rule hangs on nothing else."""


@dataclass(frozen=True)
class Situation:
    """Everything that an answer is compared with: the patient, what holds, what is open, and where that led."""

    patient: Patient
    findings: Findings
    components: Mapping[str, ComponentAnswer]
    decision: str

    @property
    def facts(self) -> Mapping[str, Any]:
        """Everything known about the patient."""
        return self.patient.facts

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge that the answer was made with."""
        return self.patient.knowledge

    @cached_property
    def usable(self) -> frozenset[str]:
        """The components that are part of the answer."""
        return frozenset(name for name, one in self.components.items() if one.status in USABLE)

    @cached_property
    def movable(self) -> frozenset[str]:
        """The components that are part of the answer or wait to be."""
        return frozenset(name for name, one in self.components.items() if one.status in MOVABLE)

    @cached_property
    def blocking(self) -> Mapping[str, AbstractSet[str]]:
        """For each component that an open rule blocks, those rules."""
        found: dict[str, set[str]] = {}
        for name in self.findings.open.keys() & self.knowledge.rules_that_block:
            for component in self.knowledge.components_of_rule[name]:
                found.setdefault(component, set()).add(name)
        return found

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """For each component, how its rules add up."""
        return self.standings_with({})

    def standings_with(self, now: Truths) -> Mapping[str, Standing]:
        """The same where these rules read differently."""
        rules, lanes = self.knowledge.rules, self.knowledge.lanes_of_rule
        kept = [one for name, one in self._said.items() if name not in now]
        new = [lanes[name] * said_by(rules[name]) for name, value in now.items() if value]
        return in_lanes(reduce(or_, kept + new, NOTHING_SAID), self.knowledge)

    @cached_property
    def _said(self) -> Mapping[str, int]:
        """What each rule that holds says, about all components side by side; without those that say nothing."""
        lanes, said = (
            self.knowledge.lanes_of_rule,
            {name: said_by(self.patient.rule(name)) for name in self.findings.holds},
        )
        return {name: lanes[name] * one for name, one in said.items() if one}

    @cached_property
    def deciding(self) -> frozenset[str]:
        """The rules that hold and force a decision."""
        return frozenset(rule.id for rule in self.knowledge.deciding_rules if rule.id in self.findings.holds)

    @cached_property
    def decision_by_rules(self) -> str:
        """The decision before it is asked whether anything is left to use."""
        return self.knowledge.decision_of(self.findings.holds, self.findings.open)

    @cached_property
    def delaying(self) -> frozenset[str]:
        """The open rules that delay the treatment until they are answered."""
        return self.knowledge.rules_that_delay & self.findings.open.keys()

    @cached_property
    def could_turn(self) -> Mapping[str, Sequence[Turning]]:
        """For each unknown field, the rules that its answer could turn and that would change something if it did.

        Learning an unknown never turns a decided comparison, so these are the open rules, and those that ask whether
        the field is known.
        """
        found: dict[str, list[Turning]] = {}
        rules, members, movable = self.knowledge.rules, self.knowledge.component_set_of_rule, self.movable
        speaking, fulfilling = self.knowledge.rules_that_speak_for_themselves, self.knowledge.matcher.cells_fulfilling
        for name, fields in self.findings.open.items():
            if name in speaking or not movable.isdisjoint(members[name]):
                for one in fields:
                    found.setdefault(one, []).append((rules[name], fulfilling.get((name, one)), len(fields) == 1))
        for one, noticing in self.knowledge.rules_noticing.items():
            if one not in self.facts:
                found.setdefault(one, []).extend((rule, None, False) for rule in noticing)
        return found

    def could_matter(self, field: str) -> bool:
        """Whether any answer to a field could change something; False is certain."""
        if field in self.knowledge.fields_behind_derivations:
            return True
        return any(rule.id in self.bearing for rule, _, _ in self.could_turn.get(field, ()))

    @cached_property
    def bearing(self) -> AbstractSet[str]:
        """The rules that move anything while they hold or block; others only remark on what they speak about."""
        made = self.knowledge.made_by_engine
        if _BEARING not in made:
            made[_BEARING] = frozenset(rule.id for rule in self.knowledge.rules.values() if _bears(rule))
        return made[_BEARING]

    def truth_of(self, rule: str) -> bool | None:
        """How a rule reads now."""
        return True if rule in self.findings.holds else None if rule in self.findings.open else False


@dataclass(frozen=True, slots=True)
class Consequence:
    """A new decision with the sentence that forces it, or else the components that move."""

    decision: str | None = None
    reason: str = ""
    moves: tuple[Move, ...] = ()

    def __bool__(self) -> bool:
        return self.decision is not None or bool(self.moves)


NOTHING_FOLLOWS = Consequence()


def consequences(name: str, cells: Sequence[Cell], situation: Situation) -> list[Consequence]:
    """What would follow if the field `name` had a value of each of these cells."""
    if not situation.could_matter(name):
        return [NOTHING_FOLLOWS] * len(cells)
    derives = name in situation.knowledge.fields_behind_derivations
    learn = _new_truths_of_derived if derives else _new_truths
    made: dict[tuple[tuple[str, bool | None], ...], Consequence] = {}
    found = []
    for cell in cells:
        now = learn(name, cell.value, situation)
        key = tuple(now.items())
        if key not in made:
            made[key] = _consequence(name, now, situation)
        found.append(made[key])
    return found


_BEARING = ("rules that bear",)


def _bears(rule: Rule) -> bool:
    return bool(said_by(rule) or rule.decision or rule.unknown == "block")


def _consequence(name: str, now: Truths, situation: Situation) -> Consequence:
    """A new decision says everything: what it takes away or gives back is not listed one by one."""
    if situation.bearing.isdisjoint(now):
        return NOTHING_FOLLOWS
    decision, moves = _decision(now, situation), ()
    if decision in ("treat", situation.decision):
        moves = _moves(now, situation)
    if decision == "treat" and not _something_left(moves, situation):
        decision = decision_when_nothing_is_left(situation.patient)
    if decision == situation.decision:
        return Consequence(moves=moves)
    forcing = [situation.patient.rule(rule) for rule in sorted(now) if now[rule]]
    forcing = [rule for rule in forcing if rule.decision == decision]
    own = [rule for rule in forcing if name in situation.knowledge.fields_of_rule[rule.id]]
    return Consequence(decision, next((rule.text for rule in (*own, *forcing)), ""))


def _something_left(moves: Sequence[Move], situation: Situation) -> bool:
    """Whether a component that is brought into the skin is used or waits, once these have moved."""
    gone = {one.component for one in moves if one.new not in MOVABLE}
    come = {one.component for one in moves if one.new in MOVABLE}
    return bool(((situation.movable - gone) | come) & situation.knowledge.into_skin)


def _new_truths(asked: str, value: Any, situation: Situation) -> dict[str, bool | None]:
    """The rules that would read differently and could matter: those that hold, held, or block."""
    now: dict[str, bool | None] = {}
    cell = situation.knowledge.matcher.cell_bit(asked, value)
    for rule, fulfilling, alone in situation.could_turn.get(asked, ()):
        if fulfilling is None:
            new = truth(rule.when, {**situation.facts, asked: value})
            if _says_something(rule, situation.truth_of(rule.id), new):
                now[rule.id] = new
        elif not fulfilling & cell:
            if rule.unknown == "block":
                now[rule.id] = False
        elif alone:
            now[rule.id] = True
    return now


def _says_something(rule: Rule, old: bool | None, new: bool | None) -> bool:
    return new is not old and bool(new or old or rule.unknown == "block")


def _new_truths_of_derived(asked: str, value: Any, situation: Situation) -> dict[str, bool | None]:
    """The same for a field from which others follow: those are learned with it."""
    facts = {**situation.facts, asked: value}
    derive(facts, situation.knowledge, asked)
    learned = list(facts)[len(situation.facts) :]
    if facts.get("indication") != situation.facts.get("indication", facts.get("indication")):
        learned.append("indication")
    now = {}
    for name in learned:
        for rule, _, _ in situation.could_turn.get(name, ()):
            new = truth(rule.when, facts)
            if _says_something(rule, situation.truth_of(rule.id), new):
                now[rule.id] = new
    return now


def _decision(now: Truths, situation: Situation) -> str:
    if situation.knowledge.rules_that_force.isdisjoint(now):
        return situation.decision_by_rules
    if all(now.values()) and situation.delaying.isdisjoint(now):
        return gravest((situation.decision_by_rules, situation.knowledge.decision_of(now, ())))
    holds = (situation.deciding - now.keys()) | {name for name, value in now.items() if value}
    hangs = (situation.delaying - now.keys()) | {name for name, value in now.items() if value is None}
    return situation.knowledge.decision_of(holds, hangs)


def _moves(now: Truths, situation: Situation) -> tuple[Move, ...]:
    """The components that change status; those that only move between unused states are not worth a word."""
    rules = [situation.patient.rule(name) for name in sorted(now)]
    only_added = all(now[rule.id] and rule.unknown != "block" for rule in rules)
    statuses = _after_adding(rules, situation) if only_added else _after_turning(rules, now, situation)
    found = []
    for name, new in sorted(statuses.items()):
        old = situation.components[name].status
        if new != old and (old in MOVABLE or new in MOVABLE):
            members = situation.knowledge.component_set_of_rule
            reasons = (rule.text for rule in rules if now[rule.id] and name in members[rule.id])
            found.append(Move(name, old, new, next(reasons, "")))
    return tuple(found)


def _after_adding(rules: Sequence[Rule], situation: Situation) -> dict[str, str]:
    """The usual case: more rules hold and nothing falls away."""
    added: dict[str, Standing] = {}
    for rule in rules:
        said = said_by(rule)
        for name in _could_move(rule, situation) if said else ():
            added[name] = added.get(name, NOTHING_SAID) | said
    standings, blocking = situation.standings, situation.blocking
    return {name: status_of(standings[name] | said, name in blocking) for name, said in added.items()}


def _after_turning(rules: Sequence[Rule], now: Truths, situation: Situation) -> dict[str, str]:
    """Rules stop holding or stop blocking as well: what is said about each component is added up anew."""
    standings = situation.standings_with(now)
    blocks = not situation.knowledge.rules_that_block.isdisjoint(now)
    found = {}
    for name in frozenset().union(*(_could_move(rule, situation) for rule in rules)):
        if blocks or standings[name] != situation.standings[name]:
            found[name] = status_of(standings[name], _is_blocked(name, rules, now, situation))
    return found


def _is_blocked(name: str, rules: Sequence[Rule], now: Truths, situation: Situation) -> bool:
    if not situation.blocking.get(name, frozenset()) <= now.keys():
        return True
    members = situation.knowledge.component_set_of_rule
    return any(now[one.id] is None and one.unknown == "block" and name in members[one.id] for one in rules)


def _could_move(rule: Rule, situation: Situation) -> frozenset[str]:
    """A new exclusion or objection can only move what is in the answer; anything else, all that it speaks about."""
    touched = situation.knowledge.component_set_of_rule[rule.id]
    if rule.role or situation.truth_of(rule.id) is True:
        return touched
    return touched & situation.movable
