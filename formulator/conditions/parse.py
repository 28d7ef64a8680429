"""From the YAML of a condition to its tree; every mistake is refused with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from formulator.conditions.compiled.unfold import MOST_ALTERNATIVES, count_alternatives
from formulator.conditions.tree import All, Always, AnyOf, AtLeast, Below, Condition, IsKnown, IsOneOf, Not
from formulator.faults import Fault, FaultsFound, did_you_mean, shown
from formulator.strict_yaml import Node

_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")


@dataclass(frozen=True, slots=True)
class ConditionField:
    """What a condition may say about a field: `choices` of an enum (empty: any word), or a number."""

    name: str
    is_number: bool
    choices: frozenset[str]


@dataclass(frozen=True, slots=True)
class NamedLimit:
    """A threshold as conditions see it."""

    field: str
    value: float


@dataclass(frozen=True, slots=True)
class ConditionContext:
    """The fields and thresholds that conditions may name."""

    fields: Mapping[str, ConditionField]
    limits: Mapping[str, NamedLimit]


def parse_condition(node: Node, context: ConditionContext) -> Condition:
    """Build the tree.

    Raises FaultsFound where a field, value, threshold or operator is not known, or the tree is too tangled to compile.
    """
    tree = _tree(node, context)
    if count_alternatives(tree) > MOST_ALTERNATIVES:
        problem = f"Written out as alternatives, the condition has {count_alternatives(tree)}."
        raise _fault(node, problem, f"at most {MOST_ALTERNATIVES}", "Write it as several rules.")
    return tree


def _tree(node: Node, context: ConditionContext) -> Condition:
    if node.value == "always":
        return Always()
    if not isinstance(node.value, dict) or not node.value:
        raise _fault(node, f"{shown(node.plain())} is not a condition.", "always, or {field: value}, all, any, not")
    parts = [_entry(name, child, context) for name, child in node.value.items()]
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _entry(name: str, node: Node, context: ConditionContext) -> Condition:
    if name in ("all", "any"):
        return _group(name, node, context)
    if name == "not":
        return Not(_tree(node, context))
    field = context.fields.get(name)
    if field is None:
        raise _fault(node, f"There is no field {name!r}.", "", did_you_mean(name, context.fields))
    return _comparison(field, node, context)


def _group(name: str, node: Node, context: ConditionContext) -> Condition:
    if not isinstance(node.value, list) or not node.value:
        raise _fault(node, f"{name} needs a list of conditions.", "- {field: value} lines")
    parts = tuple(_tree(child, context) for child in node.value)
    return All(parts) if name == "all" else AnyOf(parts)


def _comparison(field: ConditionField, node: Node, context: ConditionContext) -> Condition:
    if isinstance(node.value, dict):
        parts = [_operator(field, name, child, context) for name, child in node.value.items()]
        if not parts:
            raise _fault(node, "The comparison is empty.", "at_least, below, known")
        return parts[0] if len(parts) == 1 else All(tuple(parts))
    entries = node.value if isinstance(node.value, list) else [node]
    if not entries:
        raise _fault(node, "The list of values is empty.", "one value or more")
    return IsOneOf(field.name, frozenset(_value(field, entry) for entry in entries))


def _value(field: ConditionField, node: Node) -> str | int:
    text = node.value
    if not isinstance(text, str):
        raise _fault(node, "A value must be a word.", ", ".join(sorted(field.choices)))
    if field.choices and text not in field.choices:
        raise _fault(
            node,
            f"{text!r} is not a value of {field.name}.",
            ", ".join(sorted(field.choices)),
            did_you_mean(text, field.choices),
        )
    if not field.is_number:
        return text
    if not field.choices:
        raise _fault(node, f"{field.name} is a number: compare it with a named threshold.", "at_least, below, known")
    return int(text)


def _operator(field: ConditionField, name: str, node: Node, context: ConditionContext) -> Condition:
    if name == "known":
        if node.value not in ("yes", "no"):
            raise _fault(node, f"known: {shown(node.plain())} is not an answer.", "yes, no")
        return IsKnown(field.name, node.value == "yes")
    if name not in ("at_least", "below"):
        raise _fault(
            node,
            f"There is no comparison {name!r}.",
            "at_least, below, known",
            did_you_mean(name, ["at_least", "below", "known"]),
        )
    limit = context.limits.get(str(node.value)) if isinstance(node.value, str) else None
    if limit is None:
        raise _fault(
            node,
            f"There is no threshold {shown(node.plain())}.",
            "an id of data/thresholds",
            _threshold_advice(node, context),
        )
    if limit.field != field.name:
        raise _fault(
            node,
            f"The threshold {node.value} is about {limit.field}, not {field.name}.",
            f"a threshold of {field.name}",
        )
    kind = AtLeast if name == "at_least" else Below
    return kind(field.name, limit.value, str(node.value))


def _threshold_advice(node: Node, context: ConditionContext) -> str:
    if _NUMBER.fullmatch(str(node.value)):
        return "Numbers never stand in a condition; give it a name in data/thresholds."
    return did_you_mean(str(node.value), context.limits)


def _fault(node: Node, problem: str, allowed: str, advice: str = "") -> FaultsFound:
    return FaultsFound([Fault(node.place, "when", problem, allowed, advice)])
