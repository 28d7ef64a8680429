"""Every rule read on one patient: those that hold, and those that hang on something unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, reduce
from typing import Any

from formulator.engine.answer import Argument, Because
from formulator.engine.patient import Patient
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


Strength = tuple[int, str]


def argument(rule: Rule, fields: Iterable[str], facts: Mapping[str, Any], subject: str) -> Argument:
    """The argument that a rule makes about a subject, with the values that it read."""
    because = tuple([Because(field, facts.get(field)) for field in fields])
    about = (rule.id, subject, rule.kind, rule.text, rule.detail)
    return Argument(
        *about, because, rule.certainty, rule.sources, rule.role, rule.limits_to, until=rule.until, harm=rule.harm
    )


def known_argument(rule: Rule, fields: tuple[str, ...], patient: Patient, subject: str) -> Argument:
    """The same; one that read nothing but words is the same for all patients with these words, and kept."""
    return graded_argument(rule, fields, patient, subject)[1]


def graded_argument(rule: Rule, fields: tuple[str, ...], patient: Patient, subject: str) -> tuple[Strength, Argument]:
    """The same with its strength where it is about a component, or about a group that the component belongs to."""
    values = tuple(map(patient.facts.get, fields))
    key, kept = ("argument", rule.id, subject, fields, values), patient.knowledge.made_by_engine
    found = kept.get(key)
    if found is None:
        made = argument(rule, fields, patient.facts, subject)
        found = strength(made, about_group=subject not in patient.knowledge.components), made
        if len(kept) < MOST_KEPT and _WORDS.issuperset(map(type, values)):
            kept[key] = found
    return found


_WORDS = frozenset((str, type(None)))
MOST_KEPT = 50_000


def question_argument(rule: Rule, fields: tuple[str, ...], patient: Patient, subject: str) -> Argument:
    """The argument of a rule that blocks until an unknown is answered: its question stands in for its sentence."""
    return replace(argument(rule, fields, patient.facts, subject), text=rule.ask, detail=rule.text, until=rule.ask)


def strength(one: Argument, about_group: bool = False) -> Strength:
    """Sorting key: gravest kind first, what is about this patient before what holds for all, itself before its group.

    Then limit, role, harm and certainty; the rule's id makes the order total.
    """
    said = (one.kind, not one.because, about_group, one.limits_to, one.role, one.harm, one.certainty)
    return _grade(said), one.rule


_ORDERS = (KIND_ORDER, (False, True), (False, True), LIMIT_ORDER, ROLE_ORDER, HARM_ORDER, CERTAINTY_ORDER)


@cache
def _grade(said: tuple[object, ...]) -> int:
    """The places in their orders as the digits of one number, what counts first as the first digit."""
    places = [order.index(one) for order, one in zip(_ORDERS, said, strict=True)]
    return reduce(lambda number, place: number * 10 + place, places, 0)
