"""A function of a few truths as formulas: the function itself is asked for every combination, nothing is retyped."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from formulator.proof.booleans import FALSE, TRUE, Formula, choice

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


def formulas_of(diagram: Diagram[Result], bits: Sequence[Formula]) -> dict[Result, Formula]:
    """For each result of the diagram, when the bits give it."""
    return {result: _formula(diagram, result, bits, {}) for result in dict.fromkeys(_results(diagram))}


def _results(diagram: Diagram[Result]) -> Iterator[Result]:
    if isinstance(diagram, Leaf):
        yield diagram.result
    else:
        yield from _results(diagram.if_false)
        yield from _results(diagram.if_true)


def _formula(diagram: Diagram[Result], result: Result, bits: Sequence[Formula], made: dict[int, Formula]) -> Formula:
    if isinstance(diagram, Leaf):
        return TRUE if diagram.result == result else FALSE
    if id(diagram) not in made:
        then = _formula(diagram.if_true, result, bits, made)
        otherwise = _formula(diagram.if_false, result, bits, made)
        made[id(diagram)] = choice(bits[diagram.position], then, otherwise)
    return made[id(diagram)]
