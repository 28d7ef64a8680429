"""A tabulated function of a few truths (`engine/tables.py`) as formulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formulator.engine.tables import Diagram, Leaf, Result
from formulator.proof.booleans import FALSE, TRUE, Formula, choice


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
