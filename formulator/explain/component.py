"""Why one component has its status, and what would change it."""

from __future__ import annotations

from typing import Any

from formulator.engine.answer import USABLE, ComponentAnswer, Recommendation
from formulator.engine.words import STATUS_WORDS
from formulator.evidence.answer import EvidenceModel
from formulator.explain.studied import Studied, studied_lines, studied_mapping, studied_of_component
from formulator.explain.why_not import why_not
from formulator.explain.why_not_text import why_not_lines, why_not_mapping
from formulator.export.json_export import plain
from formulator.export.text import argument_line
from formulator.export.words import STATUS_MEANING, field_label
from formulator.faults import Fault, FaultsFound, Place, did_you_mean
from formulator.knowledge import Knowledge

_WHY_NOT = {False: "Why not, and what would bring it in:", True: "Why not more, and what would raise it:"}
"""By whether it is used already."""


def explanation_mapping(
    answer: Recommendation, component: str, knowledge: Knowledge, model: EvidenceModel | None = None
) -> dict[str, Any]:
    """Status, arguments, open rules, what would move the component and who was studied, as plain values."""
    found = known_component(answer, component)
    return {
        "component": plain(found),
        "would_change": would_change(answer, component, knowledge),
        "why_not": why_not_mapping(why_not(answer, component, knowledge), knowledge),
        "studied": studied_mapping(studied_of_component(answer, component, model)),
        "knowledge": {"version": answer.knowledge_version, "sha256": answer.knowledge_sha256},
        "profile_sha256": answer.profile_sha256,
        "date": answer.date.isoformat(),
    }


def would_change(answer: Recommendation, component: str, knowledge: Knowledge) -> list[dict[str, str]]:
    """Answers to open questions that would move this component."""
    name = knowledge.components[component].name
    return [
        {"field": question.field, "value": value, "change": change}
        for question in answer.missing
        for value, changes in question.answers.items()
        for change in changes
        if change.startswith(f"{name}: ")
    ]


def explanation_text(
    answer: Recommendation, component: str, knowledge: Knowledge, model: EvidenceModel | None = None
) -> str:
    """The explanation for a terminal."""
    found = known_component(answer, component)
    lines = [
        f"{knowledge.components[component].name} [{component}]",
        f"{STATUS_WORDS[found.status]}: {STATUS_MEANING[found.status]}",
        "",
    ]
    lines += [argument_line(one, knowledge) for one in found.arguments] or ["  No rule speaks for or against it here."]
    if found.not_evaluated:
        lines += ["", "Not evaluated, because something is unknown:"]
        lines += [f"  {_open_rule(one.rule, one.unknown, knowledge)}" for one in found.not_evaluated]
    changes = would_change(answer, component, knowledge)
    lines += ["", "What would change it:"] if changes else ["", "No single open answer would change it."]
    lines += [f"  {field_label(knowledge, one['field'])} {one['value']}: {one['change']}" for one in changes]
    against = why_not(answer, component, knowledge)
    lines += ["", _WHY_NOT[found.status in USABLE], *why_not_lines(against, knowledge)] if against else []
    lines += _who_was_studied(studied_of_component(answer, component, model))
    lines += [
        "",
        f"Knowledge {answer.knowledge_version} {answer.knowledge_sha256[:12]}; profile {answer.profile_sha256[:12]}",
    ]
    return "\n".join(lines) + "\n"


def _who_was_studied(found: Studied | None) -> list[str]:
    return ["", "Who was studied:", *(f"  {line}" for line in studied_lines(found))] if found else []


def _open_rule(rule: str, unknown: tuple[str, ...], knowledge: Knowledge) -> str:
    asked = ", ".join(field_label(knowledge, field) for field in unknown)
    return f"{rule}: {knowledge.rules[rule].text} (unknown: {asked})"


def known_component(answer: Recommendation, component: str) -> ComponentAnswer:
    """The answer about a component; raises FaultsFound with the nearest name for what is none."""
    known = [one.id for one in answer.components]
    if component not in known:
        problem = f"{component!r} is not a component."
        advice = did_you_mean(component, known) or "Run `formulator knowledge components` for the list."
        raise FaultsFound([Fault(Place("COMPONENT"), "", problem, advice=advice)])
    return answer.component(component)
