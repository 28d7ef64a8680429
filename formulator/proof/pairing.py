"""For each comparison of each rule, the smallest pair of patients whom it alone tells apart; or why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import z3

from formulator.conditions import Condition, fields_read
from formulator.conditions.tree import AtLeast, Below, IsKnown
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.proof.atoms import Deciding, deciding_atoms, moved, resolutions, shifted
from formulator.proof.booleans import TRUE, Formula, both, either, negated
from formulator.proof.facts import DerivedFacts
from formulator.proof.formulas import kleene
from formulator.proof.pairs import UNKNOWN, Asked, Pair, Side, shown_by
from formulator.proof.space import Space, space_of
from formulator.proof.twins import Given, Twins, twins_of

MOST_FIELDS = 12
MOST_STATUSES = 3


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
    """The smallest pair for a comparison: at the edge of its threshold where that is possible; None where none exists."""
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

    def pair(self, rule: Rule, shows: str, found: Found, also: Sequence[str] = ()) -> Pair:
        """The pair as it is stored, with what the engine answers; `also` names components to record first."""
        one, other = (self._values(given) for given in (found.first, found.second))
        field = next(name for name in {**one, **other} if one.get(name) != other.get(name))
        shared = tuple((name, one[name]) for name in self._in_order(one) if name != field and name in other)
        bare = [Side(values.get(field, UNKNOWN), "", "", ()) for values in (one, other)]
        draft = Pair(rule.id, shows, shared, field, bare[0], bare[1])
        return self._answered(draft, also)

    def _answered(self, draft: Pair, also: Sequence[str]) -> Pair:
        looks = [self.asked.outlook(draft.document(side, self.asked.today)) for side in draft.sides]
        about = self.asked.knowledge.components_of_rule[draft.rule]
        differing = [name for name in about if looks[0].statuses[name] != looks[1].statuses[name]]
        kept = list(dict.fromkeys((*also, *differing, *about[:1])))[: max(MOST_STATUSES, len(also))]
        recorded = tuple((name, "") for name in kept)
        sides = [
            shown_by(look, draft, Side(side.value, "", "", recorded))
            for look, side in zip(looks, draft.sides, strict=True)
        ]
        return Pair(draft.rule, draft.shows, draft.patient, draft.field, *sides)

    def _values(self, given: Given) -> Mapping[str, str]:
        space = self.twins.space
        return {name: _plain(space.cells[name][number].value) for name, number in given.items()}

    def _in_order(self, values: Mapping[str, str]) -> list[str]:
        position = self.asked.knowledge.position_of_field
        return sorted(values, key=lambda name: position.get(name, len(position)))


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def pairing_of(knowledge: Knowledge, today: date) -> Pairing:
    """Ready to make pairs; `today` only dates events and is not part of what is stored."""
    return Pairing(twins_of(knowledge, finer_space(knowledge)), Asked(knowledge, today))


def pairs_of_rule(rule: Rule, pairing: Pairing) -> Iterator[tuple[str, Pair | None]]:
    """For each comparison of the rule its name and its pair, or None where it is coupled."""
    for deciding in deciding_atoms(rule.when):
        found = pair_cells(rule, deciding, pairing.twins)
        yield deciding.name, None if found is None else pairing.pair(rule, deciding.name, found)
