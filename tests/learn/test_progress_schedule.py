"""Missed lessons come back on the dates of py-fsrs, in another case, and the same history gives the same dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import pytest
from fsrs import Card, Rating, Scheduler, State
from hypothesis import given
from hypothesis import strategies as st

from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of, load_casebook
from formulator.learn.cases.agreement import rules_used
from formulator.learn.diagnosis.remark import Lesson
from formulator.learn.progress import ProgressStore
from formulator.learn.progress.exercises import index_of, next_case_for, questions_about
from formulator.learn.progress.records import ReviewRecord
from formulator.learn.progress.schedule import MOST_NEW, card_after, grades
from tests.learn.progress_made import DAY, NOW, played, remark, result

WAIT = Lesson("rule", "wait")
GRADES = st.lists(st.tuples(st.integers(0, 60 * 24 * 400), st.booleans()), min_size=1, max_size=8)


def _reviews(grades: list[tuple[int, bool]]) -> list[ReviewRecord]:
    return [
        ReviewRecord(lesson="rule:wait", at=NOW + timedelta(minutes=minutes), remembered=well)
        for minutes, well in grades
    ]


@given(history=GRADES)
def test_dates_are_those_of_py_fsrs_without_chance_and_without_steps_of_minutes(
    history: list[tuple[int, bool]],
) -> None:
    oracle = Scheduler(
        desired_retention=0.9, learning_steps=[], relearning_steps=[], maximum_interval=365, enable_fuzzing=False
    )
    history = list({minutes: (minutes, well) for minutes, well in history}.values())
    expected = Card(card_id=1, due=NOW)
    for minutes, well in sorted(history):
        expected, _ = oracle.review_card(
            expected, Rating.Good if well else Rating.Again, NOW + timedelta(minutes=minutes)
        )
    card = card_after("rule:wait", _reviews(history))
    if all(well for _, well in history):
        assert card is None
    else:
        assert card is not None
        assert (card.due, card.stability, card.difficulty) == (expected.due, expected.stability, expected.difficulty)


@given(history=GRADES, data=st.data())
def test_the_order_in_which_reviews_arrive_does_not_matter(history: list[tuple[int, bool]], data: Any) -> None:
    reviews = _reviews(history)
    shuffled = data.draw(st.permutations(reviews))
    one, other = card_after("rule:wait", reviews), card_after("rule:wait", shuffled)
    assert (one and one.to_json()) == (other and other.to_json())


@given(history=GRADES)
def test_a_lesson_comes_back_on_another_day_and_within_a_year(history: list[tuple[int, bool]]) -> None:
    card = card_after("rule:wait", _reviews(history))
    if card is not None:
        assert card.last_review is not None
        assert DAY <= card.due - card.last_review <= 365 * DAY
        assert card.state is State.Review


def test_a_missed_lesson_is_due_the_next_day_and_each_success_moves_it_further() -> None:
    store = ProgressStore(None, NOW)
    played(store, "case_a", NOW, result(("rule:wait",)))
    assert store.due(NOW + DAY - timedelta(seconds=1)) == ()
    (due,) = store.due(NOW + DAY)
    gaps, now = [], NOW
    for number in range(4):
        now = store.scheduled()[0].due
        played(store, f"case_{number}", now, result((), ("rule:wait",)))
        gaps.append(store.scheduled()[0].due - now)
    assert (due.lesson, due.missed_in) == (WAIT, "case_a")
    assert gaps == sorted(gaps)
    assert gaps[-1] > 3 * DAY
    played(store, "case_z", now + DAY, result(("rule:wait",)))
    (again,) = store.scheduled()
    assert again.due - now - DAY < gaps[-1]
    assert again.missed_in == "case_z"


def test_a_lesson_that_was_never_missed_does_not_come_back_but_its_success_is_remembered() -> None:
    fresh, known = ProgressStore(None, NOW), ProgressStore(None, NOW)
    played(known, "case_a", NOW, result((), ("rule:wait",)))
    assert known.scheduled() == ()
    for store in (fresh, known):
        played(store, "case_b", NOW + 5 * DAY, result(("rule:wait",)))
        store.review(WAIT, True, NOW + 6 * DAY)
    assert known.scheduled()[0].due >= fresh.scheduled()[0].due


def test_a_mistake_outweighs_what_was_right_about_the_same_lesson() -> None:
    judged = result(("rule:wait",), ("rule:wait", "rule:iron"), ("wait", "iron", "silent"))
    found = grades(judged.feedback, judged.at_stake)
    assert found == {"rule:wait": False, "rule:iron": True, "rule:silent": True}
    twice = replace(judged.feedback, mistakes=(remark("rule:wait"), remark("rule:wait", "diagnosis")))
    assert grades(twice, ()) == {"rule:wait": False, "rule:iron": True}


def test_a_careless_case_brings_the_gravest_few_lessons_back_and_forgets_none_that_came_back_already() -> None:
    many = tuple(f"rule:r{number:02}" for number in range(20))
    store = ProgressStore(None, NOW)
    played(store, "case_a", NOW, result((many[-1],)))
    assert {one.lesson.key for one in store.scheduled()} == {many[-1]}
    played(store, "case_b", NOW + DAY, result(many))
    assert {one.lesson.key for one in store.scheduled()} == {*many[:MOST_NEW], many[-1]}
    assert store.history()[-1].mistakes == set(many), "what was missed stays in the record"
    found = grades(
        result(many, (), tuple(one.removeprefix("rule:") for one in many)).feedback, (Lesson("rule", "r15"),)
    )
    assert "rule:r15" not in found, "missed is never kept as remembered"


def test_the_clock_may_be_of_any_zone() -> None:
    here, there = ProgressStore(None, NOW), ProgressStore(None, NOW)
    moment = datetime(2026, 11, 25, 22, tzinfo=timezone(timedelta(hours=12)))
    played(here, "case_a", NOW, result(("rule:wait",)), number=1)
    played(there, "case_a", moment, result(("rule:wait",)), number=1)
    assert here.export_progress() == there.export_progress()
    assert here.scheduled()[0].due.tzinfo is UTC


def test_a_clock_that_was_set_back_does_no_harm() -> None:
    store = ProgressStore(None, NOW)
    played(store, "case_a", NOW, result(("rule:wait",)))
    played(store, "case_b", NOW - 300 * DAY, result((), ("rule:wait",)))
    (due,) = store.scheduled()
    assert due.due == NOW + DAY


# Which case comes next


@pytest.fixture(scope="session")
def case(knowledge: Knowledge) -> Case:
    return load_casebook(knowledge).cases["woman_29_handfuls_in_the_shower"]


def copy_of(case: Case, name: str, difficulty: int = 1, **changed: Any) -> Case:
    """The same case under another name."""
    return case.model_copy(update={"id": name, "difficulty": difficulty, **changed})


def book_of(*cases: Case) -> Casebook:
    """A casebook of these cases alone."""
    return Casebook(MappingProxyType({one.id: one for one in cases}), {}, {}, {})


@pytest.fixture(scope="session")
def lesson(case: Case) -> Lesson:
    return Lesson("rule", case.lessons[0])


@pytest.fixture(scope="session")
def book(case: Case) -> Casebook:
    """Four cases that are about a rule, from easy to difficult, and one with enough iron, where it says nothing."""
    profile = {**case.profile, "ferritin": 60}
    cases = [copy_of(case, f"case_{letter}", number) for number, letter in enumerate("abc", 1)]
    aside = copy_of(case, "case_aside", 1, lessons=(case.lessons[1],))
    return book_of(*cases, aside, copy_of(case, "case_enough_iron", 1, profile=profile, lessons=("other",)))


def test_the_index_names_every_rule_that_speaks_in_a_case_and_no_other(book: Casebook, knowledge: Knowledge) -> None:
    index = index_of(book, knowledge)
    for name, one in book.cases.items():
        used = rules_used(answer_of(one, knowledge)) | set(one.lessons)
        listed = {
            key.removeprefix("rule:") for key, cases in index.cases.items() if name in cases and key[:4] == "rule"
        }
        assert listed == used
    assert index_of(book_of(*book.cases.values()), knowledge) is index


def test_a_missed_rule_is_met_again_in_a_new_case_that_is_about_it_the_easiest_first(
    book: Casebook, knowledge: Knowledge, lesson: Lesson
) -> None:
    def case_after(played: set[str], missed: set[str]) -> str | None:
        found = next_case_for(lesson, book, knowledge, played, missed)
        return found and found.case

    assert case_after(set(), set()) == "case_a"
    assert case_after({"case_a"}, {"case_a"}) == "case_b"
    assert case_after({"case_a", "case_b"}, {"case_b"}) == "case_c"
    assert case_after({"case_a", "case_b", "case_c"}, {"case_a"}) == "case_aside"
    assert case_after({*book.cases}, {"case_a"}) == "case_b"


def test_where_no_other_case_asks_for_a_rule_two_patients_do(case: Case, knowledge: Knowledge, lesson: Lesson) -> None:
    book = book_of(copy_of(case, "case_a"))
    found = next_case_for(lesson, book, knowledge, {"case_a"}, {"case_a"})
    assert found is not None
    assert found.case is None
    assert found.question is not None
    assert found.question.rule == lesson.id
    asked = questions_about(lesson, knowledge)
    turns = [next_case_for(lesson, book, knowledge, (), {"case_a"}, turn) for turn in range(len(asked))]
    assert [one.question for one in turns if one] == list(asked)


def test_a_lesson_without_other_case_and_question_comes_back_where_it_was_missed(
    case: Case, knowledge: Knowledge
) -> None:
    book = book_of(copy_of(case, "case_a", claims=("some_claim",)))
    claim = Lesson("claim", "some_claim")
    found = next_case_for(claim, book, knowledge, {"case_a"}, {"case_a"})
    assert found is not None
    assert found.case == "case_a"


def test_a_lesson_that_the_knowledge_has_no_more_is_asked_nowhere(book: Casebook, knowledge: Knowledge) -> None:
    assert next_case_for(Lesson("rule", "gone"), book, knowledge, ()) is None


def test_limits_mixtures_and_courses_are_met_where_their_components_and_indication_are(
    case: Case, knowledge: Knowledge
) -> None:
    profile = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34}
    man = copy_of(case, "man", profile={**profile, "site": "scalp", "platelets": 240})
    answers = {one.id: answer_of(one, knowledge) for one in (man, case)}
    index = index_of(book_of(man, case), knowledge).cases
    for name, answer in answers.items():
        usable = {part.id for part in answer.components if part.status in ("recommended", "adjunct", "optional")}
        limits = {key[len("limit:") :] for key, cases in index.items() if key.startswith("limit:") and name in cases}
        pairs = {key[len("mixing:") :] for key, cases in index.items() if key.startswith("mixing:") and name in cases}
        courses = {key[len("course:") :] for key, cases in index.items() if key.startswith("course:") and name in cases}
        assert limits == usable
        assert pairs == {f"{one}+{other}" for one in usable for other in usable if one < other}
        assert courses == ({answer.indication} if answer.plan else set())
    assert [answer.decision for answer in answers.values()] == ["treat", "treat_after"]
    assert "course:aga_male" in index
