"""Arguments for and against every component, and the status that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from formulator.engine.answer import STATUSES, USABLE, ComponentAnswer, NotEvaluated, Response
from formulator.engine.findings import CERTAINTY_ORDER, Findings, argument, question_argument, strength, subject_for
from formulator.engine.patient import Patient
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule

_STATUS_OF_ROLE = {"main": "recommended", "adjunct": "adjunct", "optional": "optional"}
_LADDER = ("recommended", "adjunct", "optional", "not_indicated")
NOT_FITTED = Response(estimable=False, reason="model not fitted yet")


def assess(findings: Findings, patient: Patient) -> tuple[ComponentAnswer, ...]:
    """Judge every component of the knowledge base, best first."""
    knowledge = patient.knowledge
    holding = _by_component(findings.holds, knowledge)
    hanging = _by_component(findings.open, knowledge)
    answers = [
        _judge(name, holding.get(name, ()), hanging.get(name, ()), findings, patient) for name in knowledge.components
    ]
    return tuple(sorted(answers, key=_best_first))


def _by_component(rules: Iterable[str], knowledge: Knowledge) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for identifier in rules:
        for component in knowledge.components_of_rule[identifier]:
            found.setdefault(component, []).append(knowledge.rules[identifier])
    return found


def _judge(
    name: str,
    holding: Sequence[Rule],
    hanging: Sequence[Rule],
    findings: Findings,
    patient: Patient,
) -> ComponentAnswer:
    facts, knowledge = patient.facts, patient.knowledge
    arguments = [argument(one, findings.holds[one.id], facts, subject_for(one, name, knowledge)) for one in holding]
    blocks = [
        question_argument(one, findings.open[one.id], facts, subject_for(one, name, knowledge))
        for one in hanging
        if one.unknown == "block"
    ]
    status = status_of(holding, blocked=bool(blocks))
    if status == "deferred":
        arguments += blocks
    arguments.sort(key=strength)
    stocked = facts.get("stocked_components")
    return ComponentAnswer(
        id=name,
        status=status,
        cautions=tuple(one for one in arguments if one.kind == "against"),
        arguments=tuple(arguments),
        not_evaluated=tuple(NotEvaluated(rule.id, findings.open[rule.id]) for rule in sorted(hanging, key=_identifier)),
        response=NOT_FITTED,
        stocked=not stocked or name in stocked,
    )


def _identifier(rule: Rule) -> str:
    return rule.id


def status_of(holding: Iterable[Rule], blocked: bool) -> str:
    """The status ladder: from the rules that hold for a component to its status.

    An exclusion that nothing can lift contraindicates. Otherwise the highest role of what speaks for the component,
    capped by the lowest limit of what speaks against it, is what it would be; if it would be used but a temporary
    exclusion holds or a blocking question is open, it is deferred. The order of the rules never matters.
    """
    holding = tuple(holding)
    exclusions = [rule for rule in holding if rule.kind == "excludes"]
    if any(not rule.until for rule in exclusions):
        return "contraindicated"
    would_be = _without_exclusions(holding)
    if would_be in USABLE:
        return "deferred" if exclusions or blocked else would_be
    return "contraindicated" if exclusions else would_be


def _without_exclusions(holding: Iterable[Rule]) -> str:
    limit, supported, confirmed = 0, len(_LADDER) - 1, len(_LADDER) - 1
    for rule in holding:
        if rule.role:
            step = _LADDER.index(_STATUS_OF_ROLE[rule.role])
            supported = min(supported, step)
            confirmed = min(confirmed, step) if rule.kind == "confirms" else confirmed
        elif rule.limits_to:
            limit = max(limit, _LADDER.index(rule.limits_to))
    return _LADDER[min(confirmed, max(supported, limit))]


def _best_first(answer: ComponentAnswer) -> tuple[int, int, str]:
    speaks_for = [one for one in answer.arguments if one.kind in ("for", "confirms")]
    certainty = min((CERTAINTY_ORDER.index(one.certainty) for one in speaks_for), default=len(CERTAINTY_ORDER))
    return STATUSES.index(answer.status), certainty, answer.id
