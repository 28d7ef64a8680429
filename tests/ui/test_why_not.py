"""Why not, what to ask and what drives the answer: on the screen, with the clicks counted."""

from __future__ import annotations

from tests.ui.test_app import texts, with_example
from tests.ui.test_compare import nursing
from tests.ui.test_trace_view import opened_box


def test_what_should_i_ask_next_is_answered_without_a_click_with_what_each_answer_could_change() -> None:
    said = texts(with_example("man_34_anticoagulant_unknown"))
    assert "Anticoagulant - if yes\\: Decision" in said


def test_why_is_prp_not_there_takes_opening_the_list_and_choosing_it() -> None:
    app = nursing()
    app.selectbox(key="why_not_component").set_value("prp").run()
    assert not app.exception
    said = texts(app)
    assert "This is enough for\\: Optional or better" in said
    assert "Lactation\\: No (now Yes; after weaning)" in said


def test_what_would_make_it_treatable_stands_in_the_reasons_of_the_decision() -> None:
    app = opened_box(with_example("pregnant_woman_31_melasma"), "why_decision")
    assert "What would make this treatable" in texts(app)
    assert "Pregnancy\\: No (now Yes; after the birth)" in texts(app)


def test_what_cannot_be_changed_is_said_to_be_in_the_way() -> None:
    app = with_example("man_34_haemophilia")
    app.selectbox(key="why_not_component").set_value("prp").run()
    assert "Haemophilia\\: Yes" in next(line for line in texts(app).split("\n") if "cannot be changed" in line)


def test_a_formulation_below_the_first_says_what_would_bring_it_first() -> None:
    app = opened_box(opened_box(with_example("man_34_norwood_3", "Formulations"), "formulation_2"), "first_2")
    assert "Needle aversion\\: Yes" in texts(app)


def test_a_chosen_component_of_the_patient_before_is_no_question_for_one_who_gets_it() -> None:
    app = with_example("man_34_haemophilia")
    app.selectbox(key="why_not_component").set_value("prp").run()
    app.selectbox(key="example").set_value("man_34_norwood_3").run()
    assert not app.exception
    assert "Haemophilia\\: Yes" not in texts(app)


def test_the_facts_that_drive_the_answer_are_drawn_and_listed() -> None:
    app = opened_box(with_example("pregnant_woman_31_melasma", tab="Ask next"), "drivers")
    assert app.get("vega_lite_chart")
    assert any("If instead" in table.value.columns for table in app.table)
