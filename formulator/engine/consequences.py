"""What would change if one unknown field had a certain value, worked out without a whole new answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import compress
from operator import or_
from typing import Any, NamedTuple

from formulator.conditions.cells import Cell
from formulator.conditions.compiled import Match, Outlook
from formulator.engine.answer import MOVABLE, USABLE, ComponentAnswer
from formulator.engine.decide import decision_when_nothing_is_left
from formulator.engine.facts import derive
from formulator.engine.findings import Findings
from formulator.engine.patient import Patient
from formulator.engine.rule_sets import Lanes, Rules, RuleSets, rule_sets
from formulator.engine.standing import LANE, in_lanes, status_of_marks
from formulator.knowledge import Knowledge


class Move(NamedTuple):
    """A component that changes its status, and the sentence of the rule that newly holds (empty: rules fell away)."""

    component: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True)
class Situation:
    """Everything that an answer is compared with: the patient, what holds, what is open, and where that led."""

    patient: Patient
    findings: Findings
    components: Mapping[str, ComponentAnswer]
    decision: str

    @cached_property
    def facts(self) -> Mapping[str, Any]:
        """Everything known about the patient."""
        return self.patient.facts

    @cached_property
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
    def movable_into_skin(self) -> frozenset[str]:
        """Those of them that are brought into the skin."""
        return self.movable & self.knowledge.into_skin

    @cached_property
    def sets(self) -> RuleSets:
        """Sets of rules of this knowledge."""
        return rule_sets(self.knowledge)

    @cached_property
    def outlook(self) -> Outlook:
        """What rules say now, and with one more field known."""
        return self.knowledge.matcher.masks.outlook(self.facts)

    @cached_property
    def match(self) -> Match:
        """What rules say now."""
        return self.outlook.match

    @cached_property
    def said(self) -> Lanes:
        """The standings of all components."""
        return self.sets.said_while(self.match.certain)

    @cached_property
    def blocked(self) -> Lanes:
        """A mark on each that an open question holds back."""
        return self.sets.blocked_while(self.match.open)

    @cached_property
    def decision_by_rules(self) -> str:
        """The decision before it is asked whether anything is left to use."""
        return self.sets.decision(self.match.certain, self.match.open)

    @cached_property
    def about_movable(self) -> Rules:
        """The rules that speak about a component that is part of the answer or waits to be."""
        return self.sets.about_any(self.movable)

    @cached_property
    def could_turn(self) -> Rules:
        """The open rules that would change something if they turned."""
        return self.match.open & (self.sets.speaking_for_themselves | self.about_movable)

    @cached_property
    def hanging_on(self) -> Mapping[str, Rules]:
        """For each unknown field, those of them that hang on it."""
        matcher, could_turn = self.knowledge.matcher, self.could_turn
        found = {
            field: turning
            for field, rules in matcher.hanging_on.items()
            if (turning := rules & could_turn) and field not in self.facts
        }
        for name in matcher.names.of(could_turn & matcher.not_plain):
            bit = matcher.bit[name]
            for field in self.findings.open[name]:
                found[field] = found.get(field, 0) | bit
        return found

    def turning(self, field: str) -> Rules:
        """The rules that the answer to an unknown field could turn and that would change something if they did.

        Learning an unknown never turns a decided comparison, so these are open rules, and those that ask whether the
        field is known.
        """
        return self.hanging_on.get(field, 0) | self.sets.noticing.get(field, 0)

    def asking(self, field: str) -> Rules:
        """The rules for which an unknown field is asked: they hang on it or have noticed its absence, and matter."""
        asking, noticing = self.hanging_on.get(field, 0), self.sets.noticing.get(field, 0)
        for name in self.knowledge.matcher.names.of(noticing) if noticing else ():
            if field in self.findings.open.get(name, ()) or field in self.findings.holds.get(name, ()):
                asking |= self.knowledge.matcher.bit[name]
        return asking & self._mattering

    @cached_property
    def _mattering(self) -> Rules:
        return self.sets.with_role | self.sets.delaying | self.about_movable

    def could_matter(self, field: str) -> bool:
        """Whether any answer to a field could change something; False is certain."""
        return bool(self.turning(field) & self.sets.bearing) or field in self.knowledge.fields_behind_derivations


class Consequence(NamedTuple):
    """A new decision with the sentence that forces it, or else the components that move."""

    decision: str | None = None
    reason: str = ""
    moves: tuple[Move, ...] = ()


NOTHING_FOLLOWS = Consequence()


class Turned(NamedTuple):
    """Rules that read differently: all, those that hold now, and those that hang now."""

    rules: Rules
    holding: Rules
    hanging: Rules


def consequences(field: str, situation: Situation) -> list[Consequence]:
    """What would follow from each of the answers that rules tell apart to an unknown field (`Knowledge.cells`)."""
    cells = situation.knowledge.cells.get(field, ())
    if not situation.could_matter(field):
        return [NOTHING_FOLLOWS] * len(cells)
    made: dict[Turned, Consequence] = {}
    found = []
    for turned in _turned(field, cells, situation):
        if turned not in made:
            made[turned] = _consequence(field, turned, situation)
        found.append(made[turned])
    return found


def _turned(field: str, cells: Sequence[Cell], situation: Situation) -> list[Turned]:
    if field in situation.knowledge.fields_behind_derivations:
        return [_turned_with_derived(field, cell.value, situation) for cell in cells]
    turning, answers = situation.turning(field), situation.sets.answers[field]
    return [_between(situation, match, turning) for match in situation.outlook.learned(field, answers, turning)]


def _between(situation: Situation, new: Match, turning: Rules) -> Turned:
    """The rules that would read differently and could matter: those that hold, held, or block."""
    old, blocking = situation.match, situation.sets.blocking
    changed = turning & (old.certain ^ new.certain | blocking & (old.possible ^ new.possible))
    return Turned(changed, changed & new.certain, changed & new.open)


def _turned_with_derived(field: str, value: Any, situation: Situation) -> Turned:
    """The same for a field from which others follow: those are learned with it."""
    before = situation.facts
    facts = {**before, field: value}
    derive(facts, situation.knowledge, field)
    learned = {name: facts[name] for name in facts.keys() - before.keys()}
    turning = reduce(or_, map(situation.turning, learned), 0)
    if "indication" in before and before["indication"] != facts["indication"]:
        return _between(situation, situation.knowledge.matcher.match(facts), turning)
    return _between(situation, situation.outlook.learned_together(learned), turning)


def _consequence(field: str, turned: Turned, situation: Situation) -> Consequence:
    """A new decision says everything: what it takes away or gives back is not listed one by one."""
    if not turned.rules & situation.sets.bearing:
        return NOTHING_FOLLOWS
    decision, moves = _decision(turned, situation), ()
    if decision in ("treat", situation.decision):
        moves = _moves(turned, situation)
    if decision == "treat" and not _something_left(moves, situation):
        decision = decision_when_nothing_is_left(situation.patient)
    if decision == situation.decision:
        return Consequence(moves=moves) if moves else NOTHING_FOLLOWS
    forcing = situation.sets.speaking_of(turned.holding & situation.sets.forcing[decision])
    own = [rule for rule in forcing if field in situation.knowledge.fields_of_rule[rule.id]]
    return Consequence(decision, next((rule.text for rule in (*own, *forcing)), ""))


def _decision(turned: Turned, situation: Situation) -> str:
    if not turned.rules & situation.sets.deciding:
        return situation.decision_by_rules
    return situation.sets.decision(*_after(turned, situation))


def _after(turned: Turned, situation: Situation) -> tuple[Rules, Rules]:
    """The rules that hold and those that hang, once these have turned."""
    certain, hanging = situation.match.certain, situation.match.open
    return certain & ~turned.rules | turned.holding, hanging & ~turned.rules | turned.hanging


def _something_left(moves: Sequence[Move], situation: Situation) -> bool:
    """Whether a component that is brought into the skin is used or waits, once these have moved."""
    gone = [one.component for one in moves if one.new not in MOVABLE]
    if not gone and situation.movable_into_skin:
        return True
    come = [one.component for one in moves if one.new in MOVABLE]
    return bool(situation.movable_into_skin.difference(gone) or situation.knowledge.into_skin.intersection(come))


def _marks(turned: Turned, situation: Situation) -> Lanes:
    """The standings once these have turned; mostly more rules hold, or fewer block, and none that held falls."""
    sets = situation.sets
    if turned.rules & ~turned.holding & situation.match.certain:
        said = sets.said_while(_after(turned, situation)[0])
    else:
        said = situation.said | sets.said_while(turned.holding)
    if not turned.rules & sets.blocking:
        return said | situation.blocked
    return said | sets.blocked_while(_after(turned, situation)[1])


def _moves(turned: Turned, situation: Situation) -> tuple[Move, ...]:
    """The components that change status; those that only move between unused states are not worth a word."""
    marks, sets = _marks(turned, situation), situation.sets
    changed = marks ^ (situation.said | situation.blocked)
    if not changed:
        return ()
    found = []
    for name, lane in compress(sets.lanes, in_lanes(changed, situation.knowledge)):
        old, new = situation.components[name].status, status_of_marks(marks >> lane & LANE)
        if new != old and (old in MOVABLE or new in MOVABLE):
            found.append((name, old, new))
    speaking, members = sets.speaking_of(turned.holding) if found else (), situation.knowledge.component_set_of_rule
    return tuple(
        [
            Move(*one, reason=next((rule.text for rule in speaking if one[0] in members[rule.id]), ""))
            for one in sorted(found)
        ]
    )
