"""The tab "Sources disagree": closed boxes, positions with who says so, and one click to what would be different."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.ui.test_app import texts, with_example


def with_topic(name: str, topic: str) -> AppTest:
    app = with_example(name, "Sources disagree")
    app.session_state[f"disputed_{topic}"] = True
    app.run()
    assert not app.exception
    return app


def test_boxes_are_closed_and_nothing_in_them_is_worked_out_before_they_are_opened() -> None:
    app = with_example("man_34_norwood_3", "Sources disagree")
    assert not [one for one in app.button if str(one.key).startswith("take_")]
    assert [box for box in app.expander if "How many sessions for hair" in box.label]


def test_an_opened_topic_names_each_position_who_says_so_and_the_one_used() -> None:
    app = with_topic("man_34_norwood_3", "onset_of_hair_results")
    table = app.table[-1].value
    assert next(iter(table["Position"])) == "12 weeks"
    assert "Used here" in list(table["Here"])
    assert "2 trials (2021)" in list(table["Who says so"])
    others = [one.label for one in app.button if str(one.key).startswith("take_onset")]
    assert sorted(others) == ["16 weeks", "4 to 8 weeks with other treatment", "within 2 weeks"]


def test_one_click_shows_what_would_be_different_and_the_answer_stays() -> None:
    app = with_topic("man_34_norwood_3", "sessions_for_hair")
    banner = [one.value for one in app.success]
    app.button(key="take_sessions_for_hair_1").click().run()
    assert not app.exception
    said = texts(app)
    assert "If this were used: 10 sessions" in said
    assert "5 sessions, every 7 to 15 days" in said
    assert "Only a comparison" in said
    assert "+position" in said
    assert [one.value for one in app.success] == banner


def test_a_position_without_a_plan_says_why_instead_of_a_button() -> None:
    app = with_topic("man_34_norwood_3", "prp_spin")
    assert not [one for one in app.button if str(one.key).startswith("take_prp_spin")]
    assert any("no part of the plan" in said for said in app.table[-1].value["Here"])


def test_a_new_patient_forgets_which_position_was_looked_at() -> None:
    app = with_topic("man_34_norwood_3", "sessions_for_hair")
    app.button(key="take_sessions_for_hair_1").click().run()
    next(one for one in app.button if one.label == "New patient").click().run()
    app.selectbox(key="example").set_value("woman_58_female_pattern").run()
    app.session_state["disputed_sessions_for_hair"] = True
    app.run()
    assert "If this were used" not in texts(app)
