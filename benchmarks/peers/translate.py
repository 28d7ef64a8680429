"""The rules in a plain form that every peer can be made from: distinct comparisons, and programs of and/or over them.

The only thing that is done for the peers is what each of their users would do: a negation is pushed into the comparison
below it (not below 5 is at least 5), so that no negation is left. What is certain and what is possible then follow from
the same program: a comparison with an unknown value is not certain, but possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from benchmarks.peers.grown import rules_read
from formulator.conditions.tree import (
    All,
    Always,
    AnyOf,
    AtLeast,
    Atom,
    Below,
    Condition,
    IsKnown,
    IsOneOf,
    Not,
    fields_read,
)
from formulator.conditions.tree import atoms as atoms_of
from formulator.engine.standing import said_by, status_of
from formulator.knowledge import Knowledge

OPPOSITE = {
    "in": "not_in",
    "not_in": "in",
    "at_least": "below",
    "below": "at_least",
    "known": "unknown",
    "unknown": "known",
}
MARKS = 14
"""Bits of the standing of one component (formulator/engine/standing.py)."""

Program = list[Any] | int
"""`["all", ...]`, `["any", ...]`, or the number of a comparison; `["all"]` is always true."""


class Comparisons:
    """The distinct comparisons, numbered as they come."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[Any, ...], int] = {}

    def number(self, field: str, op: str, operand: Any) -> int:
        """The number of a comparison, new or known."""
        return self.numbers.setdefault((field, op, operand), len(self.numbers))

    def plain(self) -> list[dict[str, Any]]:
        """As JSON: field, op, and a limit or a list of values."""
        return [_plain_comparison(*key) for key in self.numbers]


def translated(knowledge: Knowledge) -> dict[str, Any]:
    """The knowledge as the peers get it: fields, comparisons, rules, and what makes statuses of rules that hold."""
    rules, comparisons = rules_read(knowledge), Comparisons()
    programs = [program(rule.when, comparisons, negated=False) for rule in rules]
    components, fields = list(knowledge.components), fields_of(knowledge)
    return {
        "fields": [field for field in fields if field["asked"]],
        "all_fields": fields,
        "comparisons": comparisons.plain(),
        "rules": [{"id": rule.id, "when": one} for rule, one in zip(rules, programs, strict=True)],
        "components": components,
        "marks": [said_by(rule) for rule in rules],
        "about": [[components.index(one) for one in knowledge.components_of_rule[rule.id]] for rule in rules],
        "blocks": [rule.unknown == "block" for rule in rules],
        "statuses": [[status_of(standing, blocked) for standing in range(1 << MARKS)] for blocked in (False, True)],
    }


def fields_of(knowledge: Knowledge) -> list[dict[str, Any]]:
    """Each field that rules, derived facts and indications read: a number, or a word with the values that are named.

    `asked` says whether rules read it: those fields the peers are given.
    """
    rules = rules_read(knowledge)
    others = [one.when for one in knowledge.derivations]
    others += [one.derived_from for one in knowledge.indications.values()]
    found: dict[str, list[Atom]] = {}
    for condition in [*(rule.when for rule in rules), *others]:
        for atom in atoms_of(condition):
            found.setdefault(atom.field, []).append(atom)
    asked = frozenset().union(*(fields_read(rule.when) for rule in rules))
    return [_field(name, found[name]) | {"asked": name in asked} for name in sorted(found)]


def _field(name: str, read: list[Atom]) -> dict[str, Any]:
    named: set[str | int] = set().union(*(atom.values for atom in read if isinstance(atom, IsOneOf)))
    is_number = any(isinstance(atom, AtLeast | Below) for atom in read) or not named
    return {"name": name, "kind": "number" if is_number else "word", "values": sorted(named, key=str)}


def program(condition: Condition, comparisons: Comparisons, negated: bool) -> Program:
    """A condition as a program without negations."""
    if isinstance(condition, Always):
        return ["any"] if negated else ["all"]
    if isinstance(condition, Not):
        return program(condition.part, comparisons, not negated)
    if isinstance(condition, All | AnyOf):
        word = "all" if isinstance(condition, All) is not negated else "any"
        return [word, *(program(part, comparisons, negated) for part in condition.parts)]
    op, operand = _comparison(condition)
    return comparisons.number(condition.field, OPPOSITE[op] if negated else op, operand)


def _comparison(atom: Atom) -> tuple[str, Any]:
    if isinstance(atom, IsOneOf):
        return "in", tuple(sorted(atom.values, key=str))
    if isinstance(atom, IsKnown):
        return ("known" if atom.expected else "unknown"), None
    return ("at_least" if isinstance(atom, AtLeast) else "below"), atom.limit


def _plain_comparison(field: str, op: str, operand: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"field": field, "op": op}
    if op in ("in", "not_in"):
        plain["values"] = list(operand)
    elif op in ("at_least", "below"):
        plain["limit"] = operand
    return plain


def read_fields(facts: Mapping[str, Any], fields: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Of all facts those that rules read: words, whole numbers and numbers, which JSON can carry."""
    return {field["name"]: facts[field["name"]] for field in fields if field["name"] in facts}
