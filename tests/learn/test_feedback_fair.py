"""Feedback is fair: it blames for nothing that could not be known, says nothing twice, and answers every choice."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from formulator.engine.answer import Because
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, answer_of
from formulator.learn.cases.case import Finding
from formulator.learn.commitment import Commitment, Drawn, tellable_in
from formulator.learn.diagnosis import MISTAKES, Feedback, Lesson, feedback_of, perfect_commitment
from formulator.learn.diagnosis.review import Review
from formulator.learn.diagnosis.words import counted, lesson_words, number_words, read_words
from tests.learn.made import book, case_around, model

MAN = {"domain": "hair", "concern": "hair_thinning", "cause": "androgenetic", "sex": "male", "age": 34, "phototype": 4}
SIX = ("minoxidil", "prp", "biotin", "dexpanthenol", "exosomes", "botulinum_toxin")
ORDER = ("missed_red_flag", "unlawful_as_ordinary", "dose_beyond_limit", "wrong_cause", "decided_without_knowing")
ORDER += ("unsafe_mixture", "no_indication", "evidence_overrated", "marketing_claim_believed")
ORDER += ("schedule_out_of_range", "needless_tests")


def careless(case: Case, cause: str | None = None) -> Commitment:
    """Somebody who asks nothing, puts six things into one syringe, and is sure of everything."""
    syringe = tuple(Drawn(name, None, "", Decimal(5)) for name in SIX)
    return Commitment(
        cause=cause or case.cause,
        decision="treat",
        components=dict.fromkeys(SIX, "main"),
        graded=dict.fromkeys(SIX, "high"),
        believed=dict.fromkeys(case.claims, True),
        syringes=(syringe,),
        sure=100,
    )


def heard(commitment: Commitment, case: Case, knowledge: Knowledge) -> Feedback:
    return feedback_of(commitment, case, book(), knowledge, model())


def some_cases() -> list[Case]:
    cases = list(book().cases.values())
    return cases[::9]


def test_one_careless_syringe_is_one_remark_that_names_every_pair_and_one_lesson(knowledge: Knowledge) -> None:
    case = book().cases["man_34_thinning_temples_and_crown"]
    mixed = [one for one in heard(careless(case), case, knowledge).mistakes if one.kind == "unsafe_mixture"]
    assert len(mixed) == 1
    assert mixed[0].lesson == Lesson("mixing", "biotin+dexpanthenol"), "sources disagree outweighs that nobody knows"
    said = f"{mixed[0].text} {mixed[0].detail}"
    names = sorted(SIX)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            pair = f"{knowledge.components[one].name} with {knowledge.components[other].name}"
            assert pair in said


def test_the_same_pair_in_two_syringes_is_said_once(knowledge: Knowledge) -> None:
    case = case_around(MAN)
    syringe = (Drawn("minoxidil"), Drawn("prp"))
    twice = Commitment(cause="androgenetic", decision="treat", syringes=(syringe, syringe))
    assert [one.kind for one in heard(twice, case, knowledge).mistakes].count("unsafe_mixture") == 1


def test_kinds_stand_in_the_order_of_their_gravity() -> None:
    places = [list(MISTAKES).index(kind) for kind in ORDER]
    assert places == sorted(places)


def test_nothing_is_called_never_asked_for_that_no_question_could_have_told(knowledge: Knowledge) -> None:
    blamed = 0
    for case in some_cases():
        reached = tellable_in(case, knowledge)
        commitment = careless(case)
        review = Review(commitment, answer_of(case, knowledge), knowledge, None, case, book())
        for one in heard(commitment, case, knowledge).mistakes:
            if "never asked for" in one.text:
                blamed += 1
                hidden = review.hidden(one.because)
                assert hidden
                assert all(review.inputs(name) & reached for name in hidden)
    assert blamed, "the sentence still exists"


def test_a_fact_that_was_found_is_not_called_never_asked_for(knowledge: Knowledge) -> None:
    for case in some_cases():
        asked = tuple(one.id for one in case.findings)
        feedback = heard(replace(careless(case), asked=asked), case, knowledge)
        shown = {name for one in case.findings for name in one.shows}
        for one in feedback.mistakes:
            if {each.field for each in one.because} <= shown:
                assert "never asked for" not in one.text


def test_comma_hairs_that_were_seen_and_not_used_are_said_so(knowledge: Knowledge) -> None:
    case = book().cases["girl_8_scaly_patch"]
    blind = heard(replace(careless(case), asked=()), case, knowledge)
    seen = heard(replace(careless(case), asked=("trichoscopy",)), case, knowledge)
    rule = "scalp_fungal_infection_treat_first"
    before, after = (next(one.text for one in found.mistakes if one.lesson.id == rule) for found in (blind, seen))
    assert before.endswith("It was never asked for.")
    assert after.endswith("You saw it and did not use it.")


def test_every_needed_finding_that_was_asked_for_is_credited_once_by_a_rule_that_reads_it(
    knowledge: Knowledge,
) -> None:
    for case in some_cases():
        needed = {one.id: set(one.shows) for one in case.findings if one.needed}
        feedback = heard(replace(careless(case), asked=tuple(needed)), case, knowledge)
        credited = Counter(one.subject for one in feedback.right if one.kind == "needed_finding_asked")
        assert credited == Counter(needed.keys()), case.id
        for one in feedback.right:
            if one.kind == "needed_finding_asked" and one.lesson.kind == "rule":
                assert {each.field for each in one.because} & needed[one.subject]


def test_what_was_not_asked_cites_only_what_the_decision_the_choice_or_the_answer_is_about(
    knowledge: Knowledge,
) -> None:
    for case in some_cases():
        answer = answer_of(case, knowledge, model())
        perfect = perfect_commitment(case, answer, knowledge)
        commitment = replace(perfect, asked=(), decision="treat")
        review = Review(commitment, answer, knowledge, model(), case, book())
        for one in heard(commitment, case, knowledge).mistakes:
            if one.kind == "decided_without_knowing" and one.lesson.kind == "rule":
                assert review.concerns(one.lesson.id), (case.id, one.lesson.id)


def test_every_component_that_was_chosen_and_has_no_support_is_answered_by_name(knowledge: Knowledge) -> None:
    for case in some_cases():
        answer = answer_of(case, knowledge, model())
        feedback = heard(careless(case), case, knowledge)
        choice = ("no_indication", "contraindication_overlooked", "unlawful_as_ordinary", "right_component_wrong_cause")
        said = " ".join(f"{one.text} {one.detail}" for one in feedback.mistakes if one.kind in choice)
        for name in SIX:
            part = answer.component(name)
            if not any(one.role for one in part.arguments):
                assert knowledge.components[name].name in said, (case.id, name)


@pytest.mark.parametrize("name", ["man_26_saved_for_four_sessions", "bicycle_scar_on_the_forehead"])
def test_haemophilia_and_the_bleeding_disorder_that_it_is_are_one_card(name: str, knowledge: Knowledge) -> None:
    case = book().cases[name]
    flags = [one for one in heard(careless(case), case, knowledge).mistakes if one.kind == "missed_red_flag"]
    assert [one.lesson.id for one in flags] == ["haemophilia_no_injection"]


def test_a_question_about_one_fact_is_missed_once(knowledge: Knowledge) -> None:
    for case in some_cases():
        texts = [one.text for one in heard(careless(case), case, knowledge).mistakes]
        about = [one for one in texts if one.startswith("Decided without asking about pregnancy")]
        assert len(about) <= 1


def test_the_finding_that_tells_the_cause_is_the_one_that_shows_it(knowledge: Knowledge) -> None:
    case = book().cases["man_34_thinning_temples_and_crown"]
    said = heard(careless(case, "scarring"), case, knowledge).mistakes
    text = next(one.text for one in said if one.kind == "wrong_cause")
    assert text.endswith("What tells: Trichoscopy of crown and front.")


def test_needless_tests_name_what_was_needed_and_no_unrelated_rule(knowledge: Knowledge) -> None:
    found = (
        Finding(id="scan", step="imaging", ask="A scan", says="Nothing."),
        Finding(id="look", step="examination", ask="The pattern", says="Norwood 3.", shows=("phototype",), needed=True),
    )
    case = case_around(MAN, findings=found)
    commitment = Commitment(cause="androgenetic", decision="treat", asked=("scan", "look"))
    said = next(one for one in heard(commitment, case, knowledge).mistakes if one.kind == "needless_tests")
    assert said.lesson == Lesson("indication", "aga_male")
    assert "Needed here: The pattern." in said.detail


def test_numbers_and_counts_are_written_as_a_person_writes_them() -> None:
    assert number_words(100000) == "100,000"
    assert number_words(0.0005) == "0.0005"
    assert number_words(2.5) == "2.5"
    assert number_words(7) == "7"
    assert [counted(number, "day") for number in (1, 2, 0)] == ["1 day", "2 days", "0 days"]


def test_what_a_rule_read_is_a_plain_sentence(knowledge: Knowledge) -> None:
    read = (Because("bleeding_disorder", "yes"), Because("ferritin", 9.0), Because("pregnancy", "no"))
    said = read_words((*read, Because("inr", None)), knowledge)
    assert said == "What decides here: bleeding disorder; ferritin 9 ng/mL; no pregnancy; INR unknown."
    assert read_words((), knowledge) == ""


def test_lessons_are_told_in_whole_words(knowledge: Knowledge) -> None:
    mixing = lesson_words(Lesson("mixing", "botulinum_toxin+vitamin_c"), knowledge)
    assert mixing.startswith("Botulinum toxin")
    assert mixing.endswith("in one syringe")
    assert " with " in mixing
    for identifier in knowledge.protocols:
        course = lesson_words(Lesson("course", identifier), knowledge)
        assert course.startswith("The course of ")
        assert identifier not in course or "_" not in identifier
    for identifier in knowledge.components:
        assert "_" not in lesson_words(Lesson("limit", identifier), knowledge)
    for identifier, claim in knowledge.claims.items():
        assert claim.claim in lesson_words(Lesson("claim", identifier), knowledge)
