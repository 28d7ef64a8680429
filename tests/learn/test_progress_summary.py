"""Progress by skill, calibration and what to learn next say no more than the numbers carry."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of, load_casebook
from formulator.learn.diagnosis.remark import SKILLS, Feedback, Lesson
from formulator.learn.progress import ProgressStore, judged
from formulator.learn.progress.calibration import EDGES, FEWEST_DECISIONS, calibration_of
from formulator.learn.progress.next_steps import next_steps
from formulator.learn.progress.shares import FEWEST, Share, difference
from formulator.learn.progress.skills import LATELY, by_indication, by_skill, weakest_first
from tests.learn.progress_made import DAY, NOW, decision, played, result
from tests.learn.test_progress_schedule import book_of, copy_of

SHARES = st.builds(Share, st.integers(0, 40), st.integers(0, 40)).filter(lambda one: one.count)
SAID = st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=12)


@given(share=SHARES)
def test_the_interval_of_a_share_is_that_of_scipy(share: Share) -> None:
    oracle = binomtest(share.right, share.count).proportion_ci(method="wilson")
    assert share.interval == pytest.approx((oracle.low, oracle.high), abs=1e-12)


@given(one=SHARES, other=SHARES)
def test_the_interval_of_a_difference_holds_it_and_turns_with_it(one: Share, other: Share) -> None:
    low, high = difference(one, other)
    assert -1 - 1e-9 <= low <= one.right / one.count - other.right / other.count <= high <= 1 + 1e-9
    assert difference(other, one) == pytest.approx((-high, -low))


def test_the_interval_of_a_difference_is_the_published_one() -> None:
    """Newcombe 1998, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10."""
    assert difference(Share(56, 14), Share(48, 32)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(Share(9, 1), Share(3, 7)) == pytest.approx((0.1705, 0.8090), abs=5e-5)


def test_few_answers_are_not_put_into_percent() -> None:
    for count in range(1, FEWEST):
        assert Share(count, 0).words.endswith("too few to say")
    assert Share(0, 0).words == "nothing yet"
    assert Share(FEWEST, 0).words == f"{FEWEST} of {FEWEST} right (likely between 61% and 100%)"


def _store(*cases: tuple[int, int, str, str]) -> ProgressStore:
    """One case for each (missed, right, skill, indication)."""
    store = ProgressStore(None, NOW)
    for day, (missed, right, skill, indication) in enumerate(cases):
        keys = [f"rule:r{number}" for number in range(missed + right)]
        skills: Any = skill
        found = result(tuple(keys[:missed]), tuple(keys[missed:]), skill=skills, indication=indication)
        played(store, f"case_{day}", NOW + day * DAY, found)
    return store


def test_what_was_right_and_wrong_is_counted_in_each_skill_and_indication() -> None:
    history = _store((1, 2, "safety", "melasma"), (0, 3, "evidence", "melasma"), (2, 0, "safety", "aga_male")).history()
    skills = {one.group: (one.whole.right, one.whole.wrong) for one in by_skill(history)}
    assert list(skills) == list(SKILLS)
    assert skills == {
        "diagnosis": (0, 0),
        "safety": (2, 3),
        "evidence": (3, 0),
        "formulation": (0, 0),
        "schedule": (0, 0),
    }
    indications = {one.group: (one.whole.right, one.whole.wrong) for one in by_indication(history)}
    assert indications == {"aga_male": (0, 2), "melasma": (5, 1)}
    assert [one.group for one in weakest_first(history)] == ["safety"]


@settings(max_examples=20)
@given(cases=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=10))
def test_lately_and_before_make_up_the_whole(cases: list[tuple[int, int]]) -> None:
    history = _store(*((missed, right, "safety", "melasma") for missed, right in cases)).history()
    safety = next(one for one in by_skill(history) if one.group == "safety")
    assert safety.lately.right + safety.before.right == safety.whole.right == sum(right for _, right in cases)
    assert safety.lately.wrong + safety.before.wrong == safety.whole.wrong == sum(missed for missed, _ in cases)
    remarked = [sum(one) for one in cases if sum(one)]
    assert safety.lately.count == sum(remarked[-LATELY:])


def test_a_trend_is_named_only_where_the_numbers_carry_it() -> None:
    bad, good = (4, 0, "safety", "melasma"), (0, 4, "safety", "melasma")

    def trend(*cases: tuple[int, int, str, str]) -> str:
        return next(one.trend for one in by_skill(_store(*cases).history()) if one.group == "safety")

    assert trend(*[bad] * 5, *[good] * 5) == "better than before"
    assert trend(*[good] * 5, *[bad] * 5) == "less often right than before"
    assert trend(*[good, bad] * 5) == "no clear change"
    assert trend(*[bad] * 5) == trend(bad, *[good] * 5) == "too few to say"


def _decided(said: list[tuple[int, bool]]) -> ProgressStore:
    store = ProgressStore(None, NOW)
    for number, (sure, right) in enumerate(said):
        played(store, f"case_{number}", NOW, result(decision_right=right), sure)
    return store


@settings(max_examples=20)
@given(said=SAID)
def test_calibration_counts_every_decision_once_and_its_brier_score_is_the_mean_square(
    said: list[tuple[int, bool]],
) -> None:
    found = calibration_of(_decided(said).history())
    assert found.count == len(said) == sum(one.share.count for one in found.steps)
    assert [(one.low, one.high) for one in found.steps] == [(0, 20), (20, 40), (40, 60), (60, 80), (80, 100)]
    for one in found.steps:
        assert one.sure is None or one.low <= one.sure <= one.high
        assert (one.sure is None) == (one.share.count == 0)
    if said:
        assert found.brier == pytest.approx(sum((sure / 100 - right) ** 2 for sure, right in said) / len(said))
    else:
        assert (found.brier, found.excess) == (None, None)
        assert found.words.startswith("No decision yet")


def test_a_whole_percent_at_an_edge_belongs_to_the_step_above_and_certainty_to_the_last() -> None:
    steps = calibration_of(_decided([(edge, True) for edge in EDGES]).history()).steps
    assert [one.share.count for one in steps] == [1, 1, 1, 1, 2]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ([(90, False)] * 3, "too few to say"),
        ([(90, False)] * FEWEST_DECISIONS, "more sure than right"),
        ([(100, True)] * 9 + [(100, False)], "more sure than right"),
        ([(20, True)] * FEWEST_DECISIONS, "less sure than you could be"),
        ([(80, True)] * 8 + [(80, False)] * 2, "the difference may be chance"),
        ([(80, True)] * FEWEST_DECISIONS, "the difference may be chance"),
        ([(100, True)] * FEWEST_DECISIONS, "the difference may be chance"),
    ],
)
def test_certainty_is_called_too_high_or_too_low_only_beyond_chance(said: list[tuple[int, bool]], words: str) -> None:
    found = calibration_of(_decided(said).history())
    assert words in found.words
    assert f"{found.sure:.0f} % sure and right in {found.right:.0f} % of {len(said)}" in found.words


def test_attempts_at_cases_that_do_not_exist_are_kept_and_count_for_nothing() -> None:
    """An import may hold them."""
    store = _store((1, 2, "safety", "melasma"), (3, 0, "safety", "invented"))
    history, known = store.history(), {"case_0"}
    assert len(history) == 2
    assert {one.group: one.whole.count for one in by_skill(history, known)}["safety"] == 3
    assert [one.group for one in by_indication(history, known)] == ["melasma"]
    assert calibration_of(history, known).count == 1
    assert calibration_of(history).count == 2
    assert "of 1 decision:" in calibration_of(history, known).words


def test_next_steps_do_not_count_a_case_that_does_not_exist(book: Casebook, knowledge: Knowledge) -> None:
    store = ProgressStore(None, NOW)
    played(store, "made_up", NOW, result(("rule:breastfeeding_wait",), indication="aga_female"))
    steps = next_steps(store, book, knowledge, NOW)
    assert [one.why for one in steps].count("skill") == 0
    assert ("women", "indication") in [(one.case, one.why) for one in steps]


# What to learn next


@pytest.fixture(scope="module")
def case(knowledge: Knowledge) -> Case:
    return load_casebook(knowledge).cases["woman_29_handfuls_in_the_shower"]


@pytest.fixture(scope="module")
def book(case: Case) -> Casebook:
    """Three cases of one indication, and a harder and an easier one of two others."""
    men = {**case.profile, "cause": "androgenetic", "sex": "male", "concern": "hair_thinning"}
    men = {name: value for name, value in men.items() if name != "lactation"}
    women = {**case.profile, "cause": "androgenetic", "concern": "hair_thinning"}
    return book_of(
        copy_of(case, "shedding_a"),
        copy_of(case, "shedding_b", 2),
        copy_of(case, "shedding_c", 3),
        copy_of(case, "men", 3, profile=men, lessons=()),
        copy_of(case, "women", 2, profile=women, lessons=()),
    )


def test_a_beginner_starts_with_the_easiest_case_of_each_indication(book: Casebook, knowledge: Knowledge) -> None:
    steps = next_steps(ProgressStore(None, NOW), book, knowledge, NOW)
    assert [(one.case, one.why) for one in steps] == [
        ("shedding_a", "indication"),
        ("women", "indication"),
        ("men", "indication"),
        ("shedding_b", "unplayed"),
        ("shedding_c", "unplayed"),
    ]


def test_due_lessons_come_first_then_the_weakest_skill_then_an_indication_never_met(
    book: Casebook, case: Case, knowledge: Knowledge
) -> None:
    store = ProgressStore(None, NOW)
    missed = f"rule:{case.lessons[0]}"
    played(store, "shedding_a", NOW, result((missed,), indication="telogen_effluvium"))
    before, after = next_steps(store, book, knowledge, NOW), next_steps(store, book, knowledge, NOW + DAY)
    assert [(one.case, one.why) for one in before] == [
        ("shedding_b", "skill"),
        ("women", "indication"),
        ("men", "indication"),
        ("shedding_c", "unplayed"),
    ]
    assert (after[0].case, after[0].why) == ("shedding_b", "due")
    assert after[0].lesson == before[0].lesson
    assert "2026-11-25" in after[0].sentence
    assert [one.case for one in after[1:]] == ["women", "men", "shedding_c"]


def test_every_step_says_why_without_naming_the_rule_that_would_give_the_answer_away(
    book: Casebook, case: Case, knowledge: Knowledge
) -> None:
    store = ProgressStore(None, NOW)
    played(store, "shedding_a", NOW, result(tuple(f"rule:{one}" for one in case.lessons)))
    for step in next_steps(store, book, knowledge, NOW + 3 * DAY, most=20):
        assert re.fullmatch(r"[A-Z].{20,139}\.", step.sentence)
        assert not any(one in step.sentence for one in case.lessons)
        assert (step.case is None) != (step.question is None)
        assert "lesson" not in step.sentence
        if step.why in ("due", "skill"):
            assert step.sentence.split(":")[0] in SKILLS.values()


def test_no_case_is_proposed_twice_or_while_it_is_under_way(book: Casebook, knowledge: Knowledge) -> None:
    store = ProgressStore(None, NOW)
    store.begin_attempt("shedding_a", NOW)
    cases = [one.case for one in next_steps(store, book, knowledge, NOW, most=20)]
    assert "shedding_a" not in cases
    assert len(set(cases)) == len(cases) == 4


def test_who_has_played_everything_and_missed_nothing_has_nothing_left(book: Casebook, knowledge: Knowledge) -> None:
    store = ProgressStore(None, NOW)
    for name in book.cases:
        played(store, name, NOW, result())
    assert next_steps(store, book, knowledge, NOW + 400 * DAY) == ()


def test_a_rule_without_another_case_is_asked_as_two_patients(case: Case, knowledge: Knowledge) -> None:
    store = ProgressStore(None, NOW)
    played(store, "only", NOW, result((f"rule:{case.lessons[0]}",)))
    (step,) = next_steps(store, book_of(copy_of(case, "only")), knowledge, NOW + DAY)
    assert (step.why, step.case) == ("due", None)
    assert step.question is not None
    assert step.question.rule == case.lessons[0]
    store.review(step.lesson or pytest.fail("no lesson"), True, NOW + DAY)
    assert store.due(NOW + DAY) == ()


def test_a_case_that_was_proposed_for_a_due_lesson_settles_it_whatever_else_it_is_about(
    case: Case, knowledge: Knowledge
) -> None:
    answer, commitment = answer_of(case, knowledge), decision()
    lesson, store = Lesson("rule", "another"), ProgressStore(None, NOW)
    played(store, "only", NOW, result((lesson.key,)))
    silent = Feedback((), ())
    attempt = store.begin_attempt(case.id, NOW + DAY, {"lesson": lesson.key})
    kept = judged(case, answer, commitment, silent, (lesson,))
    assert kept.decision_right == (answer.decision == "treat_after")
    assert {one.id for one in kept.at_stake} == {*case.lessons, "another"}
    store.commit_attempt(attempt, commitment, kept, NOW + DAY)
    assert store.due(NOW + DAY) == ()
    assert store.history()[-1].knowledge_sha256 == knowledge.sha256
