"""What each diagnoser says and does not say, decision by decision (README.md): one test for each sentence."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from formulator.knowledge import Knowledge
from formulator.learn.cases import answer_of
from formulator.learn.commitment_reading import commitment_from
from formulator.learn.diagnosis import KINDS, MISTAKES, RIGHT, Feedback, critique_of_formulation, feedback_of
from tests.learn.made import book, case_of, decision_of, decisions, model, syringes_of

PATIENTS, ENTRIES = decisions()
KEYS = {"says", "patient", "with", "hidden", "findings", "causes", "does", "syringes", "mistakes", "near", "right"}


def heard(entry: dict[str, Any], knowledge: Knowledge) -> Feedback:
    """The feedback on the decision, or the critique of the syringes, of an entry."""
    case = case_of(entry, PATIENTS)
    if "does" in entry:
        return feedback_of(decision_of(entry, case, knowledge), case, book(), knowledge, model())
    drawn = commitment_from({"syringes": syringes_of(entry["syringes"])}, case, knowledge).syringes
    return critique_of_formulation(drawn, answer_of(case, knowledge, model()), knowledge, model())


@pytest.mark.parametrize("entry", ENTRIES, ids=[one["says"] for one in ENTRIES])
def test_the_mistakes_of_a_decision(entry: dict[str, Any], knowledge: Knowledge) -> None:
    assert set(entry) <= KEYS
    feedback = heard(entry, knowledge)
    found = sorted(f"{one.kind} {one.lesson.key}" for one in feedback.mistakes)
    assert found == sorted(entry["mistakes"]), [f"{one.kind}: {one.text}" for one in feedback.mistakes]
    assert not {one.kind for one in feedback.mistakes} & set(entry["near"])
    assert set(entry.get("right", ())) <= {one.kind for one in feedback.right}


def test_each_kind_of_mistake_has_two_cases_and_two_near_misses() -> None:
    """A diagnoser that always or never speaks is noticed."""
    said = Counter(kind for one in ENTRIES for kind in {each.split()[0] for each in one["mistakes"]})
    near = Counter(kind for one in ENTRIES for kind in one["near"])
    assert [kind for kind in MISTAKES if said[kind] < 2] == []
    assert [kind for kind in MISTAKES if near[kind] < 2] == []
    assert set(said) | set(near) <= set(MISTAKES)


def test_each_kind_of_right_step_is_praised_somewhere() -> None:
    praised = {kind for one in ENTRIES for kind in one.get("right", ())}
    assert sorted(set(RIGHT) - praised - {"needed_finding_asked"}) == []


def test_each_kind_has_a_name_and_a_sentence() -> None:
    assert len({one.name for one in KINDS.values()}) == len(KINDS)
    for identifier, kind in KINDS.items():
        assert identifier == kind.id
        assert kind.explains.endswith(".")
        assert len(kind.explains) < 140
