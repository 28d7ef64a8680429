"""What every check works on: the formulas of one knowledge base, and a solver that keeps what it learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import z3

from formulator.conditions import Condition
from formulator.faults import Place
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.proof.answers import Answers
from formulator.proof.booleans import Formula, both, either, negated, variable
from formulator.proof.formulas import Kleene, kleene
from formulator.proof.prover import possible_patients, prover_of
from formulator.proof.readings import Readings


@dataclass(frozen=True)
class Ground:
    """A knowledge base with all its answers; `today` dates the events of witnesses.

    Formulas that are asked about often are named once in the solver: a question over names alone teaches it for good.
    """

    readings: Readings
    today: date
    _names: dict[int, tuple[Formula, Formula]] = field(default_factory=dict)

    def anew(self) -> Ground:
        """The same formulas with a solver that has learnt nothing: what one check asks would only slow the next."""
        return Ground(self.readings, self.today)

    def name_rules(self) -> None:
        """Name every rule before the first question."""
        for rule in self.answers.read:
            self.holds(rule)
            self.open(rule)

    @property
    def answers(self) -> Answers:
        """The answers to every patient."""
        return self.readings.answers

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge base that is searched."""
        return self.answers.knowledge

    @cached_property
    def _solver(self) -> z3.Solver:
        return possible_patients(self.answers.variables)

    def name(self, formula: Formula) -> Formula:
        """A variable that is true exactly where the formula is."""
        if formula.get_id() not in self._names:
            made = variable(f"formula:{len(self._names)}")
            self._solver.add(made == formula)
            self._names[formula.get_id()] = (formula, made)
        return self._names[formula.get_id()][1]

    def holds(self, rule: Rule) -> Formula:
        """A variable that is true where the rule holds."""
        return self.name(self.answers.holds(rule.id))

    def open(self, rule: Rule) -> Formula:
        """A variable that is true where the rule hangs on something unknown."""
        return self.name(self.answers.open(rule.id))

    def possible(self, *formulas: Formula) -> bool:
        """Whether some patient fits all of these."""
        return self._solver.check(*formulas) != z3.unsat

    def possible_once(self, *formulas: Formula) -> bool:
        """The same for formulas that are not asked about again: the solver forgets them."""
        self._solver.push()
        self._solver.add(*formulas)
        found = self._solver.check() != z3.unsat
        self._solver.pop()
        return found

    def never(self, *formulas: Formula) -> bool:
        """Whether no patient fits all of these."""
        return not self.possible(*formulas)

    def why_never(self, *names: Formula) -> tuple[Formula, ...]:
        """Some of these names that no patient fits together, none of them idle; the order says which are kept first.

        Call it where no patient fits them all.
        """
        kept = list(names)
        for one in reversed(names):
            rest = [each for each in kept if not each.eq(one)]
            if self.never(*rest):
                core = self._solver.unsat_core()
                kept = [each for each in rest if any(each.eq(other) for other in core)]
        return tuple(kept)

    def read(self, condition: Condition) -> Kleene:
        """How a condition reads."""
        return kleene(condition, self.answers.facts)

    def witness(self, *formulas: Formula) -> Mapping[str, Any]:
        """A profile for which all of these hold and of which no field can be left out.

        Raises ValueError where there is none.
        """
        wanted = self.name(both(*formulas))
        if self.never(wanted):
            raise ValueError("no patient is such")
        absent, given = list(self._absent), list[Formula]()
        while self.never(wanted, *absent):
            blamed = self._blamed(absent)
            absent = [one for one in absent if not one.eq(blamed)]
            given.append(blamed)
        for one in given:
            absent += [one] if self.possible(wanted, *absent, one) else []
        self._solver.check(wanted, *absent)
        return self._document(self._solver.model(), given)

    def _document(self, model: z3.ModelRef, given: Sequence[Formula]) -> Mapping[str, Any]:
        """The profile of a model, where nothing but these fields is given."""
        meant = {one.get_id() for one in given}
        variables = self.answers.variables
        fields = [*(one.values for one in variables.given.values()), tuple(variables.in_stock.items())]
        cells = (
            cell for absent, values in zip(self._absent, fields, strict=True)
            if absent.get_id() in meant for _, cell in values
        )  # fmt: skip
        true = {cell.decl().name() for cell in cells if z3.is_true(model[cell])}
        return variables.document(true, self.today)

    def _blamed(self, absent: Sequence[Formula]) -> Formula:
        """The first field, in the order of the catalogue, that must be given where no patient lacks all of these."""
        core = self._solver.unsat_core()
        return next(one for one in absent if any(one.eq(blamed) for blamed in core))

    @cached_property
    def _absent(self) -> tuple[Formula, ...]:
        variables = self.answers.variables
        known = [one.known for one in variables.given.values()] + [either(*variables.in_stock.values())]
        return tuple(self.name(negated(one)) for one in known)

    def place(self, kind: str, identifier: str) -> Place:
        """Where an item stands."""
        return self.knowledge.places.get(f"{kind} {identifier}", Place("data"))

    def words(self, *identifiers: str) -> str:
        """Rules as they are cited in a sentence: id and text."""
        return "; ".join(f'{name} ("{self.knowledge.rules[name].text}")' for name in identifiers)


def ground_of(knowledge: Knowledge, today: date) -> Ground:
    """The ground of a knowledge base."""
    return Ground(prover_of(knowledge, (), today).readings, today)
