"""What if on Consult, and the Compare page: a difference at once, with causes, and the patient untouched."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from formulator.profile.fields import load_catalogue
from tests.ui.test_app import opened, texts, with_example

COMPARE = "formulator/ui/views/compare.py"
CONSULT = "formulator/ui/views/consult.py"


def keys(app: AppTest, prefix: str) -> list[str]:
    """The keys of the buttons that begin so."""
    return [str(one.key) for one in app.button if str(one.key).startswith(prefix)]


def nursing() -> AppTest:
    """A woman with pattern hair loss who breastfeeds, entered in the form."""
    app = opened(
        concern="hair_thinning",
        cause="androgenetic",
        sex="female",
        condition_yes=["lactation"],
        condition_no=["pregnancy"],
    )
    app.number_input(key="age").set_value(34)
    app.text_input(key="ferritin").set_value("85").run()
    assert not app.exception
    return app


def compare_page(app: AppTest, **chosen: str) -> AppTest:
    """The Compare page with its two choices made."""
    app.switch_page(COMPARE).run()
    for key, name in chosen.items():
        app.selectbox(key=f"compare_{key}").set_value(name).run()
    assert not app.exception
    return app


def test_one_click_asks_what_if_she_stops_breastfeeding_and_shows_what_moves_first() -> None:
    app = nursing()
    assert keys(app, "what_if_")[0] == "what_if_lactation"
    app.button(key="what_if_lactation").click().run()
    assert not app.exception
    said = texts(app)
    assert "If Lactation" in said
    assert said.index("Treat after something comes first**") < said.index("Components that moved")
    assert said.index("Components that moved") < said.index("**Dates**")
    assert ":material/star: **Recommended**" in said
    assert app.multiselect(key="condition_yes").value == ["lactation"], "the patient was touched"


def test_arguments_of_a_what_if_are_shown_on_demand() -> None:
    app = nursing()
    app.button(key="what_if_lactation").click().run()
    assert "Gone: Defers\\: Breastfeeding - wait until it has ended" in texts(app), "the reason is not said at once"
    hidden = "whether hydroquinone reaches the milk is not known"
    assert hidden not in texts(app)
    app.session_state["what_if_more"] = True
    app.run()
    assert hidden in texts(app)


def test_apply_takes_the_what_if_over_and_discard_drops_it() -> None:
    app = nursing()
    app.button(key="what_if_lactation").click().run()
    app.button(key="what_if_discard").click().run()
    assert "If Lactation" not in texts(app)
    assert app.multiselect(key="condition_yes").value == ["lactation"]
    app.button(key="what_if_lactation").click().run()
    app.button(key="what_if_apply").click().run()
    assert not app.exception
    assert app.multiselect(key="condition_yes").value == []
    assert sorted(app.multiselect(key="condition_no").value) == ["lactation", "pregnancy"]
    assert app.number_input(key="age").value == 34
    assert "If Lactation" not in texts(app)
    assert "what_if_lactation" not in keys(app, "what_if_")


def test_any_other_field_can_be_asked_about_and_adds_to_what_was_asked() -> None:
    app = nursing()
    app.button(key="what_if_lactation").click().run()
    app.selectbox(key="what_if_field").set_value("ferritin").run()
    app.text_input(key="what_if_to_ferritin").set_value("27 pmol/L").run()
    app.button(key="what_if_give").click().run()
    assert not app.exception
    said = texts(app)
    assert "Ferritin" in said
    assert "because of Lactation" in said
    assert "because of Ferritin" in said
    assert app.text_input(key="ferritin").value == "85", "the patient was touched"


@pytest.mark.parametrize(
    ("field", "nonsense", "why"),
    [
        ("ferritin", "a lot", "not a number"),
        ("age", "34,5", "comma"),
        ("unavailable_dates", "soon; [x](http://y)", "not a range"),
    ],
)
def test_nonsense_in_a_what_if_is_refused_with_its_field_and_the_patient_stays(field, nonsense, why) -> None:
    app = nursing()
    app.selectbox(key="what_if_field").set_value(field).run()
    app.text_input(key=f"what_if_to_{field}").set_value(nonsense).run()
    app.button(key="what_if_give").click().run()
    assert not app.exception
    said = "\n".join(one.value for one in app.error)
    assert load_catalogue().fields[field].label in said
    assert why in said
    assert "what_if_apply" not in keys(app, "what_if_")
    assert app.tabs, "the answer for the patient itself is gone"
    app.button(key="what_if_discard").click().run()
    assert not any(why in one.value for one in app.error)


def test_a_combination_that_no_patient_can_have_is_refused() -> None:
    app = with_example("man_34_norwood_3")
    app.selectbox(key="what_if_field").set_value("pregnancy").run()
    app.selectbox(key="what_if_to_pregnancy").set_value("yes").run()
    app.button(key="what_if_give").click().run()
    assert any("a man cannot be pregnant" in one.value for one in app.error)


def test_a_what_if_never_outlives_its_patient() -> None:
    app = nursing()
    app.button(key="what_if_lactation").click().run()
    app.selectbox(key="example").set_value("woman_36_melasma").run()
    assert not app.exception
    assert "what_if_apply" not in keys(app, "what_if_")


def test_no_what_if_stands_in_the_address() -> None:
    app = nursing()
    before = dict(app.query_params)
    app.button(key="what_if_lactation").click().run()
    assert dict(app.query_params) == before


def test_at_most_six_buttons_are_shown_and_each_answers() -> None:
    app = with_example("woman_25_wedding")
    offered = [key for key in keys(app, "what_if_") if key not in ("what_if_give", "what_if_apply", "what_if_discard")]
    assert 1 <= len(offered) <= 6
    for key in offered:
        app.button(key=key).click().run()
        assert not app.exception
        assert "Nothing in the answer moves" not in texts(app)


def test_compare_works_from_nothing_with_two_examples_and_names_causes() -> None:
    app = compare_page(opened())
    assert "Choose two patients" in texts(app)
    app = compare_page(app, first="man_34_norwood_3", second="man_34_haemophilia")
    assert [one.value for one in app.subheader] == [
        "Inputs that differ (1)",
        "Answers that differ because of them",
    ]
    assert "Haemophilia" in str(app.table[0].value)
    assert "Do not treat" in texts(app)


def test_the_current_patient_stands_first_and_is_compared_with_an_example_with_causes() -> None:
    app = compare_page(with_example("man_34_norwood_3"), second="woman_58_female_pattern")
    assert app.selectbox(key="compare_first").value == "current"
    assert "because of" in texts(app)
    assert "Domain" not in str(app.table[0].value)
    app.switch_page(CONSULT).run()
    assert app.selectbox(key="cause").value == "androgenetic"
    assert app.number_input(key="age").value == 34


def test_a_copy_with_changed_fields_differs_in_these_alone() -> None:
    app = compare_page(with_example("man_34_norwood_3"), second="copy")
    app.selectbox(key="compare_field").set_value("haemophilia").run()
    app.selectbox(key="compare_to_haemophilia").set_value("yes").run()
    app.button(key="compare_give").click().run()
    assert not app.exception
    assert "Inputs that differ (1)" in [one.value for one in app.subheader]
    assert "Do not treat" in texts(app)
    app.button(key="compare_clear").click().run()
    assert "Choose two patients" in texts(app)


def test_nonsense_in_a_changed_copy_is_refused_and_can_be_cleared() -> None:
    app = compare_page(with_example("man_34_norwood_3"), second="copy")
    app.selectbox(key="compare_field").set_value("ferritin").run()
    app.text_input(key="compare_to_ferritin").set_value("x" * 400).run()
    app.button(key="compare_give").click().run()
    assert not app.exception
    assert any("not a number" in one.value for one in app.error)
    app.button(key="compare_clear").click().run()
    assert not app.error


def test_an_uploaded_case_is_compared_and_a_broken_one_refused_by_name() -> None:
    app = compare_page(opened(), first="man_34_norwood_3", second="upload")
    app.file_uploader(key="compare_upload").set_value(
        ("case.yaml", b"concern: hair_thinning\nsex: robot\n", "text/yaml")
    ).run()
    assert not app.exception
    assert any("robot" in one.value for one in app.error)
    app.file_uploader(key="compare_upload").set_value(
        ("case.json", b'{"concern": "hair_thinning", "sex": "female", "age": 40}', "text/json")
    ).run()
    assert not app.exception
    assert app.table


def test_the_same_patient_twice_differs_in_nothing() -> None:
    app = compare_page(opened(), first="man_34_norwood_3", second="man_34_norwood_3")
    assert "No input differs" in texts(app)
