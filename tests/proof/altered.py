"""Knowledge with a planted fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from formulator.conditions import All, Always, AnyOf, Condition
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule


def with_rules(
    knowledge: Knowledge,
    without: Iterable[str] = (),
    changed: Mapping[str, Mapping[str, Any]] | None = None,
    added: Iterable[Rule] = (),
) -> Knowledge:
    """The knowledge with rules left out, changed and added."""
    left_out, changes = set(without), changed or {}
    kept = {name: rule for name, rule in knowledge.rules.items() if name not in left_out}
    edited = {name: rule.model_copy(update=dict(changes.get(name, {}))) for name, rule in kept.items()}
    rules = {**edited, **{rule.id: rule for rule in added}}
    return replace(knowledge, rules=dict(sorted(rules.items())))


def rule(identifier: str, when: Condition, **parts: Any) -> Rule:
    """A planted rule; by default it recommends."""
    about: dict[str, Any] = {"kind": "for", "role": "main", "certainty": "low", **parts}
    if about["kind"] != "for":
        del about["role"]
    return Rule(
        id=identifier,
        reviewed=date(2026, 11, 25),
        status="active",
        sources=("formulator_definitions",),
        text="Planted by a test.",
        when=when,
        **about,
    )


CAUTION: Mapping[str, Any] = {"kind": "against", "unknown": None, "decision": None, "until": "", "ask": ""}
"""What turns an exclusion into a mere caution."""


def swapped(condition: Condition) -> Condition:
    """The condition with every outer any turned into all, and the other way round."""
    if isinstance(condition, AnyOf):
        return All(condition.parts)
    return AnyOf(condition.parts) if isinstance(condition, All) else condition


def permissive(knowledge: Knowledge) -> Knowledge:
    """Nothing is excluded or spoken against, and everything is recommended to everybody."""
    objections = [one.id for one in knowledge.rules.values() if one.kind in ("excludes", "against")]
    added = [rule(f"planted_{name}", Always(), subject=(name,)) for name in knowledge.components]
    return with_rules(knowledge, without=objections, added=added)
