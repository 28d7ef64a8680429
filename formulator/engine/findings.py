"""Every rule read on one patient: those that hold, and those that hang on something unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from formulator.engine.answer import Argument, Because
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule

CERTAINTY_ORDER = ("high", "moderate", "low", "very_low", "expert")
HARM_ORDER = ("severe", "moderate", "minor", None)
KIND_ORDER = ("excludes", "confirms", "for", "against")
LIMIT_ORDER = ("not_indicated", "optional", "adjunct", None)
ROLE_ORDER = ("main", "adjunct", "optional", None)


@dataclass(frozen=True, slots=True)
class Findings:
    """Rules that hold and rules that are open, each with the fields that decided."""

    holds: Mapping[str, tuple[str, ...]]
    open: Mapping[str, tuple[str, ...]]


def read_rules(knowledge: Knowledge, facts: Mapping[str, Any]) -> Findings:
    """Read the condition of every rule but those for when nothing is left."""
    matcher = knowledge.matcher
    match = matcher.match(facts)
    return Findings(matcher.holding(match, facts), matcher.hanging(match, facts))


def argument(rule: Rule, fields: Iterable[str], facts: Mapping[str, Any], subject: str) -> Argument:
    """The argument that a rule makes about a subject, with the values that it read."""
    return Argument(
        rule=rule.id,
        subject=subject,
        kind=rule.kind,
        text=rule.text,
        detail=rule.detail,
        because=tuple(Because(field, facts.get(field)) for field in fields),
        certainty=rule.certainty,
        sources=rule.sources,
        role=rule.role,
        limits_to=rule.limits_to,
        until=rule.until,
        harm=rule.harm,
    )


def question_argument(rule: Rule, fields: Iterable[str], facts: Mapping[str, Any], subject: str) -> Argument:
    """The argument of a rule that blocks until an unknown is answered: its question stands in for its sentence."""
    return replace(argument(rule, fields, facts, subject), text=rule.ask, detail=rule.text, until=rule.ask)


Strength = tuple[int, bool, bool, int, int, int, int, str]


def strength(one: Argument, component: str | None = None) -> Strength:
    """Sorting key: gravest kind first, what is about this patient before what holds for all, itself before its group.

    Then limit, role, harm and certainty; the rule's id makes the order total.
    """
    return (
        KIND_ORDER.index(one.kind),
        not one.because,
        component is not None and one.subject != component,
        LIMIT_ORDER.index(one.limits_to),
        ROLE_ORDER.index(one.role),
        HARM_ORDER.index(one.harm),
        CERTAINTY_ORDER.index(one.certainty),
        one.rule,
    )
