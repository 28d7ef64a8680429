"""The casebook: every case lints, replays and can be solved; a case at odds with the knowledge is flagged."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from click.testing import CliRunner

from formulator.cli import main
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of, load_casebook, neighbour_of
from formulator.learn.cases.agreement import all_case_faults, faults_of, rules_used
from formulator.learn.cases.casebook import dangling, read_case
from formulator.learn.commitment import Commitment
from formulator.learn.diagnosis import feedback_of, perfect_commitment
from formulator.learn.terminal import Terminal
from formulator.paths import data_directory
from tests.learn.made import model, shipped

FEWEST_CASES = 60
ONE = "woman_29_handfuls_in_the_shower"


@pytest.fixture(scope="module")
def book(knowledge: Knowledge) -> Casebook:
    return load_casebook(knowledge)


@pytest.fixture(scope="module")
def case(book: Casebook) -> Case:
    return book.cases[ONE]


def test_all_cases_agree_with_the_knowledge(knowledge: Knowledge) -> None:
    assert [str(fault) for fault in all_case_faults(knowledge)] == []


def test_there_are_enough_cases_over_all_indications_decisions_and_difficulties(
    book: Casebook, knowledge: Knowledge
) -> None:
    cases = book.cases.values()
    assert len(cases) >= FEWEST_CASES
    indications = Counter(case.expect["indication"] for case in cases)
    assert set(knowledge.indications) <= set(indications)
    assert min(indications[name] for name in knowledge.indications) >= 2
    assert {case.expect["decision"] for case in cases} == {"treat", "treat_after", "refer_first", "do_not_treat"}
    assert {case.difficulty for case in cases} == {1, 2, 3}
    assert sum(case.published is not None for case in cases) >= 20


def test_the_decision_that_the_rules_lead_to_has_no_mistake_in_any_case(book: Casebook, knowledge: Knowledge) -> None:
    for case in book.cases.values():
        answer = answer_of(case, knowledge, model())
        perfect = perfect_commitment(case, answer, knowledge)
        mistakes = feedback_of(perfect, case, book, knowledge, model()).mistakes
        assert [(case.id, one.kind, one.text) for one in mistakes] == []


def test_title_and_story_give_neither_the_rule_nor_the_cause_away(book: Casebook, knowledge: Knowledge) -> None:
    for case in book.cases.values():
        told = f"{case.title} {case.story}".lower()
        assert not [rule for rule in case.lessons if knowledge.rules[rule].text.lower() in told]
        assert len(case.causes) >= 2
        assert case.id.replace("_", " ") != case.cause


def test_every_neighbour_differs_in_decision_or_status(book: Casebook, knowledge: Knowledge) -> None:
    for case in book.cases.values():
        mine, other = answer_of(case, knowledge), neighbour_of(case, knowledge)
        assert (mine.decision, [(one.id, one.status) for one in sorted(mine.components, key=lambda one: one.id)]) != (
            other.decision,
            [(one.id, one.status) for one in sorted(other.components, key=lambda one: one.id)],
        )


def changed(case: Case, **parts: Any) -> Case:
    return case.model_copy(update=parts)


def wrong_decision(case: Case) -> Case:
    return changed(case, expect={**case.expect, "decision": "treat"})


def without_a_decision(case: Case) -> Case:
    return changed(case, expect={"indication": case.expect["indication"]})


def misspelt_expectation(case: Case) -> Case:
    return changed(case, expect={**case.expect, "statuss": {"prp": "optional"}})


def unreadable_expectation(case: Case) -> Case:
    return changed(case, expect={**case.expect, "status": ["prp"]})


def unfired_lesson(case: Case) -> Case:
    return changed(case, lessons=("treat_male_pattern_loss",))


def hidden_fact(case: Case) -> Case:
    return changed(case, profile={**case.profile, "smoking": "yes"})


def shown_without_a_value(case: Case) -> Case:
    return changed(case, known=(*case.known, "zinc"))


def told_cause(case: Case) -> Case:
    return changed(case, known=(*case.known, "cause"))


def cause_not_offered(case: Case) -> Case:
    return changed(case, causes=("androgenetic", "traction"))


def same_neighbour(case: Case) -> Case:
    return changed(case, neighbour=case.neighbour.model_copy(update={"change": {"age": 30}}))


def hanging_on_an_unknown(case: Case) -> Case:
    """Without the count of platelets nobody knows whether the answer holds."""
    kept = {name: value for name, value in case.profile.items() if name != "platelets"}
    findings = tuple(
        one.model_copy(update={"shows": tuple(name for name in one.shows if name != "platelets")})
        for one in case.findings
    )
    return changed(case, profile=kept, findings=findings)


def impossible_patient(case: Case) -> Case:
    return changed(case, profile={**case.profile, "sex": "male"})


def finding_twice(case: Case) -> Case:
    return changed(case, findings=(*case.findings, case.findings[0]))


BREAKAGES: dict[Callable[[Case], Case], str] = {
    wrong_decision: "decision is treat_after, not treat",
    without_a_decision: "decision is missing",
    misspelt_expectation: "Did you mean 'status'",
    unreadable_expectation: "cannot be checked",
    unfired_lesson: "says nothing about this patient",
    hidden_fact: "Nobody can find this out",
    shown_without_a_value: "the profile does not say it",
    told_cause: "The cause is for the trainee to find",
    cause_not_offered: "not among the choices",
    same_neighbour: "the same decision and statuses",
    hanging_on_an_unknown: "hangs on an unknown",
    impossible_patient: "a man does not breastfeed",
    finding_twice: "stands twice",
}


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda one: one.__name__)
def test_a_case_that_cannot_be_taught_is_refused_with_the_reason(
    breakage: Callable[[Case], Case], case: Case, book: Casebook, knowledge: Knowledge
) -> None:
    assert faults_of(case, knowledge, None, book) == []
    found = [str(fault) for fault in faults_of(breakage(case), knowledge, None, book)]
    assert any(BREAKAGES[breakage] in one for one in found), found


def test_when_the_knowledge_changes_its_mind_the_case_is_flagged_and_not_regraded(
    case: Case, book: Casebook, knowledge: Knowledge
) -> None:
    gone = {name: rule for name, rule in knowledge.rules.items() if name != case.lessons[0]}
    other = replace(knowledge, rules=MappingProxyType(gone))
    found = [str(fault) for fault in faults_of(case, other, None, book)]
    assert any("says nothing about this patient" in one for one in found)


def at_fault(text: str, book: Casebook, knowledge: Knowledge) -> list[str]:
    """The faults of a case as its text says it, each as it is printed."""
    case, node = read_case(text, f"data/cases/hair/{ONE}.yaml")
    book = replace(book, nodes={**book.nodes, case.id: node})
    return [str(one) for one in (*dangling(case, book, knowledge), *faults_of(case, knowledge, None, book))]


MISWRITTEN = {
    "    step: history": ("    step: histry", "findings.onset.step: There is no 'histry'. Did you mean 'history'?"),
    "  - id: onset": ("  - id: ferritin", "The finding ferritin stands twice"),
    "lessons: [": ("lessons: [treat_male_pattern_loss, ", "treat_male_pattern_loss says nothing"),
    "sources: [": ("sources: [no_such, ", "yaml:70:11: sources: There is no 'no_such'."),
    "  decision: treat_after": ("  decision: treat", "expect.decision: decision is treat_after, not treat."),
    "  ferritin: ": ("  ferritin: x", "profile.ferritin: 'x"),
}


@pytest.mark.parametrize("written", MISWRITTEN)
def test_a_fault_of_a_case_stands_at_the_line_where_it_was_written(
    written: str, case: Case, book: Casebook, knowledge: Knowledge
) -> None:
    text = (data_directory() / "cases" / "hair" / f"{ONE}.yaml").read_text(encoding="utf-8")
    instead, says = MISWRITTEN[written]
    assert written in text
    broken = text.replace(written, instead, 1)
    lines = [number for number, line in enumerate(broken.splitlines(), 1) if instead in line]
    found = [one for one in at_fault(broken, book, knowledge) if says in one]
    assert any(f"{ONE}.yaml:{line}:" in one for one in found for line in lines), at_fault(broken, book, knowledge)


def test_a_case_that_hangs_on_an_unknown_says_what_would_change_with_which_value_and_what_to_do(
    case: Case, book: Casebook, knowledge: Knowledge
) -> None:
    hanging = hanging_on_an_unknown(case)
    [fault] = [one for one in faults_of(hanging, knowledge, None, book) if "hangs" in one.problem]
    value, _, turned = fault.problem.partition("with platelets ")[2].partition(" expect.")
    key, _, change = turned.partition(" would change: ")
    known = changed(hanging, profile={**hanging.profile, "platelets": value}, known=(*hanging.known, "platelets"))
    assert f"expect.{key}: {change}" in " ".join(map(str, faults_of(known, knowledge, None, book)))
    assert fault.advice.startswith("Give platelets a value under profile")
    assert fault.place == book.place(case.id, "expect", key, change.split()[0])


WRONG_FILES = {
    "": "The document is empty",
    "- a list": "one mapping",
    "title: x\ntitle: y": "twice",
    "id: me\ntitle: A case": "named by its file",
    "title: A case": "pearl: This is missing",
    "title: [": "Not readable",
    "profile: !!python/object:os.system {}": "",
}


@pytest.mark.parametrize("text", WRONG_FILES)
def test_a_file_that_is_no_case_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(FaultsFound) as found:
        read_case(text, "data/cases/hair/one.yaml")
    assert WRONG_FILES[text] in str(found.value)
    assert all(fault.place.file.endswith("one.yaml") for fault in found.value.faults)


def test_a_misspelt_key_of_a_finding_names_the_finding_its_line_and_the_key_that_was_meant() -> None:
    text = "title: A case\nfindings:\n  - id: ferritin\n    stepp: laboratory\n"
    with pytest.raises(FaultsFound) as found:
        read_case(text, "data/cases/hair/one.yaml")
    expected = "one.yaml:4:12: findings.ferritin.stepp: There is no key 'stepp'. Did you mean 'step'?"
    assert any(str(one).endswith(expected) for one in found.value.faults), str(found.value)


def test_a_case_names_nothing_that_does_not_exist(knowledge: Knowledge, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_directory() / "cases", data / "cases")
    path = next(data.glob(f"cases/*/{ONE}.yaml"))
    text = path.read_text(encoding="utf-8")
    text = text.replace("lessons: [", "lessons: [no_such_rule, ").replace("sources: [", "sources: [no_such_source, ")
    path.write_text(text.replace("step: laboratory", "step: laborat", 1), encoding="utf-8")
    with pytest.raises(FaultsFound) as found:
        load_casebook(knowledge, data)
    said = str(found.value)
    assert all(word in said for word in ("no_such_rule", "no_such_source", "Did you mean 'laboratory'"))
    assert f"{ONE}.yaml" in said


@pytest.mark.parametrize("name", ["steps.csv", "sources.json"])
def test_a_shared_file_that_is_damaged_is_named(name: str, knowledge: Knowledge, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(data_directory() / "cases", data / "cases")
    (data / "cases" / name).write_bytes(b"\xff\xfe{[")
    with pytest.raises(FaultsFound, match=name):
        load_casebook(knowledge, data)


def test_the_lessons_of_a_case_are_rules_that_speak_in_its_answer(book: Casebook, knowledge: Knowledge) -> None:
    for case in book.cases.values():
        assert set(case.lessons) <= rules_used(answer_of(case, knowledge))


def played(*words: str, case: str = ONE) -> Any:
    return CliRunner().invoke(main, ["cases", case], input="\n".join(words) + "\n")


def test_a_case_is_played_in_the_terminal_and_the_missed_rule_is_named() -> None:
    run = played("1", "haemophilia", "", "2", "1", "tsh", "prp", "", "", "minoxidil=lactation", "", "", "", "80")
    assert run.exit_code == 0, run.output
    assert "Haemophilia: No" in run.output
    assert "WHAT YOU MISSED" in run.output
    assert "rule:low_ferritin_shedding_replace_iron_first" in run.output
    assert "Comes back from" in run.output


def test_nonsense_in_the_terminal_is_asked_for_again_and_never_ends_in_a_traceback() -> None:
    run = played(
        "99",
        "-1",
        "feritin",
        "²",
        "",
        "x",
        "2",
        "9",
        "1",
        "nonsense",
        "",
        "prpp",
        "prp",
        "",
        "",
        "",
        "",
        "-5",
        "",
        "",
        "800",
        "",
    )
    assert run.exit_code == 0, run.output
    assert "Did you mean 'ferritin'" in run.output
    assert "Did you mean 'prp'" in run.output
    assert "A whole number from" in run.output


def test_an_input_that_ends_in_the_middle_ends_the_play_and_the_next_play_goes_on_there() -> None:
    cut = played("1", "", "2")
    assert cut.exit_code != 0
    assert "Traceback" not in cut.output
    again = played("", "", "", "", "", "", "", "", "", "", "", "", case=ONE)
    assert "When and how did it begin? (effort" not in again.output, "what was asked for is lost"


def decided(*words: str, begun: Commitment | None = None) -> tuple[Commitment, str]:
    """A decision as it is typed into the terminal, and everything that was said or asked meanwhile."""
    typed, said = iter(words), list[str]()

    def ask(text: str) -> str:
        said.append(text)
        return next(typed, "" if "Number" not in text else "1")

    knowledge, book = shipped(), load_casebook(shipped())
    terminal = Terminal(said.append, ask, lambda _: None, book.cases[ONE], book, knowledge)
    return terminal.play(begun or Commitment()), "\n".join(said)


@pytest.mark.parametrize("words", [("1", "2"), ("1, 2",), ("2,1",), ("1", "1", "2")])
def test_a_question_keeps_its_number_after_others_were_asked(words: tuple[str, ...], case: Case) -> None:
    commitment, said = decided(*words, "")
    assert set(commitment.asked) == {one.id for one in case.findings[:2]}
    assert len(commitment.asked) == 2
    last = said.rpartition("\nAsk for")[0].rpartition("\nAsk for")[2]
    assert [line.split()[0] for line in last.splitlines() if "(effort" in line] == [
        str(number) for number in range(3, len(case.findings) + 1)
    ]


def test_components_go_by_id_or_name_in_any_case_also_where_the_name_holds_a_comma() -> None:
    names = {name: one.name for name, one in shipped().components.items()}
    for name in ("prp", "topical_minoxidil", "minoxidil"):
        for typed in (name, names[name], name.upper(), names[name].lower(), f" {names[name].upper()} "):
            commitment, _ = decided("", "1", "1", "", f"{typed}, oral_finasteride", "", "", f"{typed}=Lactation,prp")
            assert set(commitment.components) == {name, "oral_finasteride"}, typed
            assert commitment.exclusions[name] == "lactation"
            assert set(commitment.exclusions) == {name, "prp"}


def test_one_unknown_entry_is_named_and_asked_for_anew_while_the_others_are_kept() -> None:
    commitment, said = decided("", "1", "1", "tsh, feritin, platelets", "ferritin", "prp, zzz, oral_finasteride")
    assert set(commitment.settle) == {"tsh", "ferritin", "platelets"}
    assert set(commitment.components) == {"prp", "oral_finasteride"}
    assert "There is nothing called 'feritin'. Did you mean 'ferritin'?" in said
    assert "Instead of 'zzz' (Enter to leave it out; the others are kept)" in said


def test_an_unknown_reason_for_an_exclusion_is_asked_for_anew() -> None:
    commitment, said = decided("", "1", "1", "", "", "", "", "prp=lactatoin", "lactation")
    assert dict(commitment.exclusions) == {"prp": "lactation"}
    assert "Did you mean 'lactation'?" in said


def test_only_a_case_that_was_begun_says_that_it_goes_on_where_it_stopped(case: Case) -> None:
    assert "goes on where you stopped" not in decided("")[1]
    finding = case.findings[1]
    said = decided("", begun=Commitment(asked=(finding.id, "haemophilia")))[1]
    assert f"This case goes on where you stopped; asked for so far: {finding.ask}, Haemophilia." in said


def test_the_list_names_every_case_and_an_unknown_one_is_refused(book: Casebook) -> None:
    listed = CliRunner().invoke(main, ["cases"]).output
    assert all(name in listed for name in book.cases)
    refused = CliRunner().invoke(main, ["cases", ONE[:-1]])
    assert refused.exit_code == 2
    assert f"Did you mean '{ONE}'" in refused.output
