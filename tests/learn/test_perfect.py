"""The engine's own answer is a decision without a mistake; random decisions never break anything."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.engine.findings import CERTAINTY_ORDER
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import LONGEST_LINE, TREATMENT
from formulator.learn.cases import Case, answer_of
from formulator.learn.cases.case import Finding
from formulator.learn.commitment import Commitment, Course, Drawn, plain_commitment
from formulator.learn.commitment_reading import commitment_from, units_of
from formulator.learn.diagnosis import (
    KINDS,
    MISTAKES,
    RIGHT,
    Feedback,
    critique_of_formulation,
    feedback_of,
    is_in,
    lesson_of,
    perfect_commitment,
)
from formulator.paths import data_directory
from formulator.proof.worked import WorkedCase, load_cases
from formulator.strict_yaml import read_yaml
from tests.conftest import TODAY
from tests.engine.asking import ask, shipped
from tests.learn.made import book, case_around, model

WORKED = load_cases()
EXAMPLES = sorted((data_directory() / "examples").glob("*.yaml"))


def hiding(profile: dict[str, Any], day: Any = TODAY) -> Case:
    """A case whose story tells the essentials alone; one needed finding shows the rest, a biopsy shows nothing."""
    rest = tuple(name for name in profile if shipped().catalogue.fields[name].group != "essential")
    found = (
        Finding(id="rest", step="history", ask="Everything else", says="As it is.", shows=rest, needed=True),
        Finding(id="biopsy", step="biopsy", ask="A biopsy", says="Nothing."),
    )
    hidden = tuple(name for name in shipped().catalogue.fields if name not in profile or name in rest)
    return case_around(profile, day, hidden, found)


def example(path: Any) -> dict[str, Any]:
    """The profile of an example, as plain values."""
    return read_yaml(path.read_text(encoding="utf-8"), path.name).plain()["profile"]


def is_well_said(feedback: Feedback, knowledge: Knowledge) -> None:
    """Every remark has a known kind, a lesson of the knowledge and a short sentence; none is said twice."""
    for remarks, kinds in ((feedback.mistakes, MISTAKES), (feedback.right, RIGHT)):
        assert len(set(remarks)) == len(remarks)
        for one in remarks:
            assert one.kind in kinds
            assert one.skill == KINDS[one.kind].skill
            assert is_in(one.lesson, knowledge)
            assert lesson_of(one.lesson.key) == one.lesson
            assert 0 < len(one.text) < LONGEST_LINE
            assert one.text[0] == one.text[0].upper()
            assert set(one.sources) <= set(knowledge.sources)
    order = [list(MISTAKES).index(one.kind) for one in feedback.mistakes]
    assert order == sorted(order), "the gravest first"
    praised = {one.lesson for one in feedback.right if one.kind != "needed_finding_asked"}
    assert not {one.lesson for one in feedback.mistakes} & praised, "to have asked is right whatever came of it"


def is_without_mistake(case: Case, knowledge: Knowledge) -> None:
    """The perfect decision about a case is read back as it is, has no mistake, and is praised for what it holds."""
    answer = answer_of(case, knowledge, model())
    perfect = perfect_commitment(case, answer, knowledge)
    assert commitment_from(plain_commitment(perfect), case, knowledge) == perfect
    feedback = feedback_of(perfect, case, book(), knowledge, model())
    assert feedback.mistakes == ()
    is_well_said(feedback, knowledge)
    kinds = {one.kind for one in feedback.right}
    assert "right_cause" in kinds
    assert "right_decision" in kinds
    placed = {one.subject for one in feedback.right if one.kind == "component_right"}
    assert placed == set(perfect.components)
    ruled_out = {one.subject for one in feedback.right if one.kind == "rightly_excluded"}
    assert ruled_out == set(perfect.exclusions)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_perfect_decision_about_an_example_has_no_mistake(path: Any, knowledge: Knowledge) -> None:
    is_without_mistake(hiding(example(path)), knowledge)


@pytest.mark.parametrize("worked", WORKED, ids=[one.sentence for one in WORKED])
def test_the_perfect_decision_about_a_worked_case_has_no_mistake(worked: WorkedCase, knowledge: Knowledge) -> None:
    is_without_mistake(hiding(worked.profile.plain(), worked.day), knowledge)


def test_the_perfect_decision_about_each_case_of_the_book_has_no_mistake(knowledge: Knowledge) -> None:
    for case in book().cases.values():
        is_without_mistake(case, knowledge)


@pytest.mark.parametrize("decision", GRAVEST_FIRST)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_decision_alone_is_enough_to_be_judged(path: Any, decision: str, knowledge: Knowledge) -> None:
    case = hiding(example(path))
    feedback = feedback_of(Commitment(decision=decision), case, book(), knowledge)
    is_well_said(feedback, knowledge)
    right = answer_of(case, knowledge).decision
    praised = any(one.kind == "right_decision" for one in feedback.right)
    by_luck = any(one.text.startswith("Right, but by luck") for one in feedback.mistakes)
    assert not praised or decision == right
    decided = {one.kind for one in feedback.mistakes if KINDS[one.kind].topic == "decision"}
    assert bool(decided) == (decision != right)
    assert not by_luck or decision == right


def test_no_decision_is_refused(knowledge: Knowledge) -> None:
    with pytest.raises(FaultsFound, match="Nothing was decided yet"):
        feedback_of(Commitment(), hiding(example(EXAMPLES[0])), book(), knowledge)


def some(values: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[Any]:
    return st.lists(values, max_size=most, unique=True).map(tuple)


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    name = draw(st.sampled_from(sorted(shipped().components)))
    amounts = st.none() | st.decimals(0, 100, places=2)
    strength = draw(amounts)
    units = units_of(name, shipped())
    return Drawn(name, strength, draw(st.sampled_from(units)) if strength is not None else "", draw(amounts))


@st.composite
def commitments(draw: st.DrawFn, case: Case) -> Commitment:
    """Any decision that can be written about a case."""
    knowledge = shipped()
    components = st.sampled_from(sorted(knowledge.components))
    fields = st.sampled_from(sorted(knowledge.catalogue.fields))
    numbers = st.none() | st.integers(1, 100)
    return Commitment(
        cause=draw(st.none() | st.sampled_from(case.causes)),
        asked=draw(
            some(st.sampled_from([one.id for one in case.findings]) | fields.filter(lambda one: one != "cause"), 4)
        ),
        settle=draw(some(fields, 3)),
        decision=draw(st.sampled_from(GRAVEST_FIRST)),
        components=draw(st.dictionaries(components, st.sampled_from(["main", "adjunct", "optional"]), max_size=6)),
        exclusions=draw(st.dictionaries(components | st.just(TREATMENT), fields, max_size=5)),
        graded=draw(st.dictionaries(components, st.sampled_from(CERTAINTY_ORDER), max_size=4)),
        believed=draw(st.dictionaries(st.sampled_from(sorted(knowledge.claims)), st.booleans(), max_size=4)),
        course=Course(draw(numbers), draw(numbers), draw(numbers)),
        syringes=draw(st.lists(st.lists(drawn(), max_size=4).map(tuple), max_size=3).map(tuple)),
        sure=draw(st.integers(0, 100)),
    )


@given(st.data())
def test_any_decision_is_read_back_as_it_was_written(data: st.DataObject) -> None:
    case = hiding(example(data.draw(st.sampled_from(EXAMPLES))))
    commitment = data.draw(commitments(case))
    assert commitment_from(plain_commitment(commitment), case, shipped()) == commitment


@given(st.data())
@settings(max_examples=25)
def test_any_decision_is_judged_the_same_way_twice_and_well_said(data: st.DataObject) -> None:
    case = hiding(example(data.draw(st.sampled_from(EXAMPLES))))
    commitment = data.draw(commitments(case))
    feedback = feedback_of(commitment, case, book(), shipped(), model())
    is_well_said(feedback, shipped())
    assert feedback_of(commitment, case, book(), shipped(), model()) == feedback


@given(st.data())
@settings(max_examples=30)
def test_a_chosen_component_that_is_contraindicated_never_passes_in_silence(data: st.DataObject) -> None:
    """It is named, or the decision that forbids everything is."""
    case = hiding(example(data.draw(st.sampled_from(EXAMPLES))))
    commitment = data.draw(commitments(case))
    feedback = feedback_of(commitment, case, book(), shipped())
    answer = answer_of(case, shipped())
    said = [(one.subject, f"{one.text} {one.detail}") for one in feedback.mistakes]
    lighter = any(one.kind in ("missed_red_flag", "treated_before_work_up") for one in feedback.mistakes)
    for name in commitment.components:
        if answer.component(name).status == "contraindicated":
            called = shipped().components[name].name
            assert lighter or any(name == subject or called in text for subject, text in said)


@given(st.data())
@settings(max_examples=30)
def test_no_two_components_that_do_not_mix_share_a_syringe_in_silence(data: st.DataObject) -> None:
    """Held against the mixing table itself."""
    case = hiding(example(data.draw(st.sampled_from(EXAMPLES))))
    commitment = data.draw(commitments(case))
    feedback = feedback_of(commitment, case, book(), shipped())
    remarks = [one for one in feedback.mistakes if one.kind == "unsafe_mixture"]
    told = " ".join(f"{one.text} {one.detail}" for one in remarks)
    unsafe = {one.subject for one in remarks}
    assert len(remarks) <= len(commitment.syringes) + sum(one.count("kept apart") for one in [told])
    for syringe in commitment.syringes:
        names = sorted({one.component for one in syringe})
        for one in names:
            for other in names:
                if one < other and shipped().mixing.of(one, other).state != "compatible":
                    pair = " with ".join(shipped().components[each].name for each in (one, other))
                    assert f"{one}+{other}" in unsafe or pair in told


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_engines_own_formulations_are_safe_and_the_first_is_the_best(path: Any, knowledge: Knowledge) -> None:
    profile = {**example(path), "pregnancy": "no", "thromboembolism_history": "no"}
    sex = str(profile.get("sex"))
    profile = {name: value for name, value in profile.items() if name != "pregnancy" or sex == "female"}
    answer = ask(profile, model=model())
    for formulation in answer.formulations:
        syringes = [
            [
                Drawn(one.id, _exact(one.concentration), one.unit, _exact(syringe.volume_ml))
                for one in syringe.components
            ]
            for syringe in formulation.syringes
            if len(syringe.components) == 1
        ]
        if len(syringes) < len(formulation.syringes):
            continue
        steps = [one for one in formulation.separate if one in formulation.components]
        feedback = critique_of_formulation(syringes, answer, knowledge, model(), steps)
        is_well_said(feedback, knowledge)
        assert {one.kind for one in feedback.mistakes} <= {"less_than_best"}
        if formulation.rank == 1 or 1 in formulation.not_told_apart_from:
            assert feedback.mistakes == ()


@given(st.data())
@settings(max_examples=25)
def test_any_syringes_are_criticised_for_any_patient(data: st.DataObject) -> None:
    answer = ask(example(data.draw(st.sampled_from(EXAMPLES))), model=model())
    syringes = data.draw(st.lists(st.lists(drawn(), max_size=4), max_size=3))
    feedback = critique_of_formulation(syringes, answer, shipped(), model())
    is_well_said(feedback, shipped())
    assert feedback == critique_of_formulation(syringes, answer, shipped(), model())
    used = {one.component for syringe in syringes for one in syringe}
    excluded = {name for name in used if answer.component(name).status == "contraindicated"}
    assert not excluded or feedback.mistakes


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def test_a_missed_fact_is_said_with_the_value_that_was_read(knowledge: Knowledge) -> None:
    man = example(data_directory() / "examples" / "man_34_haemophilia.yaml")
    case = hiding(man)
    perfect = perfect_commitment(case, answer_of(case, knowledge), knowledge)
    feedback = feedback_of(replace(perfect, decision="treat"), case, book(), knowledge)
    first = feedback.mistakes[0]
    assert first.kind == "missed_red_flag"
    assert [(one.field, one.value) for one in first.because] == [("haemophilia", "yes")]
    assert first.detail.startswith(knowledge.rules[first.lesson.id].text)
    assert first.sources == knowledge.rules[first.lesson.id].sources
