"""Two possible patients who differ in one given field alone, as variables of one solver."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import z3

from formulator.conditions import fields_read
from formulator.knowledge import Knowledge
from formulator.proof.booleans import Formula, both, either, negated, variable
from formulator.proof.facts import INDICATION, DerivedFacts, facts_of
from formulator.proof.space import Space
from formulator.proof.variables import FieldFormula, Variables, variables_of

Given = Mapping[str, int]
"""For each given field, the number of its cell."""


@dataclass(frozen=True)
class Twins:
    """The facts of both patients, and which given fields each fact follows from."""

    knowledge: Knowledge
    first: DerivedFacts
    second: DerivedFacts
    behind: Mapping[str, frozenset[str]]

    @property
    def space(self) -> Space:
        """What both patients are drawn from."""
        return self.first.variables.space

    def fields_behind(self, fields: Iterable[str]) -> frozenset[str]:
        """The given fields that can influence these facts."""
        return frozenset().union(*(self.behind.get(name, frozenset((name,))) for name in fields)) & set(
            self.first.variables.given
        )

    def solver(self, fields: Collection[str]) -> z3.Solver:
        """A solver in which only these fields may be given, both patients are possible, and one field differs."""
        solver = z3.SolverFor("QF_FD")
        for variables in (self.first.variables, self.second.variables):
            solver.add(*_possible(variables, fields))
        solver.add(z3.AtMost(*(self.differs(name) for name in sorted(fields)), 1))
        return solver

    def differs(self, field: str) -> Formula:
        """When the two differ in this field."""
        return self._differing[field]

    @cached_property
    def _differing(self) -> Mapping[str, Formula]:
        first, second = self.first.variables.given, self.second.variables.given
        pairs = {name: zip(first[name].values, second[name].values, strict=True) for name in first}
        return {
            name: either(*(negated(_same(one, other)) for (_, one), (_, other) in cells))
            for name, cells in pairs.items()
        }

    def given(self, model: z3.ModelRef, fields: Collection[str]) -> tuple[Given, Given]:
        """The cells that a model gives to the two."""
        return _given(self.first.variables, model, fields), _given(self.second.variables, model, fields)


def twins_of(knowledge: Knowledge, space: Space) -> Twins:
    """Two patients of a space."""
    first = variables_of(space)
    given = {
        name: FieldFormula(tuple((shown, variable(f"{field}'")) for shown, field in formula.values))
        for name, formula in first.given.items()
    }
    second = Variables(space, given, {name: variable(f"{one}'") for name, one in first.in_stock.items()})
    return Twins(knowledge, facts_of(knowledge, first), facts_of(knowledge, second), _behind(knowledge))


def _behind(knowledge: Knowledge) -> Mapping[str, frozenset[str]]:
    """For each derived fact, the facts from which it follows, through all steps; itself, where it may be given."""
    read: dict[str, set[str]] = {}
    for one in knowledge.derivations:
        read.setdefault(one.field, {one.field}).update(fields_read(one.when))
    conditions = (one.derived_from for one in knowledge.indications.values())
    read[INDICATION] = set().union(*map(fields_read, conditions))
    found = {name: frozenset(fields) for name, fields in read.items()}
    while True:
        wider = {name: fields.union(*(found.get(one, ()) for one in fields)) for name, fields in found.items()}
        if wider == found:
            return found
        found = wider


def _possible(variables: Variables, fields: Collection[str]) -> Iterator[Formula]:
    for name in sorted(fields):
        values = variables.given[name].values
        if len(values) > 1:
            yield z3.AtMost(*(one for _, one in values), 1)
    for (name, first), (other, second) in variables.space.impossible:
        if name in fields and other in fields:
            yield negated(both(variables.given[name].values[first][1], variables.given[other].values[second][1]))


def _same(one: Formula, other: Formula) -> Formula:
    return either(both(one, other), both(negated(one), negated(other)))


def _given(variables: Variables, model: z3.ModelRef, fields: Collection[str]) -> Given:
    found: dict[str, int] = {}
    for name in sorted(fields):
        for number, (_, one) in enumerate(variables.given[name].values):
            if z3.is_true(model.eval(one)):
                found[name] = number
    return found
