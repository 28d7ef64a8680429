"""A session: which cases, its file, and its papers - what a trainee sees before deciding, and what the answer holds."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest

from formulator.export.printable import printable_text
from formulator.faults import FaultsFound
from formulator.learn.cases import Case
from formulator.learn.instructor.answer_form import answer_form
from formulator.learn.instructor.choose import Wish, expected, fitting
from formulator.learn.instructor.mistakes import invited_mistakes, skills_at_stake
from formulator.learn.instructor.session import changed_since, session_from, session_json, session_of
from formulator.learn.instructor.sheets import answer_sheet_pdf, cards_pdf, class_sheet_pdf
from formulator.learn.instructor.sheets.task import cards, task
from tests.conftest import TODAY
from tests.learn.taught import FIRST, cases, form, run_class, session, shipped, some_cases

SECRET = "Zqx secret zqx"


def squeezed(text: str) -> str:
    """A text without blanks and hyphens, which a page sets as it likes."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", printable_text(text))


def pages(content: bytes) -> list[str]:
    """The text of each page."""
    return [squeezed(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def with_secrets(case: Case) -> Case:
    """The case with a mark wherever something stands that a trainee must not see."""
    findings = tuple(one.model_copy(update={"says": SECRET, "shows": ("zqx",)}) for one in case.findings)
    neighbour = case.neighbour.model_copy(update={"asks": SECRET, "change": {"zqx": SECRET}})
    hidden: dict[str, Any] = {
        "id": "zqx_secret",
        "profile": {"cause": case.causes[-1], "zqx": SECRET},
        "findings": findings,
        "objectives": (SECRET,),
        "lessons": ("zqx",),
        "expect": {"decision": SECRET},
        "neighbour": neighbour,
        "pearl": SECRET,
        "published": None,
        "sources": ("zqx",),
        "known": ("zqx",),
    }
    return case.model_copy(update=hidden)


def test_the_task_is_the_same_whatever_the_findings_say_and_whatever_is_right() -> None:
    knowledge, book, _ = shipped()
    for case in cases():
        assert task(1, with_secrets(case), book, knowledge) == task(1, case, book, knowledge)


def test_the_class_sheet_holds_story_questions_and_choices_and_no_finding_cause_or_lesson() -> None:
    knowledge, book, _ = shipped()
    text = "".join(pages(class_sheet_pdf(session(), book, knowledge)))
    for case in some_cases():
        assert squeezed(case.story) in text
        assert squeezed(case.title) in text
        assert case.id not in text
        for one in case.findings:
            assert squeezed(one.ask) in text
            told = squeezed(one.says)
            assert len(told) < 12 or told not in text, f"{case.id}: {one.id} gives its result away"
        for rule in case.lessons:
            assert rule not in text
            assert squeezed(knowledge.rules[rule].text) not in text
        for hidden in (case.pearl, case.neighbour.asks, *case.objectives):
            assert squeezed(hidden) not in text
        for cause in case.causes:
            assert squeezed(knowledge.catalogue.fields["cause"].choices[cause]) in text


def test_the_answer_sheet_holds_every_lesson_with_its_rule_every_finding_the_cause_and_the_neighbour() -> None:
    knowledge, book, model = shipped()
    text = "".join(pages(answer_sheet_pdf(session(), book, knowledge, model)))
    for case in some_cases():
        assert squeezed(case.id) in text
        assert f"Cause:{squeezed(knowledge.catalogue.fields['cause'].choices[case.cause])}" in text
        for rule in case.lessons:
            assert rule in text
            assert squeezed(knowledge.rules[rule].text) in text
        for shown in (case.pearl, case.neighbour.asks, *case.objectives, *(one.says for one in case.findings)):
            assert squeezed(shown) in text


def test_there_is_a_card_for_each_finding_of_each_case() -> None:
    knowledge, book, _ = shipped()
    text = "".join(pages(cards_pdf(session(), book, knowledge)))
    made = [card for number, case in enumerate(some_cases(), 1) for card in cards(number, case, book)]
    assert len(made) == sum(len(case.findings) for case in some_cases())
    assert all(squeezed(f"{one['ask']}({one['step']}, effort {one['effort']}){one['says']}") in text for one in made)


def test_every_paper_is_tagged_titled_the_same_each_time_and_says_its_knowledge_on_every_page() -> None:
    knowledge, book, model = shipped()
    made = {
        "Class sheet": lambda: class_sheet_pdf(session(), book, knowledge),
        "Cards to hand out": lambda: cards_pdf(session(), book, knowledge),
        "Answer sheet": lambda: answer_sheet_pdf(session(), book, knowledge, model),
    }
    for kind, make in made.items():
        content = make()
        assert make() == content
        reader = pypdf.PdfReader(io.BytesIO(content))
        root: Any = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert reader.metadata is not None
        assert reader.metadata.title == f"{kind}: Tuesday"
        for page in pages(content):
            assert knowledge.sha256[:16] in page
            assert session().sha256[:16] in page
            assert squeezed(knowledge.notice) in page


def test_the_answer_file_knows_cases_by_number_alone_and_says_which_words_may_be_used() -> None:
    knowledge, book, _ = shipped()
    text = answer_form(session(), book, knowledge)
    assert list(form()["answers"]) == [str(number) for number in range(1, len(some_cases()) + 1)]
    for case in some_cases():
        assert case.id not in text
        assert all(word in text for word in (*case.causes, *(one.id for one in case.findings), *case.claims))
    assert all(one in text for one in knowledge.components)


def test_the_mistakes_to_look_for_are_what_the_diagnosers_say_and_name_a_lesson() -> None:
    knowledge, book, model = shipped()
    found = invited_mistakes(book.cases[FIRST], book, knowledge, model)
    lessons = {one.lesson.key for remarks in found.values() for one in remarks}
    assert "treated_before_work_up" in found
    assert "rule:low_ferritin_shedding_replace_iron_first" in lessons
    assert "safety" in skills_at_stake(book.cases[FIRST], book, knowledge, model)


def test_cases_are_chosen_by_what_they_expect_teach_and_demand() -> None:
    _, book, _ = shipped()
    assert {one.id for one in fitting(book, Wish())} == set(book.cases)
    known = book.cases[FIRST]
    assert known in fitting(book, Wish(indications=frozenset({"telogen_effluvium"}), difficulties=frozenset({1})))
    assert known not in fitting(book, Wish(difficulties=frozenset({2, 3})))
    assert known not in fitting(book, Wish(decisions=frozenset({"treat"})))
    assert known in fitting(book, Wish(lessons=frozenset({known.lessons[0]})))
    assert known in fitting(book, Wish(skills=frozenset({"safety"})), lambda _: ["safety"])
    assert fitting(book, Wish(skills=frozenset({"safety"})), lambda _: ["evidence"]) == []
    for one in fitting(book, Wish(decisions=frozenset({"treat_after"}))):
        assert "treat_after" in expected(one, "decision")


def test_a_session_file_reads_back_to_the_same_session() -> None:
    text = session_json(session())
    assert session_from(text.encode(), "s.json") == session()
    assert session_json(session_from(text.encode(), "s.json")) == text


@pytest.mark.parametrize(
    ("chosen", "title", "said"),
    [
        ([], "", "0 cases"),
        ([FIRST, FIRST], "", "chosen twice"),
        (["no_such_case"], "", "There is no case"),
        ([FIRST], "x" * 81, "too long"),
        ([FIRST] * 31, "", "31 cases"),
    ],
)
def test_a_session_that_cannot_be_is_refused_in_words(chosen: list[str], title: str, said: str) -> None:
    knowledge, book, _ = shipped()
    with pytest.raises(FaultsFound, match=said):
        session_of(title, TODAY, chosen, book, knowledge)


def broken_sessions() -> dict[str, bytes]:
    """Session files, each wrong in its own way."""
    good = json.loads(session_json(session()))
    changed = {
        "no schema": {**good, "schema": None},
        "another schema": {**good, "schema": "formulator/session/9"},
        "a day that is none": {**good, "day": "2026-02-30"},
        "no hash": {**good, "knowledge_sha256": "x"},
        "no cases": {**good, "cases": []},
        "cases as text": {**good, "cases": "all"},
        "a case twice": {**good, "cases": [good["cases"][0]] * 2},
        "a case without hash": {**good, "cases": [{"id": FIRST}]},
        "a path for a case": {**good, "cases": [{"id": "../../etc/passwd", "sha256": "0" * 64}]},
        "another key": {**good, "run": "rm"},
        "a huge title": {**good, "title": "x" * 5000},
        "many cases": {**good, "cases": [{"id": f"a{n}", "sha256": "0" * 64} for n in range(31)]},
    }
    return {name: json.dumps(one).encode() for name, one in changed.items()} | {
        "empty": b"",
        "a list": b"[]",
        "bytes": bytes(range(256)),
        "cut off": session_json(session()).encode()[:200],
        "too long": b" " * 2_000_001,
        "an anchor": b"a: &x 1\nb: *x\n",
    }


@pytest.mark.parametrize("name", sorted(broken_sessions()))
def test_a_broken_session_file_is_refused_with_a_message(name: str) -> None:
    with pytest.raises(FaultsFound) as found:
        session_from(broken_sessions()[name], "session.json")
    assert all(fault.problem for fault in found.value.faults)


def test_a_session_says_when_the_knowledge_or_a_case_is_another() -> None:
    knowledge, book, _ = shipped()
    assert changed_since(session(), book, knowledge) == []
    old = session().model_copy(update={"knowledge_sha256": "0" * 64, "knowledge_version": "2020.1.1", "day": date.min})
    assert "2020.1.1" in changed_since(old, book, knowledge)[0].problem
    other = session().cases[0].model_copy(update={"sha256": "1" * 64})
    changed = session().model_copy(update={"cases": (other, *session().cases[1:])})
    assert FIRST in changed_since(changed, book, knowledge)[0].problem


def test_the_command_writes_all_files_or_none(tmp_path: Path) -> None:
    names = {"--sheet": "s.pdf", "--cards": "c.pdf", "--answers": "a.pdf", "--session": "s.json", "--form": "f.yaml"}
    options = [word for option, name in names.items() for word in (option, tmp_path / name)]
    assert run_class(FIRST, *options, "--date", "2026-11-25").exit_code == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(names.values())
    assert session_from((tmp_path / "s.json").read_bytes(), "s.json").cases[0].id == FIRST
    refused = run_class("no_such_case", "--sheet", tmp_path / "other.pdf")
    assert refused.exit_code == 2
    assert "There is no case" in refused.stderr
    assert not (tmp_path / "other.pdf").exists()
