"""How the choice follows, as a picture and as text: what decides leads to the decision, what was chosen is drawn."""

from __future__ import annotations

import re

import pytest

from formulator.engine.answer import Recommendation
from formulator.knowledge import Knowledge
from formulator.learn.cases import answer_of
from formulator.learn.path import MOST_CANDIDATES, NOTHING_FOR_IT, Path, path_dot, path_of
from tests.learn.made import book, case_around, model
from tests.learn.test_feedback_fair import MAN

CASES = {
    "chin_in_lyon": "Jurisdiction: FR",
    "man_26_saved_for_four_sessions": "Haemophilia: Yes",
    "woman_29_handfuls_in_the_shower": "Ferritin: 9 ng/mL",
}
CHOSEN = ("biotin", "prp", "vitamin_c")


def answered(name: str, knowledge: Knowledge) -> Recommendation:
    return answer_of(book().cases[name], knowledge, model())


def edges(dot: str) -> list[tuple[str, str]]:
    return re.findall(r"^  (\w+) -> (\w+)", dot, re.M)


def nodes(dot: str) -> dict[str, str]:
    return dict(re.findall(r'^  (\w+) \[shape=.*label="(.*?)"\];', dot, re.M))


def listed(path: Path, stage: int) -> dict[str, tuple[str, ...]]:
    return dict(path.stages[stage].lines)


@pytest.mark.parametrize("name", CASES)
def test_the_facts_that_decide_lead_to_the_decision_in_picture_and_text(name: str, knowledge: Knowledge) -> None:
    path = path_of(answered(name, knowledge), knowledge)
    dot = path_dot(path, 2)
    assert ("deciding", "decision") in edges(dot)
    assert CASES[name] in nodes(dot)["deciding"]
    assert CASES[name] in listed(path, 1)["Facts that decide"]


def test_a_fact_that_follows_from_another_is_drawn_once(knowledge: Knowledge) -> None:
    path = path_of(answered("man_26_saved_for_four_sessions", knowledge), knowledge)
    assert path.deciding == ("Haemophilia: Yes",)
    case = case_around({**MAN, "haemophilia": "yes"})
    assert path_of(answer_of(case, knowledge), knowledge).deciding == ("Haemophilia: Yes",)


@pytest.mark.parametrize("name", CASES)
def test_what_was_chosen_is_always_drawn_first_with_what_speaks_for_and_against_it(
    name: str, knowledge: Knowledge
) -> None:
    answer = answered(name, knowledge)
    path = path_of(answer, knowledge, CHOSEN)
    assert {one.id for one in path.candidates[:3]} == set(CHOSEN)
    drawn = nodes(path_dot(path))
    for number, one in enumerate(path.candidates[:3]):
        assert drawn[f"candidate{number}"].startswith("YOUR CHOICE")
        assert ("OUT" in drawn[f"candidate{number}"]) == (not one.is_left)
        own = [label for node, label in drawn.items() if node.startswith(f"candidate{number}a")]
        assert own, "nothing stands without an argument"
        supported = any(each.role for each in answer.component(one.id).arguments)
        assert any(NOTHING_FOR_IT in label for label in own) == (not supported)
        assert ("Nothing speaks for it." in listed(path, 2)[one.name]) == (not supported)
        assert one.name in listed(path, 4)


def test_where_treatment_is_forbidden_the_way_to_each_candidate_that_is_out_says_so(knowledge: Knowledge) -> None:
    path = path_of(answered("chin_in_lyon", knowledge), knowledge, CHOSEN)
    dot = path_dot(path)
    for number, one in enumerate(path.candidates):
        line = next(line for line in dot.splitlines() if line.startswith(f"  decision -> candidate{number}"))
        assert ("forbidden" in line) == (not one.is_left)
        assert any("forbidden" in end for end in listed(path, 4)[one.name]) == (not one.is_left)


def test_what_has_no_support_is_not_said_to_wait_for_anything(knowledge: Knowledge) -> None:
    path = path_of(answered("woman_29_handfuls_in_the_shower", knowledge), knowledge, CHOSEN)
    waits = {one.id: "not before" in listed(path, 4)[one.name][0] for one in path.candidates}
    assert waits["prp"]
    assert not waits["biotin"]


def test_at_most_six_are_drawn_and_the_text_lists_every_choice(knowledge: Knowledge) -> None:
    answer = answered("man_34_thinning_temples_and_crown", knowledge)
    many = [one.id for one in answer.components][:9]
    path = path_of(answer, knowledge, many)
    assert {one.id for one in path.candidates} == set(many)
    assert (
        sum(re.fullmatch(r"candidate\d+", node) is not None for node in nodes(path_dot(path))) == MOST_CANDIDATES == 6
    )
    few = path_of(answer, knowledge)
    assert len(few.candidates) <= MOST_CANDIDATES
    assert not any(one.chosen for one in few.candidates)
    assert few.more + len(few.candidates) + few.others == len(answer.components)
