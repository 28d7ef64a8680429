"""Writing a case: judged as the lint judges a file, refused for every fault, and read back as it was written."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulator.faults import FaultsFound
from formulator.learn.cases import answer_of
from formulator.learn.cases.agreement import faults_of
from formulator.learn.cases.casebook import read_case
from formulator.learn.instructor.author.bench import Judged, case_from_upload, judged, proposed_expectation
from formulator.learn.instructor.author.case_text import case_yaml, plain_case, worded
from formulator.learn.instructor.author.draft import (
    draft_from,
    expectation_from,
    findings_from,
    lines_from,
    rows_of,
)
from formulator.proof.expectations import CHECKS
from formulator.strict_yaml import read_yaml
from tests.learn.taught import FIRST, cases, shipped

Draft = dict[str, Any]


def sound() -> Draft:
    """The draft of a case without a fault, to be broken."""
    return copy.deepcopy(plain_case(shipped()[1].cases[FIRST]))


def judge(draft: Draft, name: str = FIRST) -> Judged:
    """A draft on the bench."""
    knowledge, book, model = shipped()
    return judged(draft, name, book, knowledge, model)


def test_every_case_of_the_casebook_reads_back_from_the_text_that_the_form_would_write() -> None:
    for case in cases():
        text = case_yaml(plain_case(case))
        again, _ = read_case(text, f"cases/{case.folder}/{case.id}.yaml")
        assert again == case
        assert case_yaml(plain_case(again)) == text


def test_a_case_without_a_fault_is_the_case_that_the_lint_would_read_and_is_not_refused() -> None:
    knowledge, book, model = shipped()
    found = judge(sound())
    assert found.faults == ()
    assert found.case == book.cases[FIRST]
    assert found.file == f"cases/hair/{FIRST}.yaml"
    assert found.answer == answer_of(book.cases[FIRST], knowledge, model)
    assert set(book.cases[FIRST].lessons) <= found.fired


words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60)


@settings(max_examples=25)
@given(st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.one_of(words, st.lists(words, max_size=4))))
def test_any_text_survives_the_way_into_the_file_and_back(plain: dict[str, Any]) -> None:
    kept = worded(plain)
    if kept:
        assert worded(read_yaml(case_yaml(plain), "x.yaml").plain()) == kept


AMBIGUOUS = ("yes", "null", "~", "0012", "1e3", "2026-01-01", "a: b", "# x", "- x", "'", '"', "é\n\nb", "| x")


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_what_yaml_could_take_for_something_else_stays_text(text: str) -> None:
    assert read_yaml(case_yaml({"story": text}), "x.yaml").plain() == {"story": text.strip()}


def edited(**parts: Any) -> Callable[[Draft], None]:
    """Other parts in the draft."""
    return lambda draft: draft.update(parts)


def inside(part: str, **entries: Any) -> Callable[[Draft], None]:
    """Other entries in a part of the draft; None takes one out."""

    def change(draft: Draft) -> None:
        draft[part] = {key: value for key, value in (draft[part] | entries).items() if value is not None}

    return change


def finding(place: int, **entries: Any) -> Callable[[Draft], None]:
    """Other entries in a finding."""
    return lambda draft: draft["findings"][place].update(entries)


def hangs_on_ferritin(draft: Draft) -> None:
    """Ferritin was not measured; the expectation is what comes out without it, so nothing else is wrong with it."""
    del draft["profile"]["ferritin"]
    draft["findings"] = [one for one in draft["findings"] if one["id"] != "ferritin"]
    draft["lessons"] = ["breastfeeding_wait"]
    draft["expect"] = {
        "decision": "treat_after",
        "indication": "telogen_effluvium",
        "status": {"oral_repletion": "not_indicated"},
    }
    draft["neighbour"]["change"] = {"ferritin": "9"}


BROKEN: dict[str, tuple[Callable[[Draft], None], str]] = {
    "an expectation without decision": (inside("expect", decision=None), "decision is missing"),
    "an expectation without indication": (inside("expect", indication=None), "indication is missing"),
    "another decision": (inside("expect", decision="treat"), "decision is treat_after, not treat"),
    "another status": (inside("expect", status={"prp": "recommended"}), "prp is deferred"),
    "an expectation that nobody knows": (inside("expect", decison="treat"), "Did you mean 'decision'"),
    "a status that is text": (inside("expect", status="good"), "cannot be checked"),
    "a status of no component": (inside("expect", status={"snake_oil": "optional"}), "cannot be checked"),
    "a lesson that says nothing here": (edited(lessons=["haemophilia_no_injection"]), "says nothing about"),
    "a lesson that does not exist": (edited(lessons=["be_kind"]), "There is no 'be_kind'"),
    "a fact that nobody can find out": (inside("profile", diabetes="yes"), "Nobody can find this out"),
    "a test that is shown and not known": (finding(4, shows=["tsh", "zinc"]), "the profile does not say it"),
    "the cause in the story": (lambda draft: draft["known"].append("cause"), "trainee to find"),
    "the cause in a finding": (finding(0, shows=["duration_months", "cause"]), "trainee to find"),
    "a cause that is no choice": (edited(causes=["androgenetic", "hormonal"]), "not among the choices"),
    "a cause that does not exist": (edited(causes=["postpartum", "magic"]), "There is no 'magic'"),
    "a finding twice": (finding(1, id="onset"), "stands twice"),
    "a step that does not exist": (finding(1, step="tarot"), "There is no 'tarot'"),
    "a field that does not exist": (finding(1, shows=["aura"]), "There is no 'aura'"),
    "a source that does not exist": (edited(sources=["my_uncle"]), "There is no 'my_uncle'"),
    "a claim that does not exist": (edited(claims=["Z99"]), "There is no 'Z99'"),
    "an answer that hangs on an unknown": (hangs_on_ferritin, "hangs on an unknown"),
    "a neighbour like the case": (edited(neighbour={"change": {"age": "30"}, "asks": "At 30?"}), "same decision"),
    "a neighbour that cannot be": (edited(neighbour={"change": {"age": "300"}, "asks": "Then?"}), "outside the range"),
    "a patient out of range": (inside("profile", age="300"), "outside the range"),
    "a patient that cannot be": (inside("profile", sex="male"), "Impossible combination"),
    "a field that no patient has": (inside("profile", aura="blue"), "There is no 'aura'"),
    "a title that is too long": (edited(title="x" * 91), "at most 90"),
    "no story": (edited(story=""), "missing"),
    "one cause alone": (edited(causes=["postpartum"]), "at least 2"),
    "a difficulty of nine": (edited(difficulty="9"), "less than or equal to 3"),
    "a key that no case has": (edited(answer="treat"), "There is no key 'answer'. Allowed: reviewed, status,"),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_draft_with_a_fault_is_refused_and_the_fault_is_named(name: str) -> None:
    change, said = BROKEN[name]
    draft = sound()
    change(draft)
    faults = judge(draft).faults
    assert any(said in str(one) for one in faults), [str(one) for one in faults]


def test_an_unknown_on_which_the_answer_hangs_is_named_with_the_value_that_would_change_it() -> None:
    draft = sound()
    hangs_on_ferritin(draft)
    faults = judge(draft).faults
    assert all("hangs on an unknown" in one.problem for one in faults)
    hanging = {one.field for one in faults}
    assert "ferritin" in hanging
    draft["profile"] |= {"ferritin": "60", "vitamin_b12": "400", "folate": "9", "zinc": "95", "vitamin_d_25oh": "40"}
    assert hanging <= set(draft["profile"])
    shown = {"id": "blood", "step": "laboratory", "ask": "Blood", "says": "All normal.", "shows": sorted(hanging)}
    draft["findings"].append(shown)
    assert judge(draft).faults == ()


def test_the_bench_says_the_same_as_the_lint() -> None:
    knowledge, book, model = shipped()
    draft = sound()
    inside("expect", decision="treat")(draft)
    found = judge(draft)
    assert found.case is not None
    case, node = read_case(found.text, found.file)
    written = replace(book, nodes={**book.nodes, case.id: node})
    assert list(found.faults) == faults_of(case, knowledge, model, written)
    assert found.faults[0].place == node.at(("expect", "decision")).place


def test_a_draft_without_a_name_or_with_a_path_for_one_is_refused() -> None:
    assert [one.field for one in judge(sound(), "").faults] == ["id"]
    assert judge(sound(), "../../evil").faults
    assert judge(sound(), "a b").faults


def test_the_answer_is_there_as_soon_as_the_patient_is_valid() -> None:
    found = judge({"profile": {"concern": "hair_loss", "cause": "postpartum", "sex": "female", "age": "29"}})
    assert found.answer is not None
    assert found.case is None
    assert found.hangs_on
    assert judge({}).answer is None
    assert judge({"profile": {"age": "old"}}).answer is None


def test_the_proposal_is_met_by_the_answer_from_which_it_was_made() -> None:
    knowledge, _, model = shipped()
    for case in cases()[:12]:
        answer = answer_of(case, knowledge, model)
        proposal = proposed_expectation(answer)
        assert {"decision", "indication"} <= set(proposal)
        assert [one for key, value in proposal.items() for one in CHECKS[key](answer, value)] == []


def test_rows_of_the_table_become_findings_and_findings_rows() -> None:
    for case in cases():
        assert worded(findings_from(rows_of(case))) == plain_case(case)["findings"]
    empty = {"id": None, "step": float("nan"), "ask": "", "says": None, "shows": [], "needed": False}
    assert findings_from([empty, {**empty, "needed": True}]) == []
    assert findings_from([{**empty, "id": " x ", "shows": ("age",), "needed": True}]) == [
        {"id": "x", "shows": ["age"], "needed": "yes"}
    ]


def test_a_draft_from_the_form_is_the_case_that_was_opened_in_it() -> None:
    for case in cases():
        plain = plain_case(case)
        entered = {
            **{key: value for key, value in plain.items() if key not in ("neighbour", "published")},
            **plain["neighbour"],
            **plain.get("published", {}),
            "objectives": lines_from("\n".join(plain["objectives"])),
            "expect": expectation_from(case_yaml(plain["expect"])),
            "day": case.day,
        }
        assert read_case(case_yaml(draft_from(entered, case.reviewed)), f"x/{case.folder}/{case.id}.yaml")[0] == case


@pytest.mark.parametrize("text", ["- a", "a", "a: [", "a: &x 1", "decision: treat\ndecision: treat"])
def test_an_expectation_that_is_no_mapping_is_refused_in_words(text: str) -> None:
    with pytest.raises(FaultsFound):
        expectation_from(text)
    assert expectation_from("  \n") == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a b.yaml", "title: x"),
        ("x.yaml", "- a"),
        ("x.yaml", "title: ["),
        ("x.yaml", "title: x"),
        ("x.yaml", "id: y\ntitle: x"),
        ("..yaml", "title: x"),
    ],
)
def test_an_uploaded_file_that_is_no_case_is_refused_in_words(name: str, text: str) -> None:
    with pytest.raises(FaultsFound) as found:
        case_from_upload(text, name)
    assert all(one.problem for one in found.value.faults)


def test_an_uploaded_case_keeps_its_name() -> None:
    assert case_from_upload(case_yaml(sound()), "my_case.yaml").id == "my_case"
