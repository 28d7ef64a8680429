"""A case in the pages: nothing is given away before the decision, what was entered is kept, mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from formulator.engine.words import DECISION_WORDS
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of, load_casebook
from formulator.learn.progress import open_progress, progress_file
from formulator.paths import HOME
from tests.learn.progress_made import NOW
from tests.ui.test_app import opened, texts

LEARN = "formulator/ui/views/learn.py"
CASE = "woman_29_handfuls_in_the_shower"
MOST_ELEMENTS = 150


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME, str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def book(knowledge: Knowledge) -> Casebook:
    return load_casebook(knowledge)


@pytest.fixture(scope="module")
def case(book: Casebook) -> Case:
    return book.cases[CASE]


def learning(case: str | None = None) -> AppTest:
    app = opened().switch_page(LEARN)
    if case:
        app.query_params["case"] = case
    app.run()
    assert not app.exception
    return app


def key(case: Case, *parts: str) -> str:
    return "_".join(("play", case.id, *parts))


def decided(app: AppTest, case: Case, cause: str, decision: str) -> AppTest:
    app.radio(key=key(case, "cause")).set_value(cause).run()
    app.radio(key=key(case, "decision")).set_value(decision).run()
    app.button(key=key(case, "commit")).click().run()
    assert not app.exception
    return app


def elements(node: object) -> int:
    children = getattr(node, "children", None)
    return sum(map(elements, children.values())) if children else 1


def test_a_newcomer_is_shown_one_case_to_begin_with_and_all_others_below() -> None:
    app = learning()
    assert "Begin here" in [one.value for one in app.subheader]
    assert app.button(key="next_0").label
    app.button(key="next_0").click().run()
    assert not app.exception
    assert app.title[0].value != "Cases"


def test_nothing_of_the_answer_is_on_the_page_before_the_decision(case: Case, knowledge: Knowledge) -> None:
    app = learning(CASE)
    said = texts(app)
    answer = answer_of(case, knowledge)
    for hidden in (case.pearl, *case.objectives, *(one.says for one in case.findings)):
        assert hidden not in said
    for argument in answer.decision_arguments:
        assert argument.text not in said
        assert argument.rule not in said


def test_a_finding_is_told_when_it_is_asked_for_and_costs_its_effort(case: Case) -> None:
    app = learning(CASE)
    finding = case.findings[0]
    app.button(key=key(case, "ask", finding.id)).click().run()
    said = texts(app).replace("\\", "")
    assert finding.says in said
    assert "So far: 1." in said or "So far: 2." in said or "So far: 3." in said
    assert key(case, "ask", finding.id) not in [one.key for one in app.button]


def test_a_flag_that_the_case_does_not_name_is_answered_no_and_a_test_not_made_is_said_so(case: Case) -> None:
    app = learning(CASE)
    app.selectbox(key=key(case, "free")).set_value("haemophilia").run()
    app.selectbox(key=key(case, "free")).set_value("zinc").run()
    said = texts(app)
    assert "Haemophilia\\: No" in said
    assert "not measured" in said


def test_committing_needs_a_cause_and_a_decision(case: Case) -> None:
    app = learning(CASE)
    assert app.button(key=key(case, "commit")).disabled
    app.radio(key=key(case, "cause")).set_value(case.cause).run()
    assert app.button(key=key(case, "commit")).disabled
    app.radio(key=key(case, "decision")).set_value("treat").run()
    assert not app.button(key=key(case, "commit")).disabled


def test_a_wrong_decision_is_told_with_the_rule_its_value_and_the_day_on_which_it_comes_back(case: Case) -> None:
    app = decided(learning(CASE), case, case.cause, "treat")
    said = texts(app)
    assert "You decided: Treat." in said
    assert "low_ferritin_shedding_replace_iron_first" in said.replace("\\", "")
    assert "erritin 9 ng/mL" in said
    assert "Comes back in another case from" in said
    assert elements(app.main) < MOST_ELEMENTS


def test_the_right_decision_is_told_to_be_right(case: Case, knowledge: Knowledge) -> None:
    app = decided(learning(CASE), case, case.cause, answer_of(case, knowledge).decision)
    assert "The rules agree with your decision" in texts(app)
    assert "Right decision" in texts(app)


def test_the_neighbour_is_shown_only_after_the_trainee_said_what_changes(case: Case) -> None:
    app = decided(learning(CASE), case, case.cause, "treat")
    assert "Components that moved" not in texts(app)
    app.radio(key=key(case, "neighbour")).set_value("treat_after").run()
    assert not app.exception
    assert "Components that moved" in texts(app)


def test_whoever_comes_back_goes_on_where_the_case_was_left(case: Case) -> None:
    app = learning(CASE)
    app.button(key=key(case, "ask", case.findings[1].id)).click().run()
    app.radio(key=key(case, "cause")).set_value(case.cause).run()
    app.multiselect(key=key(case, "main")).set_value(["prp"]).run()
    app.slider(key=key(case, "sure")).set_value(80).run()

    later = learning(CASE)
    assert "everything is as you left it" in texts(later)
    assert case.findings[1].says in texts(later).replace("\\", "")
    assert later.radio(key=key(case, "cause")).value == case.cause
    assert later.multiselect(key=key(case, "main")).value == ["prp"]
    assert later.slider(key=key(case, "sure")).value == 80
    assert learning().button[0].label.startswith("Go on with")


def test_whatever_is_decided_with_every_widget_is_what_is_judged_and_kept(case: Case) -> None:
    app = learning(CASE)
    app.multiselect(key=key(case, "settle")).set_value(["tsh"]).run()
    app.multiselect(key=key(case, "main")).set_value(["oral_repletion", "prp"]).run()
    app.selectbox(key=key(case, "grade", "prp")).set_value("high").run()
    app.multiselect(key=key(case, "excluded")).set_value(["minoxidil"]).run()
    app.selectbox(key=key(case, "why", "minoxidil")).set_value("lactation").run()
    app.number_input(key=key(case, "sessions")).set_value(6).run()
    app.multiselect(key=key(case, "syringe", "0")).set_value(["prp"]).run()
    decided(app, case, case.cause, "treat")
    (attempt,) = open_progress(NOW).history()
    assert attempt.committed is not None
    assert attempt.committed["components"] == {"oral_repletion": "main", "prp": "main"}
    assert attempt.committed["exclusions"] == {"minoxidil": "lactation"}
    assert attempt.committed["graded"] == {"prp": "high"}
    assert attempt.committed["settle"] == ["tsh"]
    assert attempt.committed["course"]["sessions"] == 6
    assert attempt.committed["syringes"][0][0]["component"] == "prp"


@pytest.mark.parametrize("wrong", ["no_such_case", "../../etc/passwd", "<b>x</b>", "a" * 5000, ""])
def test_an_address_that_names_no_case_is_refused_in_sight(wrong: str) -> None:
    app = learning(wrong) if wrong else learning()
    if wrong:
        assert "There is no case" in texts(app)
    assert app.title[0].value == "Cases"


def test_a_damaged_progress_file_is_set_aside_with_a_message_and_the_case_goes_on(case: Case, home: Path) -> None:
    home.mkdir(parents=True)
    progress_file().write_bytes(b"no database at all" * 50)
    app = learning()
    assert any("set aside" in one.value for one in app.warning)
    assert any(b"no database at all" in path.read_bytes() for path in home.iterdir())
    decided(learning(CASE), case, case.cause, "treat")


def test_progress_shows_what_was_decided_and_deletes_it_for_good(case: Case, home: Path) -> None:
    decided(learning(CASE), case, case.cause, "treat")
    app = opened().switch_page("formulator/ui/views/progress.py").run()
    assert not app.exception
    assert "of 1 decision" in texts(app)
    app.button(key="progress_delete").click().run()
    assert not app.exception
    assert not any(CASE.encode() in path.read_bytes() for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize("decision", sorted(DECISION_WORDS))
def test_every_case_can_be_opened_and_decided(decision: str, book: Casebook) -> None:
    """A few cases of each kind through the page; all of them are replayed below the pages (tests/learn)."""
    chosen = [one for one in book.cases.values() if one.expect["decision"] == decision][:2]
    assert chosen
    for one in chosen:
        decided(learning(one.id), one, one.cause, decision)
