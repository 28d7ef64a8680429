"""New patient forgets the one before: every widget, everything kept in the session, the address."""

from __future__ import annotations

import json
from typing import Any

from streamlit.testing.v1 import AppTest

from formulator.ui.answer import ANSWER_TAB
from tests.ui.test_app import TIMEOUT, opened, texts, with_example


def press_new_patient(app: AppTest) -> None:
    next(one for one in app.button if one.label == "New patient").click().run(timeout=TIMEOUT)
    assert not app.exception


def kept(app: AppTest) -> dict[str, Any]:
    """Everything that the session holds that says anything, but for the count of patients."""
    state = app.session_state._state.filtered_state  # AppTest offers no list of its keys
    empty = (None, "", [], (), False, {})
    return {key: value for key, value in state.items() if value not in empty and not key.startswith("patient_number")}


def busy_patient() -> AppTest:
    app = with_example("woman_36_melasma")
    app.toggle(key="every_field").set_value(True).run()
    app.text_input(key="ferritin").set_value("123").run()
    app.multiselect(key="allergy_no").set_value(["allergy_peg"]).run()
    next(one for one in app.button if str(one.key).startswith("what_if_")).click().run()
    app.session_state["composer"], app.session_state[ANSWER_TAB] = True, "Formulations"
    app.run()
    app.multiselect(key="compose_syringe_0").set_value(["prp"]).run()
    assert not app.exception
    assert app.query_params
    return app


def test_nothing_is_left_of_a_patient_of_whom_much_was_said() -> None:
    fresh, app = opened(), busy_patient()
    assert {"what_if_values", "compose_syringe_0", "ferritin", "example"} <= kept(app).keys()
    press_new_patient(app)
    assert kept(app) == kept(fresh)
    assert app.query_params == {}
    assert not app.tabs
    assert "Choose an example patient" in texts(app)


def test_the_next_patient_starts_without_what_the_last_one_had() -> None:
    app = busy_patient()
    press_new_patient(app)
    app.selectbox(key="example").set_value("woman_36_melasma").run()
    assert "what_if_values" not in kept(app)
    assert "compose_syringe_0" not in kept(app)
    assert app.session_state["every_field"] is False


def test_what_a_bad_link_was_told_is_forgotten_and_the_address_is_not_read_again() -> None:
    app = opened(concern="hair_loss", phototype="9")
    assert app.error
    press_new_patient(app)
    assert not app.error
    assert app.selectbox(key="concern").value is None


def test_a_file_that_was_opened_is_not_opened_again_for_the_next_patient() -> None:
    app = opened()
    case = json.dumps({"concern": "hair_thinning", "sex": "male", "age": 34}).encode()
    app.file_uploader(key="upload_0").set_value([("case.json", case, "application/json")]).run()
    assert app.selectbox(key="concern").value == "hair_thinning"
    press_new_patient(app)
    assert app.selectbox(key="concern").value is None
    assert [one.key for one in app.file_uploader] == ["upload_1"]


def test_what_is_no_part_of_a_patient_stays() -> None:
    app = with_example("woman_36_melasma")
    app.session_state["play_case_1_asked"] = ["age"]
    app.session_state["cohort_file"] = "held"
    press_new_patient(app)
    assert app.session_state["play_case_1_asked"] == ["age"]
    assert app.session_state["cohort_file"] == "held"
