"""Overlaps: two indications, or two derived values of one fact, that hold together, so that only order decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from formulator.conditions import Condition, truth
from formulator.proof.analysis.findings import Check, Finding
from formulator.proof.analysis.ground import Ground
from formulator.proof.booleans import negated
from formulator.proof.seen import Seen


def overlapping_indications(ground: Ground) -> Iterator[Finding]:
    """Two indications whose conditions hold together for some patient: only the first by name is answered."""
    indications = ground.knowledge.indications
    named = {name: ground.name(ground.read(one.derived_from).true) for name, one in indications.items()}
    for (one, first), (other, second) in combinations(named.items(), 2):
        if ground.possible(first, second):
            words = f"{one} and {other} hold together; {one} is answered only because its name comes first."
            pair = (indications[one].derived_from, indications[other].derived_from)
            yield Finding(
                "two_indications", (one, other), ground.place("Indication", other), words, "severe",
                ground.witness(first, second), _both_true(*pair),
            )  # fmt: skip


def overlapping_derivations(ground: Ground) -> Iterator[Finding]:
    """Two derivations that give one fact different values for the same patient, who did not give the fact."""
    answers = ground.answers
    for one, other in combinations(ground.knowledge.derivations, 2):
        if one.field != other.field or one.value == other.value:
            continue
        asked = (
            ground.read(one.when).true,
            ground.read(other.when).true,
            negated(answers.variables.field(one.field).known),
        )
        if ground.possible(*asked):
            words = f"{one.id} says {one.field} is {one.value}, {other.id} says {other.value}, of the same patient."
            yield Finding(
                "two_values", (one.id, other.id), ground.place("Derivation", other.id), words, "severe",
                ground.witness(*asked), _both_true(one.when, other.when),
            )  # fmt: skip


def _both_true(one: Condition, other: Condition) -> Callable[[Seen], bool]:
    return lambda at: truth(one, at.facts) is True and truth(other, at.facts) is True


CHECKS = (
    Check("two_indications", "No patient fits two indications.", overlapping_indications),
    Check("two_values", "No fact is derived with two values.", overlapping_derivations),
)
