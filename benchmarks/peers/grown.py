"""A knowledge base with several times the rules: the real one, and copies of its rules that ask other things.

A copy is no mere repetition, which an engine could answer once: its thresholds lie elsewhere and its words are the next
ones of the same field. Questions of yes and no stay as they are, and so do the fields, so what grows is the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from formulator.conditions.tree import All, AnyOf, AtLeast, Below, Condition, IsOneOf, Not, atoms
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule

YES_AND_NO = {"yes", "no"}
STEP = 0.07
"""How much each copy moves a threshold, as a part of it."""


def grown(knowledge: Knowledge, times: int) -> Knowledge:
    """The knowledge base with so many times the rules; itself for one time."""
    if times == 1:
        return knowledge
    words = _words(knowledge)
    rules = dict(knowledge.rules)
    for number in range(1, times):
        for rule in knowledge.rules.values():
            if not rule.when_nothing_is_left:
                name = f"{rule.id}__{number}"
                rules[name] = rule.model_copy(update={"id": name, "when": _moved(rule.when, number, words)})
    return replace(knowledge, rules=rules)


def rules_read(knowledge: Knowledge) -> tuple[Rule, ...]:
    """The rules that are read of every patient, in the order of their bits."""
    return tuple(rule for rule in knowledge.rules.values() if not rule.when_nothing_is_left)


def _words(knowledge: Knowledge) -> Mapping[str, Sequence[str | int]]:
    """For each field, the values that rules name, sorted."""
    found: dict[str, set[str | int]] = {}
    for rule in knowledge.rules.values():
        for atom in atoms(rule.when):
            if isinstance(atom, IsOneOf):
                found.setdefault(atom.field, set()).update(atom.values)
    return {field: sorted(values, key=str) for field, values in found.items()}


def _moved(condition: Condition, number: int, words: Mapping[str, Sequence[str | int]]) -> Condition:
    if isinstance(condition, All | AnyOf):
        return type(condition)(tuple(_moved(part, number, words) for part in condition.parts))
    if isinstance(condition, Not):
        return Not(_moved(condition.part, number, words))
    if isinstance(condition, AtLeast | Below):
        return replace(condition, limit=round(condition.limit * (1 + STEP * number), 3))
    if isinstance(condition, IsOneOf) and not condition.values & YES_AND_NO:
        of_field = words[condition.field]
        moved = (of_field[(of_field.index(value) + number) % len(of_field)] for value in condition.values)
        return IsOneOf(condition.field, frozenset(moved))
    return condition
