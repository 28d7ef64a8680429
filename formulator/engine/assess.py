"""Arguments for and against every component, and the status that follows from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter

from formulator.engine.answer import Argument, ComponentAnswer, NotEvaluated
from formulator.engine.estimate import NO_MODEL
from formulator.engine.findings import Findings, Strength, known_argument, question_argument, strength
from formulator.engine.patient import Patient
from formulator.engine.rule_sets import rule_sets
from formulator.engine.standing import Standing, in_lanes, status_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule


def assess(findings: Findings, patient: Patient) -> list[ComponentAnswer]:
    """Judge every component of the knowledge base."""
    said = _by_component(findings.holds, known_argument, patient)
    asked = {name: findings.open[name] for name in findings.open.keys() & patient.knowledge.rules_that_block}
    blocks = _by_component(asked, question_argument, patient)
    hanging = _hanging(findings, patient.knowledge)
    answers = [
        _judge(name, standing, (said.get(name, ()), blocks.get(name, ())), hanging[name], patient)
        for name, standing in _standings(findings, patient.knowledge).items()
    ]
    return answers


def _standings(findings: Findings, knowledge: Knowledge) -> dict[str, Standing]:
    holding = knowledge.matcher.bits(findings.holds)
    return dict(zip(knowledge.components, in_lanes(rule_sets(knowledge).said_while(holding), knowledge), strict=True))


def _by_component(
    rules: Mapping[str, tuple[str, ...]],
    argue: Callable[[Rule, tuple[str, ...], Patient, str], Argument],
    patient: Patient,
) -> dict[str, list[Argument]]:
    """The arguments about each component, strongest first; one that speaks about a group is made once."""
    found: dict[str, list[tuple[Strength, Argument]]] = {}
    for identifier, fields in rules.items():
        rule = patient.rule(identifier)
        made: dict[str, tuple[Strength, Argument]] = {}
        for component, subject in patient.knowledge.subjects_of_rule[identifier]:
            if subject not in made:
                one = argue(rule, fields, patient, subject)
                made[subject] = (strength(one, component), one)
            found.setdefault(component, []).append(made[subject])
    return {component: [one for _, one in sorted(pairs, key=itemgetter(0))] for component, pairs in found.items()}


def _hanging(findings: Findings, knowledge: Knowledge) -> dict[str, list[NotEvaluated]]:
    found: dict[str, list[NotEvaluated]] = {name: [] for name in knowledge.components}
    adding: dict[int, list[Callable[[NotEvaluated], None]]] = {}
    for identifier in sorted(findings.open):
        components = knowledge.components_of_rule[identifier]
        if id(components) not in adding:  # rules about the same components share one tuple
            adding[id(components)] = [found[name].append for name in components]
        open_rule = _not_evaluated(identifier, findings.open[identifier])
        for add in adding[id(components)]:
            add(open_rule)
    return found


@lru_cache(maxsize=8192)
def _not_evaluated(rule: str, fields: tuple[str, ...]) -> NotEvaluated:
    """Each made once: nothing of it is about a patient."""
    return NotEvaluated(rule, fields)


def _judge(
    name: str,
    standing: Standing,
    speaking: tuple[Sequence[Argument], Sequence[Argument]],
    hanging: Sequence[NotEvaluated],
    patient: Patient,
) -> ComponentAnswer:
    said, blocks = speaking
    status = status_of(standing, bool(blocks))
    arguments = (
        sorted([*said, *blocks], key=lambda one: strength(one, name)) if blocks and status == "deferred" else said
    )
    stocked = patient.facts.get("stocked_components")
    return ComponentAnswer(
        id=name,
        status=status,
        cautions=tuple([one for one in arguments if one.kind == "against"]),
        arguments=tuple(arguments),
        not_evaluated=tuple(hanging),
        response=NO_MODEL,
        stocked=not stocked or name in stocked,
    )
