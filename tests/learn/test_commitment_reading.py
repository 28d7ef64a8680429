"""A decision read from JSON that anybody may have written: one message for each fault, and never a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulator.faults import MOST_FAULTS, Fault, FaultsFound
from formulator.learn.commitment import Commitment, plain_commitment
from formulator.learn.commitment_reading import MOST_ENTRIES, commitment_from
from tests.engine.asking import shipped
from tests.learn.made import case_around

MAN = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34}
CASE = case_around(MAN)


def faults_of(raw: Any) -> tuple[Fault, ...]:
    """What is wrong with a decision."""
    with pytest.raises(FaultsFound) as found:
        commitment_from(raw, CASE, shipped())
    return found.value.faults


def drawn(**change: Any) -> dict[str, Any]:
    """A syringe of one component, changed."""
    return {"syringes": [[{"component": "minoxidil", "strength": "0.5", "unit": "%", "volume_ml": 2, **change}]]}


BROKEN: tuple[tuple[str, Any, str, str], ...] = (
    ("no mapping", [], "", "names with their values"),
    ("nothing at all", None, "", "names with their values"),
    ("a misspelt part", {"decison": "treat"}, "", "Did you mean 'decision'?"),
    ("a part whose name is no word", {7: "treat"}, "", "cause, asked"),
    ("an unknown cause", {"cause": "hunger"}, "cause", "androgenetic"),
    ("a cause outside the differential", {"cause": "melasma"}, "cause", "androgenetic"),
    ("a misspelt decision", {"decision": "refer_frist"}, "decision", "Did you mean 'refer_first'?"),
    ("a decision that is a list", {"decision": ["treat"]}, "decision", "A list is not a choice"),
    ("an unknown finding", {"asked": ["tea_leaves"]}, "asked", "tea_leaves"),
    ("a finding asked for twice", {"asked": ["one", "one"]}, "asked", "each once"),
    ("the cause asked for", {"asked": ["cause"]}, "asked", "not a choice"),
    ("a name that is missing", {"asked": [None]}, "asked", "A name is missing"),
    ("findings as one word", {"asked": "one"}, "asked", "no list"),
    ("an unknown field to settle", {"settle": ["feritin"]}, "settle", "Did you mean 'ferritin'?"),
    ("an unknown component", {"components": {"minoxidl": "main"}}, "components", "Did you mean 'minoxidil'?"),
    ("an unknown role", {"components": {"prp": "mian"}}, "components.prp", "Did you mean 'main'?"),
    ("a role that is missing", {"components": {"prp": None}}, "components.prp", "A name is missing"),
    ("an exclusion for no field", {"exclusions": {"prp": "mood"}}, "exclusions.prp", "not a choice"),
    ("an unknown certainty", {"graded": {"prp": "sure"}}, "graded.prp", "very_low"),
    ("an unknown claim", {"believed": {"Z99": True}}, "believed", "not a choice"),
    ("a belief that is a number", {"believed": {"A10": 1}}, "believed.A10", "true, false"),
    ("sessions as truth", {"course": {"sessions": True}}, "course.sessions", "a whole number"),
    ("half a session", {"course": {"sessions": 2.5}}, "course.sessions", "a whole number"),
    ("no session", {"course": {"sessions": 0}}, "course.sessions", "from 1"),
    ("ages between sessions", {"course": {"interval_days": 10**9}}, "course.interval_days", "to 366"),
    ("a huge number of weeks", {"course": {"reassess_weeks": 10**6000}}, "course.reassess_weeks", "A huge number"),
    ("an unknown number of the course", {"course": {"weeks": 3}}, "course", "sessions"),
    ("more than certain", {"sure": 101}, "sure", "0 to 100"),
    ("less than nothing", {"sure": -1}, "sure", "0 to 100"),
    ("certainty as truth", {"sure": True}, "sure", "0 to 100"),
    ("certainty that is not there", {"sure": None}, "sure", "0 to 100"),
    ("no number", drawn(strength=float("nan")), "syringes.1.strength", "a number"),
    ("no end", drawn(volume_ml=float("inf")), "syringes.1.volume_ml", "a number"),
    ("no number in words", drawn(strength="NaN"), "syringes.1.strength", "a number"),
    ("a strength as truth", drawn(strength=True), "syringes.1.strength", "a number"),
    ("a strength below zero", drawn(strength="-1"), "syringes.1.strength", "from 0"),
    ("a strength of many signs", drawn(strength="1" * 10_000), "syringes.1.strength", "a number"),
    ("a strength of a great power", drawn(strength="1e999999"), "syringes.1.strength", "a number"),
    ("a strength with a comma", drawn(strength="0,5"), "syringes.1.strength", "a number"),
    ("a strength without a unit", drawn(unit=""), "syringes.1.unit", "%"),
    ("a unit of another kind", drawn(unit="U/mL"), "syringes.1.unit", "mg/mL"),
    ("a unit that is none", drawn(unit="drops"), "syringes.1.unit", "mg/mL"),
    ("a unit that is a list", drawn(unit=[]), "syringes.1.unit", "A list"),
    ("a syringe that is no list", {"syringes": ["prp"]}, "syringes.1", "no list"),
    ("a part of a syringe that is a word", {"syringes": [["prp"]]}, "syringes.1", "no mapping"),
    ("too many syringes", {"syringes": [[]] * 1000}, "syringes", "at most 20"),
    ("too many entries", {"asked": ["one"] * 100_000}, "asked", f"at most {MOST_ENTRIES}"),
    ("too many components", {"components": {str(one): "main" for one in range(5000)}}, "components", "at most"),
)


@pytest.mark.parametrize(("raw", "field", "words"), [one[1:] for one in BROKEN], ids=[one[0] for one in BROKEN])
def test_a_fault_is_named_with_its_place_and_what_is_allowed(raw: Any, field: str, words: str) -> None:
    found = [one for one in faults_of(raw) if one.field == field]
    assert len(found) == 1
    assert words in str(found[0])
    assert len(str(found[0])) < 1000


def test_every_fault_is_named_not_the_first_alone() -> None:
    found = faults_of({"decision": "tret", "sure": 200, "components": {"prp": "mian", "minoxidl": "main"}})
    assert [one.field for one in found] == ["decision", "components.prp", "components", "sure"]


def test_no_more_faults_are_shown_than_anybody_reads() -> None:
    assert len(faults_of({**{f"part {one}": one for one in range(MOST_ENTRIES)}})) <= MOST_FAULTS + 1


def test_a_deep_nest_is_refused_without_being_opened() -> None:
    nest: Any = []
    for _ in range(100_000):
        nest = [nest]
    assert [one.field for one in faults_of({"decision": nest, "syringes": [[nest]]})] == [
        "decision",
        "syringes.1",
        "syringes.1.component",
    ]


def test_a_draft_without_a_decision_is_read() -> None:
    assert commitment_from({}, CASE, shipped()) == Commitment()
    assert commitment_from(plain_commitment(Commitment()), CASE, shipped()) == Commitment()


def test_what_was_written_in_json_and_read_back_is_the_same() -> None:
    raw = {"decision": "treat", "sure": 70, **drawn(strength=0.5)}
    first = commitment_from(raw, CASE, shipped())
    assert commitment_from(json.loads(json.dumps(plain_commitment(first))), CASE, shipped()) == first


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["prp", "main", "one"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.sampled_from(["prp", "component", "sessions"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(plain_commitment(Commitment()))), anything, max_size=5))
def test_anything_is_read_or_refused_in_words(raw: dict[str, Any]) -> None:
    try:
        read = commitment_from(raw, CASE, shipped())
    except FaultsFound:
        read = None
    if read is None:
        assert all(one.problem for one in faults_of(raw))
    else:
        assert commitment_from(plain_commitment(read), CASE, shipped()) == read
