"""What follows from what was given, as formulas: derivations to their fixpoint, then the indication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import z3

from formulator.conditions import fields_read
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Derivation
from formulator.proof.booleans import Formula, both, either, first_of, negated
from formulator.proof.formulas import kleene
from formulator.proof.space import Word
from formulator.proof.variables import FieldFormula, Variables

INDICATION = "indication"


@dataclass(frozen=True)
class DerivedFacts:
    """All facts of a patient: given ones, and what follows from them."""

    variables: Variables
    derived: Mapping[str, FieldFormula]

    def field(self, name: str) -> FieldFormula:
        """What is known about a field, given or derived."""
        return self.derived.get(name) or self.variables.field(name)


def facts_of(knowledge: Knowledge, variables: Variables) -> DerivedFacts:
    """The facts of every patient; the same loop as the engine's `derive`, run on formulas."""
    facts: dict[str, FieldFormula] = {}
    solver = z3.SolverFor("QF_FD")
    solver.add(*variables.possible())
    changed = {field for one in knowledge.derivations for field in fields_read(one.when)}
    while changed:
        changed = _one_round(knowledge, DerivedFacts(variables, facts), facts, solver, changed)
    known = DerivedFacts(variables, facts)
    facts[INDICATION] = _indication(knowledge, known)
    return known


def _one_round(
    knowledge: Knowledge, known: DerivedFacts, facts: dict[str, FieldFormula], solver: z3.Solver, before: set[str]
) -> set[str]:
    """Each derivation in the order of the file; returns the fields about which something new may be known."""
    changed: set[str] = set()
    for one in knowledge.derivations:
        if not fields_read(one.when).isdisjoint(before | changed):
            fires = both(negated(known.field(one.field).known), kleene(one.when, known).true)
            if solver.check(fires) != z3.unsat:
                facts[one.field] = _joined(known.field(one.field), one, fires)
                changed.add(one.field)
    return changed


def _joined(before: FieldFormula, derivation: Derivation, fires: Formula) -> FieldFormula:
    values: dict[Word, Formula] = dict(before.values)
    values[derivation.value] = either(*(values[derivation.value],) if derivation.value in values else (), fires)
    return FieldFormula(tuple(values.items()))


def _indication(knowledge: Knowledge, known: DerivedFacts) -> FieldFormula:
    """The first indication whose condition holds."""
    cases = first_of(kleene(one.derived_from, known).true for one in knowledge.indications.values())
    return FieldFormula(tuple(zip(knowledge.indications, cases, strict=True)))
