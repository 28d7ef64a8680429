"""For each comparison of each rule, the smallest pair of patients whom it alone tells apart; or why there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import z3

from formulator.conditions import Condition, fields_read, truth
from formulator.conditions.tree import AtLeast, Below, IsKnown
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.proof.answers import Answers
from formulator.proof.atoms import Deciding, deciding_atoms, moved, resolutions, shifted
from formulator.proof.booleans import TRUE, Formula, both, either, negated
from formulator.proof.facts import DerivedFacts
from formulator.proof.faulty import ANSWER, noticed, outlook_with, touches
from formulator.proof.formulas import kleene
from formulator.proof.mutants import OF_EFFECT, Mutant, mutants_of
from formulator.proof.outlook import Outlook
from formulator.proof.pairs import ALWAYS, EFFECT, FAILS, UNKNOWN, Asked, Pair, Side, broken_pairs, in_answer, shown_by
from formulator.proof.space import Space, space_of
from formulator.proof.twins import Given, Twins, twins_of
from formulator.proof.witnesses import Witnesses

MOST_FIELDS = 12
MOST_STATUSES = 3
NOTHING_KEPT: Mapping[str, Pair] = MappingProxyType({})
_BARE = Side("", "", "", ())


@dataclass(frozen=True, slots=True)
class Found:
    """Two patients as cells; the first is the one on whom the rule holds."""

    first: Given
    second: Given


def finer_space(knowledge: Knowledge) -> Space:
    """The space in which a threshold and one step to either side of it are told apart."""
    steps = resolutions(knowledge)
    near = [
        moved(one.atom, by, steps[one.atom.field])
        for rule in knowledge.rules.values()
        for one in deciding_atoms(rule.when)
        if isinstance(one.atom, AtLeast | Below)
        for by in (-1, 1)
    ]
    return space_of(knowledge, near)


def pair_cells(rule: Rule, deciding: Deciding, twins: Twins) -> Found | None:
    """The smallest pair for a comparison, at the edge of its threshold where possible; None where there is none."""
    for edge in (True, False) if isinstance(deciding.atom, AtLeast | Below) else (False,):
        found = _smallest(rule.when, _told_apart(rule.when, deciding, twins, edge), twins, _changed(deciding, twins))
        if found:
            return found if deciding.holds_with else Found(found.second, found.first)
    return None


def _told_apart(condition: Condition, deciding: Deciding, twins: Twins, edge: bool) -> Formula:
    """The comparison is true of the first and false of the second, and the rest lets it decide for both.

    A question whether something is known also decides where the rest hangs on the same unknown: the rule is then sure
    with it, and open without it.
    """
    atom, holds = deciding.atom, deciding.holds_with
    wanted = [kleene(atom, twins.first).true, kleene(atom, twins.second).false]
    wanted += [kleene(condition, twins.first).is_(holds), kleene(condition, twins.second).is_(not holds)]
    for facts, known in ((twins.first, True), (twins.second, False)):
        may_hang = isinstance(atom, IsKnown) and atom.expected is not known
        for part, value in deciding.others:
            read = kleene(part, facts)
            wanted.append(negated(read.is_(not value)) if may_hang else read.is_(value))
    if edge and isinstance(atom, AtLeast | Below):
        wanted += _at_the_edge(atom, twins)
    return both(*wanted)


def _at_the_edge(atom: AtLeast | Below, twins: Twins) -> Iterator[Formula]:
    """One of the two has just the threshold, the other the step below it."""
    outside = shifted(atom.limit, -1, resolutions(twins.knowledge)[atom.field])
    true, false = (atom.limit, outside) if isinstance(atom, AtLeast) else (outside, atom.limit)
    yield _at(twins.first, atom.field, true)
    yield _at(twins.second, atom.field, false)


def _at(facts: DerivedFacts, field: str, value: float) -> Formula:
    variables = facts.variables
    try:
        return variables.given[field].values[variables.space.place(field, value)][1]
    except KeyError:  # the step leaves the range of the field
        return TRUE


def _changed(deciding: Deciding, twins: Twins) -> Callable[[frozenset[str]], Iterator[Formula]]:
    """What may differ: the field itself where it can be given; known for both, unless that is the question."""

    def conditions(fields: frozenset[str]) -> Iterator[Formula]:
        first, second = twins.first.variables, twins.second.variables
        if deciding.atom.field in fields:
            yield from (negated(twins.differs(name)) for name in sorted(fields - {deciding.atom.field}))
        if not isinstance(deciding.atom, IsKnown):
            for name in sorted(fields):
                one, other = first.given[name].known, second.given[name].known
                yield either(both(one, other), both(negated(one), negated(other)))

    return conditions


def _smallest(
    condition: Condition, wanted: Formula, twins: Twins, also: Callable[[frozenset[str]], Iterator[Formula]]
) -> Found | None:
    fields = twins.fields_behind(fields_read(condition))
    solver = twins.solver(fields)
    solver.add(wanted, *also(fields))
    if solver.check() != z3.sat:
        return None
    known = [twins.first.variables.given[name].known for name in sorted(fields)]
    known += [twins.second.variables.given[name].known for name in sorted(fields)]
    for most in range(1, 2 * MOST_FIELDS):
        solver.push()
        solver.add(z3.AtMost(*known, most))
        if solver.check() == z3.sat:
            return Found(*twins.given(solver.model(), fields))
        solver.pop()
    return None


@dataclass(frozen=True)
class Pairing:
    """Makes pairs for one knowledge base."""

    twins: Twins
    asked: Asked

    def pair(self, rule: Rule, shows: str, found: Found, also: Iterable[str] = ()) -> Pair:
        """The pair as it is stored, with what the engine answers; `also` names components to record first."""
        one, other = (self._values(given) for given in (found.first, found.second))
        field = next((name for name in {**one, **other} if one.get(name) != other.get(name)), "")
        shared = tuple((name, one[name]) for name in self._in_order(one) if name != field and name in other)
        bare = [Side(values.get(field, UNKNOWN), "", "", ()) for values in (one, other)]
        draft = Pair(rule.id, shows, shared, field, bare[0], bare[1])
        return self._answered(draft, also)

    def shrunk(self, given: Given, mutant: Mutant, faulty: Knowledge, component: str) -> Given:
        """The patient without every field that the difference does not need."""
        kept = dict(given)
        for name in reversed(self._in_order(given)):
            fewer = {one: cell for one, cell in kept.items() if one != name}
            sound = self._outlook(fewer)
            if sound and touches(mutant, sound):
                now = outlook_with(mutant, faulty, sound)
                same = (now.statuses[component] if component else now.decision) == (
                    sound.statuses[component] if component else sound.decision
                )
                kept = kept if same else fewer
        return kept

    def beside(self, rule: Rule, given: Given) -> Found:
        """A patient with a second one, for whom one changed field makes the rule certainly fail, or else hang.

        The same patient twice where no one field does.
        """
        hanging: list[Found] = []
        for name, number in self._changes(rule, given):
            changed = {one: cell for one, cell in given.items() if one != name}
            if number is not None:
                changed[name] = number
            reads = self._reads(rule, changed)
            if reads == FAILS:
                return Found(given, changed)
            if number is None and reads != self._reads(rule, given):
                hanging.append(Found(given, changed))
        return next((one for one in hanging), Found(given, given))

    def _changes(self, rule: Rule, given: Given) -> Iterator[tuple[str, int | None]]:
        """One change of one field, of those that the rule reads itself first; made unknown last."""
        space, every = self.twins.space, self.twins.fields_behind(fields_read(rule.when))
        direct = fields_read(rule.when)
        for name in sorted(every, key=lambda one: (one not in direct, one)):
            yield from ((name, number) for number in range(len(space.cells[name])) if given.get(name) != number)
        yield from ((name, None) for name in sorted(given))

    def _reads(self, rule: Rule, given: Given) -> str:
        """How the rule shows for a patient; empty where there is no such patient."""
        try:
            patient = self.asked.patient(self._document(given))
        except FaultsFound:
            return ""
        return in_answer(rule, truth(rule.when, patient.facts))

    def _outlook(self, given: Given) -> Outlook | None:
        """The engine's answer to the patient of these cells; None where there is no such patient."""
        try:
            return self.asked.once(self._document(given))
        except FaultsFound:
            return None

    def _document(self, given: Given) -> Mapping[str, str]:
        shown = Pair("", "", tuple(self._values(given).items()), "", _BARE, _BARE)
        return shown.document(_BARE, self.asked.today)

    def _answered(self, draft: Pair, also: Iterable[str]) -> Pair:
        looks = [self.asked.outlook(draft.document(side, self.asked.today)) for side in draft.sides]
        about = self.asked.knowledge.components_of_rule[draft.rule]
        differing = [name for name in about if looks[0].statuses[name] != looks[1].statuses[name]]
        kept = list(dict.fromkeys((*also, *differing, *about[:1])))[:MOST_STATUSES]
        recorded = tuple((name, "") for name in kept)
        sides = [
            shown_by(look, draft, Side(side.value, "", "", recorded))
            for look, side in zip(looks, draft.sides, strict=True)
        ]
        return Pair(draft.rule, draft.shows, draft.patient, draft.field, *sides)

    def _values(self, given: Given) -> Mapping[str, str]:
        space = self.twins.space
        return {name: _plain(space.cells[name][number].value) for name, number in given.items()}

    def _in_order(self, values: Mapping[str, object]) -> list[str]:
        position = self.asked.knowledge.position_of_field
        return sorted(values, key=lambda name: position.get(name, len(position)))


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def pairing_of(knowledge: Knowledge, today: date) -> Pairing:
    """Ready to make pairs; `today` only dates events and is not part of what is stored."""
    return Pairing(twins_of(knowledge, finer_space(knowledge)), Asked(knowledge, today))


def pairs_of_rule(
    rule: Rule, pairing: Pairing, kept: Mapping[str, Pair] = NOTHING_KEPT
) -> Iterator[tuple[str, Pair | None]]:
    """For each comparison of the rule its name and its pair, or None where it is coupled; `kept` is not made anew."""
    every = deciding_atoms(rule.when)
    for deciding in every:
        if deciding.name in kept:
            yield deciding.name, kept[deciding.name]
            continue
        found = pair_cells(rule, deciding, pairing.twins)
        yield deciding.name, None if found is None else pairing.pair(rule, deciding.name, found)
    if not every:
        yield ALWAYS, kept.get(ALWAYS) or pairing.pair(rule, ALWAYS, Found({}, {}))


def effects_of_rule(rule: Rule, pairs: Sequence[Pair], pairing: Pairing, witnesses: Witnesses) -> Iterator[Pair]:
    """For each fault that would go unseen in the pairs so far, a pair that sees it.

    A fault in a condition is seen where the rule holds for the wrong patient; a rule that says less must change a
    decision or a status.
    """
    knowledge, kept = pairing.asked.knowledge, list(pairs)
    for mutant in mutants_of(rule, resolutions(knowledge)):
        faulty = mutant.knowledge(knowledge)
        seen = frozenset().union(*(noticed(one, mutant, faulty, pairing.asked) for one in kept))
        if ANSWER in seen or (seen and mutant.kind not in OF_EFFECT):
            continue
        found = witnesses.differing(mutant, faulty)
        if found:
            given = pairing.shrunk(found[0], mutant, faulty, found[1])
            shows = f"{EFFECT}: {mutant.fault}"
            kept.append(pairing.pair(rule, shows, pairing.beside(rule, given), filter(None, (found[1],))))
            yield kept[-1]


def all_pairs(
    knowledge: Knowledge, today: date, stored: Iterable[Pair] = ()
) -> Iterator[tuple[Rule, tuple[Pair, ...], tuple[str, ...]]]:
    """For each rule its pairs, and the names of its comparisons for which there is none.

    A stored pair that is still right is kept as it is. What a rule changes in the answer is searched for anew only
    where the rule lacks a pair or has lost one.
    """
    pairing = pairing_of(knowledge, today)
    facts = pairing.twins.first
    witnesses = Witnesses(Answers(knowledge, facts.variables, facts))
    own = defaultdict[str, list[Pair]](list)
    for pair in stored:
        own[pair.rule].append(pair)
    for rule in knowledge.rules.values():
        kept = {pair.shows: pair for pair in own[rule.id] if is_right(pair, rule, pairing.asked)}
        found = tuple(pairs_of_rule(rule, pairing, kept))
        pairs = (*(pair for _, pair in found if pair), *(one for name, one in kept.items() if name.startswith(EFFECT)))
        whole = bool(kept) and len(kept) == len(own[rule.id]) == len(pairs)
        effects = () if whole else tuple(effects_of_rule(rule, pairs, pairing, witnesses))
        yield rule, (*pairs, *effects), tuple(name for name, pair in found if pair is None)


def is_right(pair: Pair, rule: Rule, asked: Asked) -> bool:
    """Whether a stored pair still shows what it says, and the engine answers both patients as recorded."""
    if any(broken_pairs((pair,), asked.knowledge, asked.today, asked)):
        return False
    if pair.shows.startswith(EFFECT):
        return any(
            pair.shows == f"{EFFECT}: {one.fault}" and noticed(pair, one, one.knowledge(asked.knowledge), asked)
            for one in mutants_of(rule, resolutions(asked.knowledge))
        )
    every = deciding_atoms(rule.when)
    named = [one for one in every if one.name == pair.shows]
    return _decides(named[0], rule, pair, asked) if named else pair.shows == ALWAYS and not every


def _decides(deciding: Deciding, rule: Rule, pair: Pair, asked: Asked) -> bool:
    """Whether the comparison is true of one and false of the other, and the rest lets it decide the rule for both.

    `unknown` stands in a pair for a fact that nobody gave, and for a cause that was given as unknown: either will do.
    """
    sides = pair.sides if deciding.holds_with else pair.sides[::-1]
    facts = [asked.outlook(pair.document(side, asked.today)).patient.facts for side in sides]
    bare = [
        {name: value for name, value in one.items() if name != pair.field or side.value != UNKNOWN}
        for one, side in zip(facts, sides, strict=True)
    ]
    return _turns(deciding, rule, *facts) or _turns(deciding, rule, *bare)


def _turns(deciding: Deciding, rule: Rule, first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """The same as `_told_apart`, on the facts of two patients."""
    atom, holds = deciding.atom, deciding.holds_with
    turned = truth(atom, first) is True and truth(atom, second) is False
    turned = turned and truth(rule.when, first) is holds and truth(rule.when, second) is (not holds)
    return turned and all(
        truth(part, facts) is value
        or (isinstance(atom, IsKnown) and atom.expected is not known and truth(part, facts) is None)
        for facts, known in ((first, True), (second, False))
        for part, value in deciding.others
    )
