"""May we treat? The gravest decision that a rule forces, with its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from formulator.conditions import truth
from formulator.engine.answer import MOVABLE, Argument, ComponentAnswer
from formulator.engine.findings import Findings, argument, known_argument, question_argument, strength
from formulator.engine.patient import Patient
from formulator.knowledge.base import GRAVEST_FIRST, PROCEDURE, gravest
from formulator.knowledge.items import TREATMENT, Rule


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision, why, and whether it waits for answers alone."""

    decision: str
    arguments: tuple[Argument, ...]
    waits_for: tuple[str, ...]


def decide(findings: Findings, components: Iterable[ComponentAnswer], patient: Patient) -> Verdict:
    """Collect what the rules say about treating at all.

    A prohibition outranks a referral (which stays among the reasons), a referral outranks a delay. A rule on the
    procedure that blocks while its fact is unknown delays the treatment until the question is answered.
    """
    forced = _forced(findings, patient)
    questions = _questions(findings, patient)
    decision = patient.knowledge.decision_of(findings.holds, findings.open)
    if decision == "treat" and not any(
        one.id in patient.knowledge.into_skin and one.status in MOVABLE for one in components
    ):
        return _nothing_left(patient)
    reasons = [one for _, one in sorted(forced, key=lambda pair: (GRAVEST_FIRST.index(pair[0]), strength(pair[1])))]
    reasons += sorted(questions, key=strength)
    if decision == "treat":
        reasons = _reasons_to_treat(findings, patient)
    waits_for = () if forced else tuple(sorted({read.field for one in questions for read in one.because}))
    return Verdict(decision, tuple(reasons), waits_for)


def _nothing_left(patient: Patient) -> Verdict:
    decision = decision_when_nothing_is_left(patient)
    rules = [rule for rule in _rules_when_nothing_is_left(patient) if rule.decision == decision]
    return Verdict(decision, tuple(argument(rule, ("indication",), patient.facts, PROCEDURE) for rule in rules), ())


def decision_when_nothing_is_left(patient: Patient) -> str:
    """What the rules say where no component is left to bring into the skin; treat where they say nothing."""
    return gravest(rule.decision or "treat" for rule in _rules_when_nothing_is_left(patient))


def _rules_when_nothing_is_left(patient: Patient) -> list[Rule]:
    return [rule for rule in patient.knowledge.rules_when_nothing_is_left if truth(rule.when, patient.facts)]


def _forced(findings: Findings, patient: Patient) -> list[tuple[str, Argument]]:
    found = []
    for identifier, fields in findings.holds.items():
        rule = patient.rule(identifier)
        if rule.decision:
            found.append((rule.decision, known_argument(rule, fields, patient, PROCEDURE)))
    return found


def _questions(findings: Findings, patient: Patient) -> list[Argument]:
    return [
        question_argument(patient.rule(identifier), findings.open[identifier], patient, PROCEDURE)
        for identifier in findings.open.keys() & patient.knowledge.rules_that_delay
    ]


def _reasons_to_treat(findings: Findings, patient: Patient) -> list[Argument]:
    reasons = [
        known_argument(patient.rule(identifier), fields, patient, TREATMENT)
        for identifier, fields in findings.holds.items()
        if TREATMENT in patient.rule(identifier).subject
    ]
    return sorted(reasons, key=strength)
