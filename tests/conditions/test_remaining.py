"""What is left of a condition when some fields are settled."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from formulator.conditions import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Condition,
    IsKnown,
    IsOneOf,
    Not,
    fields_read,
    remaining,
    truth,
)
from tests.conditions.trees import ALL_TREES, DOMAINS, FACTS

SETTLED = st.sets(st.sampled_from(sorted(DOMAINS)))
FLAG, COLOUR = IsOneOf("flag", frozenset(("yes",))), IsOneOf("colour", frozenset(("red", "blue")))


@given(ALL_TREES, FACTS, SETTLED)
def test_what_is_left_reads_as_the_condition_does_whatever_the_open_fields_hold(
    condition: Condition, facts: dict[str, Any], settled: set[str]
) -> None:
    known = {name: value for name, value in facts.items() if name in settled}
    assert truth(remaining(condition, known, settled), facts) is truth(condition, facts)


@given(ALL_TREES, FACTS)
def test_where_everything_is_known_nothing_is_left_to_read(condition: Condition, facts: dict[str, Any]) -> None:
    known = {name: values[0] for name, values in DOMAINS.items()} | facts
    assert remaining(condition, known, set(known)) == (ALWAYS if truth(condition, known) else NEVER)


def test_a_settled_part_takes_the_fields_of_its_alternative_with_it() -> None:
    condition = AnyOf((All((FLAG, COLOUR)), IsKnown("number", expected=True)))
    assert fields_read(remaining(condition, {"flag": "no"}, {"flag"})) == {"number"}
    assert remaining(Not(condition), {"flag": "yes", "colour": "red"}, {"flag", "colour"}) == NEVER


def test_a_field_that_stays_unknown_settles_only_whether_it_is_known() -> None:
    assert remaining(IsKnown("flag", expected=False), {}, {"flag"}) == ALWAYS
    assert remaining(FLAG, {}, {"flag"}) == FLAG
