"""CLIPS (clipspy): the patient is one fact with a slot per field, each conjunction of a rule a production.

CLIPS has no unknown: a slot that is not known holds `nil`. Each rule has productions for what is certain and for what
is possible, whose slots also accept `nil`. A production that fires adds its number to a global list, which Python
reads once: that is quicker than asserting facts or calling back. The fact is made by the library's call, not from
text: its parser needs ten times as long.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import clips
from clips import Symbol

from benchmarks.peers.engines.conjunctions import conjunctions

CLEAR = "(progn (bind ?*holds* (create$)) (bind ?*maybe* (create$)))"


def prepare(rules: Mapping[str, Any]) -> Clips:
    """Build the productions."""
    environment = clips.Environment()
    slots = " ".join(f"(slot {field['name']})" for field in rules["fields"])
    environment.build(f"(deftemplate patient {slots})")
    environment.build("(defglobal ?*holds* = (create$) ?*maybe* = (create$))")
    for production in _productions(rules):
        environment.build(production)
    return Clips(environment, [rule["id"] for rule in rules["rules"]])


def _productions(rules: Mapping[str, Any]) -> Iterator[str]:
    comparisons = rules["comparisons"]
    for number, rule in enumerate(rules["rules"]):
        for way_number, way in enumerate(conjunctions(rule["when"])):
            for kind in ("holds", "maybe"):
                slots: dict[str, list[str]] = {}
                for one in (comparisons[comparison] for comparison in way):
                    slots.setdefault(one["field"], []).append(_constraint(one, kind == "maybe", len(way) == 1))
                pattern = " ".join(f"({name} {_joined(name, found)})" for name, found in sorted(slots.items()))
                action = f"(bind ?*{kind}* (create$ ?*{kind}* {number}))"
                yield f"(defrule {kind}-{number}-{way_number} (patient {pattern}) => {action})"


def _joined(name: str, constraints: list[str]) -> str:
    """Constraints of one slot; what calls functions needs the slot's value in a variable first."""
    if len(constraints) == 1 and not constraints[0].startswith(":"):
        return constraints[0]
    functions = [one if one.startswith(":") else _as_function(one) for one in constraints]
    return f"?{name}&" + "&".join(one.replace("?_", f"?{name}") for one in functions)


def _as_function(constraint: str) -> str:
    words = constraint.replace("~", "").replace("&", "|").split("|")
    tests = " ".join(f"(eq ?_ {word})" for word in words)
    return f":(not (or {tests} FALSE))" if constraint.startswith("~") else f":(or {tests} FALSE)"


def _constraint(one: Mapping[str, Any], unknown_is_enough: bool, alone: bool) -> str:
    """The constraint of a slot. Alone, what is possible but not certain is just `nil`, which CLIPS finds by hashing."""
    op = one["op"]
    if op in ("known", "unknown"):
        return "~nil" if op == "known" else "nil"
    if alone and unknown_is_enough:
        return "nil"
    if op in ("at_least", "below"):
        said = f"({'>=' if op == 'at_least' else '<'} ?_ {one['limit']})"
        return f":(or (eq ?_ nil) {said})" if unknown_is_enough else f":(and (neq ?_ nil) {said})"
    values = [str(value) for value in one["values"]]
    if op == "in":
        return "|".join(values + (["nil"] if unknown_is_enough else []))
    return "&".join(f"~{value}" for value in values + ([] if unknown_is_enough else ["nil"]))


class Clips:
    """The environment with its productions."""

    def __init__(self, environment: clips.Environment, names: list[str]) -> None:
        self.environment, self.names, self.template = environment, names, environment.find_template("patient")

    def one(self, facts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """Rules that hold, rules that are open."""
        environment = self.environment
        slots = {name: Symbol(value) if isinstance(value, str) else value for name, value in facts.items()}
        environment.eval(CLEAR)
        fact = self.template.assert_fact(**slots)
        environment.run()
        holds, maybe = set(environment.eval("?*holds*")), set(environment.eval("?*maybe*"))
        fact.retract()
        return [self.names[number] for number in holds], [self.names[number] for number in maybe - holds]
