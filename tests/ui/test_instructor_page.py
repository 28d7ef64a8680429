"""The Instructor page: a session is put together, a class is graded, a case is written, and refused until mended."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from formulator.learn.instructor.session import session_json
from tests.conftest import CHECKOUT
from tests.learn.taught import FIRST, filled, perfect, session, shipped, some_cases
from tests.ui.test_app import texts

PAGE = CHECKOUT / "formulator/ui/views/instructor.py"
HASTY: dict[str, Any] = {"cause": "postpartum", "decision": "treat", "components": {"prp": "main"}}


def page(part: str = "Session") -> AppTest:
    """The page with one of its parts open."""
    app = AppTest.from_file(PAGE, default_timeout=60)
    app.session_state["instructor_part"] = part
    app.run()
    assert not app.exception
    return app


def bench() -> AppTest:
    """The form with the case that the tests know."""
    app = page("Write a case")
    app.selectbox(key="author_start").set_value(FIRST).run()
    assert not app.exception
    return app


def downloads(app: AppTest) -> list[Any]:
    """The download buttons in their order."""
    return list(app.get("download_button"))


def download(app: AppTest, label: str) -> Any:
    """The download button with this label."""
    return next(one for one in downloads(app) if one.label == label)


def graded(*files: tuple[str, bytes]) -> AppTest:
    """The results of a class with these files."""
    app = page("Results")
    app.file_uploader(key="results_session").set_value(("s.json", session_json(session()).encode(), "text/json")).run()
    app.file_uploader(key="results_files").set_value([(name, content, "text/yaml") for name, content in files]).run()
    assert not app.exception
    return app


def test_papers_are_offered_once_a_case_is_chosen_and_a_case_can_be_given_earlier() -> None:
    app = page()
    assert not downloads(app)
    names = list(shipped()[1].cases)[:3]
    app.multiselect(key="session_cases").set_value(names).run()
    assert not app.exception
    assert [one.label for one in downloads(app)] == [
        "Class sheet as PDF",
        "Cards with the findings as PDF",
        "Answer file to fill in",
        "Answer sheet as PDF",
        "Session file",
    ]
    if len(names) > 1:
        app.button(key=f"session_up_{names[1]}").click().run()
        assert app.multiselect(key="session_cases").value[:2] == [names[1], names[0]]


def test_filters_leave_what_is_chosen_already() -> None:
    app = page()
    app.multiselect(key="session_cases").set_value([FIRST]).run()
    app.multiselect(key="session_decision").set_value(["treat_after"]).run()
    app.button_group(key="session_difficulty").set_value([3]).run()
    assert not app.exception
    assert app.multiselect(key="session_cases").value == [FIRST]


def test_a_class_is_graded_with_the_most_missed_lesson_first_and_a_picture_whose_twin_is_a_table() -> None:
    app = graded(("a.yaml", filled("A1", {1: HASTY})), ("b.yaml", filled("B2", {1: perfect(some_cases()[0])})))
    said = texts(app)
    assert "2 answers of 2 trainees" in said
    assert "A1, B2" in said
    lessons = [list(one.value["Lesson"]) for one in app.table]
    assert any("Low iron stores" in row for row in lessons[0])
    assert len(lessons) == 2, "over all cases, and for the one that was answered"
    assert download(app, "The tables as CSV")


def test_a_broken_file_is_named_and_the_rest_is_graded() -> None:
    app = graded(("a.yaml", filled("A1", {1: HASTY})), ("**bad**.yaml", b"[1"))
    assert "1 answers of 1 trainees" in texts(app)
    (error,) = app.error
    assert "\\*\\*bad\\*\\*.yaml" in error.value


def test_what_differs_is_said_and_graded_only_after_a_click() -> None:
    old = filled("A1", {1: HASTY}).replace(session().knowledge_sha256.encode(), b"0" * 64)
    app = graded(("a.yaml", old))
    assert "made for knowledge 000000000000" in app.warning[0].value
    assert "Nothing could be graded yet." in texts(app)
    app.toggle(key="results_anyway").set_value(True).run()
    assert "1 answers of 1 trainees" in texts(app)
    assert "made for knowledge 000000000000" in app.warning[0].value


def test_a_broken_session_file_is_refused_in_words() -> None:
    app = page("Results")
    app.file_uploader(key="results_session").set_value(("s.json", b"{}", "text/json")).run()
    assert not app.exception
    assert any("missing" in one.value for one in app.error)


def test_an_opened_case_shows_its_answer_and_can_be_taken_along_once_its_expectation_is_confirmed() -> None:
    app = bench()
    said = texts(app)
    assert "Treat after something comes first" in said
    assert not app.error
    assert download(app, "The case as a file").proto.disabled
    (confirm,) = [one for one in app.checkbox if str(one.key).startswith("author_confirmed")]
    confirm.check().run()
    assert not download(app, "The case as a file").proto.disabled
    app.text_area(key="author_pearl").set_value("Iron first.").run()
    assert download(app, "The case as a file").proto.disabled, "a change asks for the confirmation again"


def test_a_case_whose_answer_hangs_on_an_unknown_cannot_be_taken_along_until_it_is_mended() -> None:
    app = bench()
    known = [name for name in app.multiselect(key="author_patient_kept").value if name != "ferritin"]
    app.multiselect(key="author_patient_kept").set_value(known).run()
    assert not app.exception
    assert any("hangs on an unknown" in one.value and "Ferritin" in one.value for one in app.error)
    assert all(one.disabled for one in app.checkbox if str(one.key).startswith("author_confirmed"))
    assert download(app, "The case as a file").proto.disabled
    app.selectbox(key="author_patient_field").set_value("ferritin").run()
    app.text_input(key="author_patient_to_ferritin").set_value("9").run()
    app.button(key="author_patient_give").click().run()
    assert not app.exception
    assert not app.error


def test_the_proposal_is_the_engine_s_answer_in_the_words_of_an_expectation() -> None:
    app = bench()
    app.text_area(key="author_expect").set_value("").run()
    assert any("Expect" in one.value for one in app.info)
    app.button(key="author_propose").click().run()
    assert "decision: treat_after" in str(app.text_area(key="author_expect").value)
    assert not app.error


@pytest.mark.parametrize("text", ["decision: [", "- a", "decision: &x treat"])
def test_an_expectation_that_cannot_be_read_is_said(text: str) -> None:
    app = bench()
    app.text_area(key="author_expect").set_value(text).run()
    assert not app.exception
    assert app.error
    assert download(app, "The case as a file").proto.disabled


def test_an_empty_form_says_what_is_missing_and_a_file_that_is_no_case_leaves_it() -> None:
    app = page("Write a case")
    assert any("Still missing" in one.value for one in app.info)
    app.file_uploader(key="author_upload").set_value(("x.yaml", b"- a", "text/yaml")).run()
    assert not app.exception
    assert app.error
    assert app.text_input(key="author_title").value == ""
    app.button(key="author_clear").click().run()
    assert not app.exception


def test_markup_in_a_case_has_no_power() -> None:
    app = bench()
    app.text_input(key="author_title").set_value("**bold** :red[x] <b>").run()
    app.text_input(key="author_id").set_value("a b").run()
    assert not app.exception
    assert not any("**bold**" in one.value for one in (*app.markdown, *app.error, *app.info, *app.caption))


def test_a_draft_is_kept_while_another_part_is_open() -> None:
    app = bench()
    app.text_input(key="author_title").set_value("Another title").run()
    before = app.code[0].value
    for part in ("Session", "Write a case", "Session", "Write a case"):
        app.session_state["instructor_part"] = part
        app.run()
        assert not app.exception
    assert "Another title" in before
    assert app.code[0].value == before
