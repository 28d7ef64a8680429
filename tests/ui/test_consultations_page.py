"""Consultations on the screen: off until switched on, kept by one press, added to, compared, deleted; faults shown."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from formulator.consultations import ConsultationStore, consultations_file
from formulator.faults import FaultsFound
from formulator.ui.answer import ANSWER_TAB
from tests.consultations.made import LABEL, NOW, answer, filled
from tests.consultations.test_trail import tamper
from tests.ui.test_app import opened, texts, with_example

PAGE = "formulator/ui/views/consultations.py"
EXAMPLE = "man_34_norwood_3"
SAVE = "Save and share"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FORMULATOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def page(app: AppTest | None = None) -> AppTest:
    app = (app or opened()).switch_page(PAGE).run()
    assert not app.exception
    return app


def pressed(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return texts(app).replace("\\", "")


def view(app: AppTest, name: str) -> AppTest:
    app.session_state["consultations_view"] = name
    app.run()
    assert not app.exception
    return app


def unfold(app: AppTest, *keys: str) -> AppTest:
    for key in keys:
        app.session_state[f"consultation_{key}"] = True
    app.run()
    assert not app.exception
    return app


def chosen(app: AppTest, identifier: str) -> AppTest:
    app.selectbox(key="consultation_chosen").set_value(identifier).run()
    assert not app.exception
    return app


def kept_files(home: Path) -> list[str]:
    return [one.name for one in home.rglob("*.sqlite*")] if home.exists() else []


def test_nothing_is_stored_and_no_control_is_shown_until_keeping_is_switched_on(home: Path) -> None:
    app = with_example(EXAMPLE, tab=SAVE)
    assert app.get("download_button")
    assert [one.key for one in app.button if one.key == "keep_consultation"] == []
    words = said(page(app))
    assert "is off" in words
    assert "no field for a name or a birth date" in words
    assert str(consultations_file()) in words
    assert "delete everything" in words
    assert kept_files(home) == []


def test_one_press_keeps_the_answer_that_is_shown_with_its_label() -> None:
    app = page()
    pressed(app, "consultations_on")
    assert "Keeping is switched on" in said(app)
    app.switch_page("formulator/ui/views/consult.py").run()
    app.selectbox(key="example").set_value(EXAMPLE).run()
    app.session_state[ANSWER_TAB] = SAVE
    app.run()
    app.text_input(key="keep_label").set_value(LABEL).run()
    pressed(app, "keep_consultation")
    assert "is kept" in said(app)
    assert app.text_input(key="keep_label").value == ""
    (kept,) = ConsultationStore(consultations_file(), NOW).listed()
    assert (kept.label, kept.decision, kept.date) == (LABEL, "treat", date.today().isoformat())
    assert LABEL not in str(dict(app.query_params))


def test_a_label_that_cannot_be_kept_is_said_and_stays_to_be_mended() -> None:
    filled(consultations_file())
    app = with_example(EXAMPLE, tab=SAVE)
    app.text_input(key="keep_label").set_value("turned \u202e round").run()
    pressed(app, "keep_consultation")
    assert "cannot be kept" in said(app)
    assert "turned" not in said(app)
    assert len(ConsultationStore(consultations_file(), NOW).listed()) == 2


def test_what_is_kept_is_listed_and_opens_with_its_answer() -> None:
    _, kept = filled(consultations_file())
    app = page()
    assert LABEL in "".join(map(str, app.table[0].value["Consultation"]))
    chosen(app, kept)
    words = said(app)
    assert LABEL in words
    assert "Platelet-rich plasma" in words
    assert "Recommended" in words


def test_reopening_puts_the_patient_into_the_form_of_consult() -> None:
    _, kept = filled(consultations_file())
    app = chosen(page(), kept)
    pressed(app, "consultation_reopen")
    assert app.title[0].value == "Consult"
    assert app.selectbox(key="concern").value == answer().profile["concern"]
    assert app.session_state["age"] == answer().profile["age"]
    assert app.tabs[0].label == "Components"


def test_a_session_and_an_outcome_are_added_from_lists_and_stand_beside_what_was_expected() -> None:
    store, kept = filled(consultations_file())
    app = unfold(chosen(page(), kept), "given", "outcomes", "beside")
    app.multiselect(key="given_components").set_value(["minoxidil"]).run()
    app.text_input(key="given_amount_minoxidil").set_value("2,5").run()
    app.selectbox(key="given_unit_minoxidil").set_value("mL").run()
    pressed(app, "given_add")
    app.selectbox(key="outcome_scale").set_value("norwood").run()
    app.text_input(key="outcome_value").set_value("9").run()
    pressed(app, "outcome_add")
    assert "no value on the scale" in said(app)
    app.text_input(key="outcome_value").set_value("3").run()
    pressed(app, "outcome_add")
    one = store.consultation(kept)
    assert [(part.component, part.amount, part.unit) for given in one.given for part in given.components] == [
        ("prp", "4", "mL"),
        ("minoxidil", "2.5", "mL"),
    ]
    assert [found.scale for found in one.outcomes].count("norwood") == 1
    assert "not a promise" in said(app)
    next(one for one in app.button if str(one.key).startswith("withdraw_")).click().run()
    assert len(store.consultation(kept).given) == 1
    assert store.verify().breaks == ()


def test_an_answer_is_made_again_and_two_are_compared() -> None:
    store, kept = filled(consultations_file())
    app = unfold(chosen(page(), kept), "again", "compare")
    assert "byte for byte" in said(app)
    (other,) = [one.id for one in store.listed() if one.id != kept]
    app.selectbox(key="consultation_other").set_value(other).run()
    assert not app.exception
    assert "Components that moved" in said(app)
    fields = [str(field) for table in app.table for field in table.value.get("Field", [])]
    assert "Concern" in fields


def test_deleting_asks_first_and_removes_it_everywhere() -> None:
    store, kept = filled(consultations_file())
    app = chosen(page(), kept)
    pressed(app, "consultation_delete")
    assert "deleted for good" in said(app)
    assert kept not in [one.id for one in store.listed()]
    assert LABEL not in said(app)


def test_the_overview_has_a_text_twin_of_its_picture() -> None:
    filled(consultations_file())
    app = view(page(), "Expected and observed")
    assert "Hair density: 1 change, on average 11.5 hairs/cm2" in said(app)
    assert "Too few" in said(app)
    (row,) = app.table[0].value.to_dict("records")
    assert "11.5 hairs/cm2 better" in row["Observed"]
    assert row["Beside it"] == "inside what trials average"


def test_tampering_is_shown_on_the_page_and_named_on_the_trail() -> None:
    _, kept = filled(consultations_file())
    app = page()
    assert not app.error
    tamper(consultations_file(), f"UPDATE outcomes SET value = '7' WHERE consultation = '{kept}'")
    app.run()
    assert "Entry 4 does not fit" in app.error[0].value
    app = view(app, "Trail")
    assert len([one for one in app.error if "does not fit" in one.value]) >= 2


def test_a_noted_hash_of_another_trail_is_found_on_the_trail() -> None:
    filled(consultations_file())
    app = view(page(), "Trail")
    assert "All 6 entries fit together" in said(app)
    app.text_input(key="trail_noted").set_value("ab" * 32).run()
    assert "noted hash" in app.error[0].value


def test_keeping_is_switched_off_again_and_everything_can_be_deleted(home: Path) -> None:
    store, kept = filled(consultations_file())
    app = view(page(), "The file")
    pressed(app, "consultations_off")
    assert "nothing more is kept" in said(app)
    assert store.consultation(kept)
    pressed(app, "consultations_delete")
    assert "Keeping consultations is off" in said(app)
    assert kept_files(home) == []


def test_a_damaged_file_is_set_aside_and_said() -> None:
    consultations_file().parent.mkdir(parents=True)
    consultations_file().write_text("Dear diary")
    app = page()
    assert "set aside" in said(app)
    assert "is off" in said(app)


def test_a_file_of_a_later_program_disturbs_neither_page() -> None:
    filled(consultations_file())
    tamper(consultations_file(), "UPDATE meta SET value = '2' WHERE key = 'schema'")
    with pytest.raises(FaultsFound):
        ConsultationStore(consultations_file(), NOW)
    assert "later program" in said(page())
    app = with_example(EXAMPLE, tab=SAVE)
    assert app.tabs[0].label == "Components"
    assert "later program" in said(app)


def test_the_address_holds_nothing_of_what_is_kept() -> None:
    _, kept = filled(consultations_file())
    app = chosen(page(), kept)
    assert kept[:8] not in json.dumps(dict(app.query_params))
    assert LABEL not in json.dumps(dict(app.query_params))
