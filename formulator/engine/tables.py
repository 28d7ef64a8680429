"""The status ladder and the decision as decision diagrams over a few truths.

The engine's own functions are asked for every combination: nothing is retyped.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from formulator.engine.standing import NOTHING_SAID, Standing, status_of
from formulator.knowledge import Knowledge
from formulator.knowledge.base import gravest
from formulator.knowledge.items import Rule

Result = TypeVar("Result", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Leaf(Generic[Result]):
    """Here the function has one result."""

    result: Result


@dataclass(frozen=True, slots=True)
class Branch(Generic[Result]):
    """Here the result depends on the truth at a position."""

    position: int
    if_false: Diagram[Result]
    if_true: Diagram[Result]


Diagram = Leaf[Result] | Branch[Result]


def diagram_of(count: int, function: Callable[[tuple[bool, ...]], Result]) -> Diagram[Result]:
    """The decision diagram of a function of so many truths; equal branches are one."""
    shared: dict[object, Diagram[Result]] = {}

    def grown(known: tuple[bool, ...]) -> Diagram[Result]:
        if len(known) == count:
            result = function(known)
            return shared.setdefault(result, Leaf(result))
        low, high = grown((*known, False)), grown((*known, True))
        if low is high:
            return low
        return shared.setdefault((len(known), id(low), id(high)), Branch(len(known), low, high))

    return grown(())


_LADDERS: dict[tuple[Standing, ...], Diagram[str]] = {}


def ladder(marks: tuple[Standing, ...]) -> Diagram[str]:
    """The status by whether a question blocks (the first truth), then whether each of these marks is set."""
    if marks not in _LADDERS:
        _LADDERS[marks] = diagram_of(len(marks) + 1, lambda bits: _status(marks, bits))
    return _LADDERS[marks]


def _status(marks: tuple[Standing, ...], bits: tuple[bool, ...]) -> str:
    standing = NOTHING_SAID
    for mark, said in zip(marks, bits[1:], strict=True):
        standing |= mark if said else NOTHING_SAID
    return status_of(standing, bits[0])


def decision_by_rules(knowledge: Knowledge) -> tuple[Mapping[str, list[Rule]], Diagram[str]]:
    """The decision before it is asked whether anything is left to use, and the rules that force each decision.

    The first truth says whether a question about the procedure is open, the others whether a rule of each group holds.
    """
    forcing: dict[str, list[Rule]] = {}
    for rule in knowledge.deciding_rules:
        forcing.setdefault(rule.decision or "treat", []).append(rule)
    firsts = [rules[0].id for rules in forcing.values()]
    question = [rule.id for rule in knowledge.deciding_rules if rule.delays_until_answered][:1]

    def decided(bits: tuple[bool, ...]) -> str:
        held = [name for name, bit in zip(firsts, bits[1:], strict=True) if bit]
        return knowledge.decision_of(held, question if bits[0] else ())

    return forcing, diagram_of(len(firsts) + 1, decided)


def decision_when_nothing_is_left(knowledge: Knowledge) -> tuple[Mapping[str, list[Rule]], Diagram[str]]:
    """The same for the rules that decide where no component is left; each truth says whether one of a group holds."""
    forcing: dict[str, list[Rule]] = {}
    for rule in knowledge.rules_when_nothing_is_left:
        forcing.setdefault(rule.decision or "treat", []).append(rule)
    names = tuple(forcing)

    def decided(bits: tuple[bool, ...]) -> str:
        return gravest(name for name, bit in zip(names, bits, strict=True) if bit)

    return forcing, diagram_of(len(names), decided)
