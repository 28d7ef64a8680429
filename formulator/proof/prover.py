"""Each invariant proven for all patients, or answered with the smallest profile for which it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from time import perf_counter
from typing import Any

import z3

from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.proof.answers import answers_of
from formulator.proof.asking import with_field
from formulator.proof.booleans import FALSE, Formula, both, either, negated
from formulator.proof.formulas import kleene
from formulator.proof.invariants import Change, Invariant, conditions_behind
from formulator.proof.readings import Readings
from formulator.proof.seen import breaks, seen
from formulator.proof.space import space_of
from formulator.proof.variables import Variables


@dataclass(frozen=True)
class CounterExample:
    """A loadable profile for which an invariant fails; `changed` is the second profile where two are compared."""

    profile: Mapping[str, Any]
    changed: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Proof:
    """An invariant, proven unless there is a counter-example. `idle` names exceptions that are not needed."""

    invariant: Invariant
    seconds: float
    counter_example: CounterExample | None = None
    idle: tuple[str, ...] = field(default=())

    @property
    def proven(self) -> bool:
        """Whether the invariant holds for every possible patient."""
        return self.counter_example is None


@dataclass(frozen=True)
class Prover:
    """The formulas of one knowledge base with one solver that keeps what it learns between questions."""

    readings: Readings
    today: date

    @cached_property
    def _solver(self) -> z3.Solver:
        return possible_patients(self.readings.answers.variables)

    def prove(self, invariant: Invariant) -> Proof:
        """Look for a patient for whom the invariant fails; there is none where it is proven."""
        started = perf_counter()
        found = self._counter_example(invariant)
        idle = self._idle(invariant.change, invariant) if invariant.change and found is None else ()
        return Proof(invariant, perf_counter() - started, found, idle)

    def _counter_example(self, invariant: Invariant) -> CounterExample | None:
        if invariant.then is not None:
            fails = both(self.premise(invariant), negated(self.readings.formula(invariant.then)))
            chosen = self.smallest(fails)
            return None if chosen is None else CounterExample(chosen)
        if invariant.change is None:
            raise ValueError(f"{invariant.id}: neither then nor change")
        broken = self._broken(invariant, invariant.change)
        flags = invariant.change.of(self.readings.answers.knowledge)
        return next(filter(None, map(broken, flags)), None)

    def premise(self, invariant: Invariant) -> Formula:
        """When the invariant speaks about a patient."""
        return kleene(invariant.when, self.readings.answers.facts).true

    def _broken(self, invariant: Invariant, change: Change) -> Callable[[str], CounterExample | None]:
        """For a flag, the smallest patient for whom this change of it breaks the law."""
        answers = self.readings.answers
        told = self._told(invariant)
        premise = self.premise(invariant)

        def broken_by(flag: str) -> CounterExample | None:
            about = (premise, *told, *answers.variables.possible(flag))
            _, *after = with_field(about, answers, flag, _value(change.after))
            for value in change.before:
                where, *before = with_field(about, answers, flag, _value(value))
                valid = (*before[len(told) :], *after[len(told) :])
                chosen = self.smallest(both(where, _some_lost(before[: len(told)], after), *valid))
                if chosen is not None:
                    return CounterExample(_with(chosen, flag, value), _with(chosen, flag, change.after))
            return None

        return broken_by

    def _told(self, invariant: Invariant) -> tuple[Formula, ...]:
        """What must stay true once it is true: the law is broken where one of these falls away."""
        answers = self.readings.answers
        usable = [answers.usable(name) for name in self.readings.components(invariant.among)]
        if invariant.law == "never_removes":
            return tuple(usable)
        if invariant.law == "never_adds":
            return tuple(map(negated, usable))
        if invariant.law == "never_milder":
            forced = [answers.by_rules.get(one, FALSE) for one in GRAVEST_FIRST]
            return tuple(either(*forced[: end + 1]) for end in range(len(forced) - 1))
        if invariant.law == "never_permits":
            return (negated(answers.decision("treat")),)
        return tuple(self.readings.plans.washout(one.id) for one in answers.knowledge.washouts)

    def _idle(self, change: Change, invariant: Invariant) -> tuple[str, ...]:
        broken = self._broken(invariant, change)
        return tuple(name for name in change.but if broken(name) is None)

    def some_patient(self, wanted: Formula) -> Mapping[str, Any] | None:
        """Any profile for which a formula holds, or None where no patient is such."""
        return None if self._solver.check(wanted) == z3.unsat else self._document(self._solver.model())

    def smallest(self, wanted: Formula) -> Mapping[str, Any] | None:
        """The profile with the fewest given fields for which a formula holds, or None where no patient is such."""
        if self._solver.check(wanted) == z3.unsat:
            return None
        variables = self.readings.answers.variables
        known = [one.known for one in variables.given.values()] + [either(*variables.in_stock.values())]
        for most in range(len(known) + 1):
            self._solver.push()
            self._solver.add(wanted, z3.AtMost(*known, most))
            model = self._solver.model() if self._solver.check() == z3.sat else None
            self._solver.pop()
            if model is not None:
                return self._document(model)
        raise ValueError("the solver contradicts itself")

    def _document(self, model: z3.ModelRef) -> dict[str, Any]:
        true = {name.name() for name in model.decls() if z3.is_true(model[name])}
        return self.readings.answers.variables.document(true, self.today)


def _some_lost(before: Sequence[Formula], after: Sequence[Formula]) -> Formula:
    """When one of these is true before and not after."""
    pairs = zip(before, after, strict=False)
    return either(*(both(one, negated(other)) for one, other in pairs if not one.eq(other)))


def possible_patients(variables: Variables) -> z3.Solver:
    """A solver over every possible patient."""
    solver = z3.SolverFor("QF_FD")
    solver.add(*variables.possible())
    return solver


def prover_of(knowledge: Knowledge, invariants: Sequence[Invariant], today: date) -> Prover:
    """A prover over the space that the rules and these invariants tell apart; `today` dates events of profiles."""
    space = space_of(knowledge, conditions_behind(tuple(invariants), knowledge))
    return Prover(Readings(answers_of(knowledge, space)), today)


def prove_all(knowledge: Knowledge, invariants: Sequence[Invariant], today: date) -> Iterator[Proof]:
    """One proof an invariant, in their order, as each is done."""
    prover = prover_of(knowledge, invariants, today)
    yield from map(prover.prove, invariants)


def shown_by_engine(proof: Proof, knowledge: Knowledge, today: date) -> bool:
    """Whether the real engine, asked about the counter-example, breaks the invariant too."""
    found, invariant = proof.counter_example, proof.invariant
    if found is None:
        return False
    before = seen(found.profile, knowledge, today)
    if invariant.then is not None:
        return not before.holds(invariant.then)
    after = seen(found.changed or {}, knowledge, today)
    return invariant.law is not None and breaks(invariant.law, invariant.among, before, after)


def _value(word: str) -> str | None:
    return None if word == "unknown" else word


def _with(document: Mapping[str, Any], flag: str, value: str) -> dict[str, Any]:
    kept = {name: one for name, one in document.items() if name != flag}
    return kept if value == "unknown" else {**kept, flag: value}
