"""Why there is no formulation: the smallest set of constraints that clash, and what relaxing each would give."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from formulator.engine.answer import ComponentAnswer
from formulator.engine.formulation import Infeasible, Relaxed
from formulator.engine.options import CONSTRAINTS, Candidates
from formulator.engine.patient import Patient

_LIMITS = Relaxed("limits", "weight_kg", "Dose and volume limits leave nothing to give.", ())


def why_nothing(patient: Patient, answers: Sequence[ComponentAnswer], found: Candidates) -> Infeasible:
    """The reasons why nothing can be put together although treatment is permitted."""
    if not found.broken:
        return _nothing_permitted(patient, answers)
    broken = [constraints for _, constraints in found.broken]
    if any(not constraints for constraints in broken):
        return Infeasible("What may be used cannot be given inside its limits.", (_LIMITS,))
    clash = smallest_clash(broken)
    relaxed = tuple(_relaxed(name, found) for name in clash)
    words = " ".join(CONSTRAINTS[name][1] for name in clash)
    return Infeasible(f"No permitted component meets all of this: {words}", relaxed)


def smallest_clash(broken: Sequence[frozenset[str]]) -> tuple[str, ...]:
    """The fewest constraints of which every component breaks at least one; ties by the order of the constraints."""
    names = [name for name in CONSTRAINTS if any(name in one for one in broken)]
    for size in range(1, len(names) + 1):
        for chosen in combinations(names, size):
            if all(one.intersection(chosen) for one in broken):
                return chosen
    return tuple(names)


def _relaxed(name: str, found: Candidates) -> Relaxed:
    field, words = CONSTRAINTS[name]
    gives = tuple(component for component, constraints in found.broken if constraints == {name})
    return Relaxed(name, field, words, gives)


def _nothing_permitted(patient: Patient, answers: Sequence[ComponentAnswer]) -> Infeasible:
    waiting = tuple(
        sorted(one.id for one in answers if one.status == "deferred" and one.id in patient.knowledge.into_skin)
    )
    text = "Nothing that is brought into the skin is both permitted and supported here."
    if not waiting:
        return Infeasible(text, ())
    settle = Relaxed("settle_first", "", "Something must be settled or answered first.", waiting)
    return Infeasible(text, (settle,))
