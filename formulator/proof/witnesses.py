"""For each way in which a rule could say less, a patient for whom the answer would change; or the proof of none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import z3

from formulator.engine.standing import NOTHING_SAID, Standing, said_by, status_of
from formulator.engine.tables import Diagram, diagram_of
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import Rule
from formulator.proof.answers import Answers
from formulator.proof.booleans import FALSE, Formula, both, either, negated
from formulator.proof.formulas import Kleene, kleene
from formulator.proof.mutants import Mutant
from formulator.proof.prover import possible_patients
from formulator.proof.tables import formulas_of
from formulator.proof.twins import Given

FIRST_LOOK = 4
"""How many components of a rule are looked at before all of them are: most rules say the same about each."""


@dataclass(frozen=True)
class Witnesses:
    """Looks for patients to whom two knowledge bases, one with a fault in one rule, answer differently."""

    answers: Answers

    @cached_property
    def _solver(self) -> z3.Solver:
        return possible_patients(self.answers.variables)

    def differing(self, mutant: Mutant, knowledge: Knowledge) -> tuple[Given, str] | None:
        """A patient whose decision or a status differs, with the component; None: there is none."""
        about = self.answers.knowledge.components_of_rule[mutant.rule]
        looked = _spread(about, FIRST_LOOK)
        for names in (looked, about) if len(looked) < len(about) else (about,):
            found = self._some({name: self._status_differs(mutant, name) for name in names})
            if found:
                return found
        return self._some({"": self._decision_differs(mutant, knowledge)})

    def never_differs(self, mutant: Mutant, knowledge: Knowledge) -> bool:
        """Whether the fault changes the decision and the status of every component for nobody."""
        about = self.answers.knowledge.components_of_rule[mutant.rule]
        statuses = either(*(self._status_differs(mutant, name) for name in about))
        return (
            self._solver.check(statuses) == z3.unsat
            and self._solver.check(self._decision_differs(mutant, knowledge)) == z3.unsat
        )

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

    def _status_differs(self, mutant: Mutant, component: str) -> Formula:
        """What the other rules say about the component, joined with what this one says before and after."""
        answers, rule = self.answers, self.answers.knowledge.rules[mutant.rule]
        others = [one for one in answers.knowledge.rules_about[component] if one.id != rule.id]
        saying: dict[Standing, list[Rule]] = {}
        for one in others:
            saying.setdefault(said_by(one), []).append(one)
        marks = tuple(sorted(mark for mark in saying if mark != NOTHING_SAID))
        asked = answers.any_open(one for one in others if one.unknown == "block")
        before, after = _Part.of(rule, answers.rules[rule.id]), self._after(mutant)
        table = _differing_statuses(marks, before.mark, after.mark)
        bits = [asked, before.asks, after.asks, before.says, after.says]
        return formulas_of(table, [*bits, *(answers.any_holds(saying[mark]) for mark in marks)]).get(True, FALSE)

    def _after(self, mutant: Mutant) -> _Part:
        if mutant.changed is None:
            return _Part(NOTHING_SAID, FALSE, FALSE)
        sound = self.answers.knowledge.rules[mutant.rule]
        same = mutant.changed.when == sound.when
        read = self.answers.rules[sound.id] if same else kleene(mutant.changed.when, self.answers.facts)
        return _Part.of(mutant.changed, read)

    def _decision_differs(self, mutant: Mutant, knowledge: Knowledge) -> Formula:
        """Asked where no status differs."""
        faulty = self.answers.with_other_decisions(knowledge, mutant.rule)
        pairs = ((self.answers.decision(one), faulty.decision(one)) for one in GRAVEST_FIRST)
        return either(*(either(both(one, negated(other)), both(negated(one), other)) for one, other in pairs))


@dataclass(frozen=True, slots=True)
class _Part:
    """What one rule adds: its mark while `says`, a question while `asks`."""

    mark: Standing
    says: Formula
    asks: Formula

    @staticmethod
    def of(rule: Rule, read: Kleene) -> _Part:
        if rule.when_nothing_is_left:
            return _Part(NOTHING_SAID, FALSE, FALSE)
        return _Part(said_by(rule), read.true, read.unknown if rule.unknown == "block" else FALSE)


@cache
def _differing_statuses(marks: tuple[Standing, ...], before: Standing, after: Standing) -> Diagram[bool]:
    """Whether the engine's ladder gives two statuses: truths are others ask, asks twice, says twice, then the marks."""

    def differ(bits: tuple[bool, ...]) -> bool:
        asked, asked_before, asked_after, said_before, said_after, *others = bits
        standing = NOTHING_SAID
        for mark, said in zip(marks, others, strict=True):
            standing |= mark if said else NOTHING_SAID
        old = status_of(standing | (before if said_before else NOTHING_SAID), asked or asked_before)
        return old != status_of(standing | (after if said_after else NOTHING_SAID), asked or asked_after)

    return diagram_of(5 + len(marks), differ)


def _spread(names: Sequence[str], count: int) -> Sequence[str]:
    return names[:: max(1, len(names) // count)][:count]
