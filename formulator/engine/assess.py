"""Arguments for and against every component, and the status that follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter

from formulator.engine.answer import Argument, ComponentAnswer, NotEvaluated
from formulator.engine.estimate import Respond, best_first, no_model, responses
from formulator.engine.findings import Findings, Strength, graded_argument, question_argument, strength
from formulator.engine.patient import Patient
from formulator.engine.standing import standings, status_of
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule


def judged(findings: Findings, patient: Patient, model: EvidenceModel | None) -> tuple[ComponentAnswer, ...]:
    """Every component with what the model says about its effect, best first."""
    return best_first(assess(findings, patient, responses(patient, model)))


def assess(findings: Findings, patient: Patient, respond: Respond = no_model) -> list[ComponentAnswer]:
    """Judge every component of the knowledge base."""
    said = _by_component(findings.holds, graded_argument, patient)
    asked = {name: findings.open[name] for name in findings.open.keys() & patient.knowledge.rules_that_block}
    blocks = _by_component(asked, _graded_question, patient)
    hanging, stocked = _hanging(findings, patient.knowledge), patient.facts.get("stocked_components")
    answers = []
    for name, standing in standings(findings.holds, patient.knowledge).items():
        status = status_of(standing, name in blocks)
        arguments = said.get(name, ())
        if name in blocks and status == "deferred":
            arguments = sorted(
                [*arguments, *blocks[name]], key=lambda one, name=name: strength(one, one.subject != name)
            )
        answers.append(
            ComponentAnswer(
                id=name,
                status=status,
                cautions=tuple([one for one in arguments if one.kind == "against"]),
                arguments=tuple(arguments),
                not_evaluated=tuple(hanging[name]),
                response=respond(name, status),
                stocked=not stocked or name in stocked,
            )
        )
    return answers


def _by_component(
    rules: Mapping[str, tuple[str, ...]],
    argue: Callable[[Rule, tuple[str, ...], Patient, str], tuple[Strength, Argument]],
    patient: Patient,
) -> dict[str, list[Argument]]:
    """The arguments about each component, strongest first; one that speaks about a group is made once."""
    found: dict[str, list[tuple[Strength, Argument]]] = {}
    subjects = patient.knowledge.subjects_of_rule
    for identifier, fields in rules.items():
        rule = patient.rule(identifier)
        made: dict[str, tuple[Strength, Argument]] = {}
        for component, subject in subjects[identifier]:
            pair = made.get(subject)
            if pair is None:
                pair = made[subject] = argue(rule, fields, patient, subject)
            found.setdefault(component, []).append(pair)
    return {component: [one for _, one in sorted(pairs, key=itemgetter(0))] for component, pairs in found.items()}


def _graded_question(rule: Rule, fields: tuple[str, ...], patient: Patient, subject: str) -> tuple[Strength, Argument]:
    made = question_argument(rule, fields, patient, subject)
    return strength(made, subject not in patient.knowledge.components), made


def _hanging(findings: Findings, knowledge: Knowledge) -> dict[str, list[NotEvaluated]]:
    found: dict[str, list[NotEvaluated]] = {name: [] for name in knowledge.components}
    open_rules = findings.open
    adding: dict[int, list[Callable[[NotEvaluated], None]]] = {}
    for identifier in sorted(open_rules):
        components = knowledge.components_of_rule[identifier]
        if id(components) not in adding:  # rules about the same components share one tuple
            adding[id(components)] = [found[name].append for name in components]
        open_rule = _not_evaluated(identifier, open_rules[identifier])
        for add in adding[id(components)]:
            add(open_rule)
    return found


@lru_cache(maxsize=8192)
def _not_evaluated(rule: str, fields: tuple[str, ...]) -> NotEvaluated:
    """Each made once: nothing of it is about a patient."""
    return NotEvaluated(rule, fields)
