"""For each way in which a rule could say less, a patient for whom the answer would change; or the proof of none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import z3

from formulator.engine.answer import STATUSES
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.proof.answers import Answers
from formulator.proof.booleans import Formula, both, either, negated
from formulator.proof.mutants import Mutant
from formulator.proof.prover import possible_patients
from formulator.proof.twins import Given

FIRST_LOOK = 4
"""How many components of a rule are looked at before all of them are: most rules say the same about each."""


@dataclass(frozen=True)
class Witnesses:
    """Looks for patients to whom two knowledge bases answer differently."""

    answers: Answers

    @cached_property
    def _solver(self) -> z3.Solver:
        return possible_patients(self.answers.variables)

    def differing(self, mutant: Mutant, knowledge: Knowledge) -> tuple[Given, str] | None:
        """A patient whose decision or a status differs, with the component; None: there is none."""
        about = self._about(mutant)
        faulty = self.answers.amended(knowledge, mutant.rule)
        looked = _spread(about, FIRST_LOOK)
        for names in (looked, about) if len(looked) < len(about) else (about,):
            found = self._some({name: _status_differs(self.answers, faulty, name) for name in names})
            if found:
                return found
        return self._some({"": _decision_differs(self.answers, faulty)})

    def never_differs(self, mutant: Mutant, knowledge: Knowledge) -> bool:
        """Whether the fault changes the decision and the status of every component for nobody."""
        faulty = self.answers.amended(knowledge, mutant.rule)
        statuses = (_status_differs(self.answers, faulty, name) for name in self._about(mutant))
        formulas = (*statuses, _decision_differs(self.answers, faulty))
        return all(self._solver.check(one) == z3.unsat for one in formulas)

    def _about(self, mutant: Mutant) -> Sequence[str]:
        return self.answers.knowledge.components_of_rule[mutant.rule]

    def _some(self, by_component: Mapping[str, Formula]) -> tuple[Given, str] | None:
        stock = map(negated, self.answers.variables.in_stock.values())
        if self._solver.check(either(*by_component.values()), *stock) != z3.sat:
            return None
        model = self._solver.model()
        return self._given(model), next(name for name, one in by_component.items() if z3.is_true(model.eval(one, True)))

    def _given(self, model: z3.ModelRef) -> Given:
        fields = self.answers.variables.given.items()
        cells = ((name, number, one) for name, field in fields for number, (_, one) in enumerate(field.values))
        return {name: number for name, number, one in cells if z3.is_true(model.eval(one))}


def _spread(names: Sequence[str], count: int) -> Sequence[str]:
    return names[:: max(1, len(names) // count)][:count]


def _status_differs(sound: Answers, faulty: Answers, component: str) -> Formula:
    return either(*(_differ(sound.status(component, one), faulty.status(component, one)) for one in STATUSES))


def _decision_differs(sound: Answers, faulty: Answers) -> Formula:
    return either(*(_differ(sound.decision(one), faulty.decision(one)) for one in GRAVEST_FIRST))


def _differ(one: Formula, other: Formula) -> Formula:
    return either(both(one, negated(other)), both(negated(one), other))
