"""How the tests of the trace look into it, and how they take rules out of the knowledge and put rules in."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from formulator.conditions import IsOneOf
from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_evidence
from formulator.explain.trace import Trace
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.profile import Profile
from tests.conftest import TODAY

ADDED = "rule_that_does_not_hold_here"


@cache
def model() -> EvidenceModel:
    """The shipped model, read once."""
    return load_evidence()


def nodes(one: Trace) -> Iterator[Trace]:
    """Every different node of a trace."""
    seen: set[int] = set()
    waiting = [one]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            waiting += node.children


def statuses_of(one: Trace) -> dict[str, Trace]:
    """The trace of each component."""
    return {node.about: node for node in nodes(one) if node.kind == "status"}


def rules_of(status: Trace) -> list[Trace]:
    """The rules and questions directly under a status: those that hold or block."""
    return [node for node in status.children if node.kind in ("rule", "question")]


def without(knowledge: Knowledge, rules: Collection[str]) -> Knowledge:
    """The knowledge without these rules."""
    return replace(knowledge, rules={name: one for name, one in knowledge.rules.items() if name not in rules})


def with_a_rule_that_does_not_hold(knowledge: Knowledge, profile: Profile, component: str) -> Knowledge | None:
    """The knowledge with one more exclusion, whose condition is false for this patient; None if nothing is known."""
    for name, value in sorted(profile.values.items()):
        others = frozenset(knowledge.catalogue.fields[name].choices) - {value, "unknown"}
        if isinstance(value, str) and others:
            content: dict[str, Any] = {"id": ADDED, "subject": component, "kind": "excludes", "unknown": "assume"}
            content |= {"when": IsOneOf(name, others), "text": "Made up.", "harm": "severe", "certainty": "expert"}
            content |= {"sources": ("made_up",), "reviewed": TODAY, "status": "active"}
            return replace(knowledge, rules={**knowledge.rules, ADDED: Rule.model_validate(content)})
    return None


def decided(answer: Recommendation) -> tuple[object, ...]:
    """What an answer says: its decision, components, plan and formulations."""
    return answer.decision, answer.decision_arguments, answer.components, answer.plan, answer.formulations
