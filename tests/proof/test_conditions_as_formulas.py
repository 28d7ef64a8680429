"""A condition says the same as a formula and as the engine reads it, whatever is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given

from formulator.conditions import Condition, carried_by, truth
from tests.conditions.trees import ALL_TREES, DOMAINS, FACTS

z3 = pytest.importorskip("z3")

from formulator.proof.formulas import carriers, kleene  # noqa: E402
from formulator.proof.variables import FieldFormula  # noqa: E402


class SmallFacts:
    """One variable for each value of the small fields."""

    def field(self, name: str) -> FieldFormula:
        return FieldFormula(tuple((value, z3.Bool(f"{name}={value}")) for value in DOMAINS[name]))


def holds(formula: Any, facts: Mapping[str, Any]) -> bool:
    """Whether the formula is true where the small fields have just these values."""
    values = [
        (z3.Bool(f"{name}={value}"), z3.BoolVal(name in facts and facts[name] == value))
        for name, every in DOMAINS.items()
        for value in every
    ]
    return z3.is_true(z3.simplify(z3.substitute(formula, *values)))


@given(ALL_TREES, FACTS)
def test_formulas_say_what_the_engine_reads(condition: Condition, facts: dict[str, Any]) -> None:
    read = kleene(condition, SmallFacts())
    expected = truth(condition, facts)
    assert (holds(read.true, facts), holds(read.false, facts)) == (expected is True, expected is False)
    assert holds(read.unknown, facts) == (expected is None)


@given(ALL_TREES, FACTS)
def test_the_unknown_fields_that_carry_a_truth_are_those_that_the_engine_names(
    condition: Condition, facts: dict[str, Any]
) -> None:
    for value in (True, False, None):
        named = {name for name, when in carriers(condition, value, SmallFacts()).items() if holds(when, facts)}
        expected = carried_by(condition, facts, value) if truth(condition, facts) is value else ()
        assert named == {name for name in expected if name not in facts}
