"""The pages, driven without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from formulator.profile import load_catalogue
from formulator.ui.answer import ANSWER_TAB
from formulator.ui.examples import examples

APP = str(Path(__file__).resolve().parents[2] / "app.py")
TIMEOUT = 60


def opened(**link: str | list[str]) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=TIMEOUT)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    parts = [*app.markdown, *app.error, *app.warning, *app.success, *app.info, *app.caption]
    return "\n".join(str(part.value) for part in parts)


def with_example(name: str, tab: str = "Components") -> AppTest:
    """The page with an example patient and this tab of the answer open."""
    app = opened()
    app.selectbox(key="example").set_value(name).run()
    app.session_state[ANSWER_TAB] = tab
    app.run()
    assert not app.exception
    return app


def test_every_clinical_input_starts_empty_not_at_a_default() -> None:
    app = opened()
    catalogue = load_catalogue()
    drawn = [*app.selectbox, *app.number_input, *app.text_input, *app.multiselect, *app.date_input]
    clinical = [one for one in drawn if one.key in catalogue.fields or "_yes" in str(one.key)]
    assert len(clinical) > 30
    assert {one.key: one.value for one in clinical if one.value not in (None, "", [])} == {}


def test_an_empty_form_gives_no_answer_but_says_how_to_begin() -> None:
    app = opened()
    assert "Choose an example patient" in texts(app)
    assert not app.tabs


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_example_loads_with_one_click_and_gets_a_decision(name: str) -> None:
    app = with_example(name)
    banners = [*app.success, *app.warning, *app.error]
    assert banners, f"no decision banner for {name}"
    assert app.tabs[0].label == "Components"


def test_a_value_outside_its_choices_in_a_link_is_refused_in_sight_and_never_replaced() -> None:
    app = opened(concern="hair_loss", phototype="9", cause="magic", age="400")
    said = "\n".join(one.value for one in app.error)
    assert "phototype" in said
    assert "9" in said
    assert "magic" in said
    assert "age" in said
    assert app.selectbox(key="phototype").value is None
    assert app.selectbox(key="cause").value is None
    assert app.number_input(key="age").value is None
    assert app.selectbox(key="concern").value == "hair_loss"


def test_a_link_with_choices_opens_the_same_case() -> None:
    app = opened(concern="pigmentation", cause="melasma", sex="female", condition_yes=["pregnancy"])
    assert app.selectbox(key="concern").value == "pigmentation"
    assert app.multiselect(key="condition_yes").value == ["pregnancy"]
    assert any("Do not treat" in one.value for one in app.error)


def test_a_link_that_contradicts_itself_leaves_the_fact_unknown_and_says_so() -> None:
    app = opened(concern="hair_thinning", sex="male", condition_yes=["haemophilia"], condition_no=["haemophilia"])
    assert any("Haemophilia has two different answers" in one.value for one in app.error)
    assert app.multiselect(key="condition_yes").value == []
    assert app.multiselect(key="condition_no").value == []


def test_a_choice_that_a_link_gives_twice_is_not_taken() -> None:
    app = opened(concern=["hair_thinning", "cellulite"])
    assert any("concern is given 2 times" in one.value for one in app.error)
    assert app.selectbox(key="concern").value is None


def test_an_explicit_unknown_that_decides_makes_the_banner_conditional() -> None:
    app = with_example("man_34_anticoagulant_unknown")
    assert any("provided that" in one.value and "Anticoagulant" in one.value for one in app.warning)


def test_nonsense_in_a_laboratory_field_is_named_with_what_is_allowed_and_nothing_is_lost() -> None:
    app = with_example("man_34_norwood_3")
    app.text_input(key="ferritin").set_value("a lot").run()
    assert not app.exception
    said = "\n".join(one.value for one in app.error)
    assert "Ferritin" in said
    assert "not a number" in said
    assert app.selectbox(key="cause").value == "androgenetic"
    app.text_input(key="ferritin").set_value("85 ug/L").run()
    assert not app.error


def test_what_was_entered_survives_a_visit_to_another_page() -> None:
    app = with_example("man_34_norwood_3")
    app.text_input(key="ferritin").set_value("85").run()
    app.switch_page("formulator/ui/views/about.py").run()
    assert not app.exception
    app.switch_page("formulator/ui/views/consult.py").run()
    assert app.text_input(key="ferritin").value == "85"
    assert app.selectbox(key="cause").value == "androgenetic"
    assert app.number_input(key="age").value == 34


def test_a_new_patient_forgets_everything() -> None:
    app = with_example("man_34_norwood_3")
    next(one for one in app.button if one.label == "New patient").click().run()
    assert app.selectbox(key="concern").value is None
    assert app.number_input(key="age").value is None
    assert not app.tabs


def test_answering_a_question_with_its_button_changes_the_answer_at_once_and_the_questions_stay_open() -> None:
    app = with_example("man_34_anticoagulant_unknown", tab="Ask next")
    app.button(key="answer_anticoagulant_yes").click().run()
    assert not app.exception
    assert app.multiselect(key="medication_yes").value == ["anticoagulant"]
    assert app.multiselect(key="medication_unknown").value == []
    assert not app.success
    assert app.session_state[ANSWER_TAB] == "Ask next"


def test_two_sessions_never_see_each_others_patient() -> None:
    first = with_example("man_34_norwood_3")
    second = opened()
    assert second.selectbox(key="cause").value is None
    assert first.selectbox(key="cause").value == "androgenetic"


@pytest.mark.parametrize("kind", ["components", "indications", "rules", "sources", "claims", "protocols"])
def test_the_knowledge_page_lists_and_opens_every_kind(kind: str) -> None:
    app = opened()
    app.switch_page("formulator/ui/views/knowledge.py").run()
    app.selectbox(key="kind").set_value(kind).run()
    assert not app.exception
    chooser = app.selectbox(key=f"item_{kind}")
    chooser.select_index(0).run()
    assert not app.exception
    assert app.subheader


def test_the_about_page_says_the_intended_purpose_and_the_versions() -> None:
    app = opened()
    app.switch_page("formulator/ui/views/about.py").run()
    assert not app.exception
    assert "does not diagnose" in texts(app)


def test_the_answer_can_be_taken_along_on_paper_in_the_calendar_and_as_data() -> None:
    app = with_example("man_34_norwood_3", tab="Save and share")
    labels = " / ".join(one.label for one in app.get("download_button"))
    for words in ("PDF: session, reasons, plan, leaflet", "as ICS", "as JSON", "as text", "Components as CSV"):
        assert words in labels
    assert app.selectbox(key="calendar_zone").value


def test_a_refusal_offers_its_reasons_on_paper_and_no_calendar() -> None:
    app = with_example("man_34_haemophilia", tab="Save and share")
    labels = " / ".join(one.label for one in app.get("download_button"))
    assert "PDF: the reasons" in labels
    assert "ICS" not in labels


def test_only_the_open_tab_is_made_and_it_stays_open_while_the_patient_changes() -> None:
    app = with_example("man_34_norwood_3", "Plan")
    assert [bool(len(one.children)) for one in app.tabs] == [one.label == "Plan" for one in app.tabs]
    app.number_input(key="age").set_value(41).run()
    assert app.session_state[ANSWER_TAB] == "Plan"
    assert "Stop rule" in texts(app)


def test_the_consult_page_says_who_was_studied_for_the_answer() -> None:
    app = with_example("man_34_norwood_3")
    assert any(box.label == "Who was studied" for box in app.expander)
    app.session_state["studied"] = True
    app.run()
    assert not app.exception
    assert "people enrolled" in texts(app)
    assert "reported in none of" in texts(app)
