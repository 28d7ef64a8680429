"""The form: it asks what the concern needs, says why, and loses nothing that was given."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from formulator.engine.reachable import reach_of
from formulator.explain.why_asked import why_asked
from formulator.knowledge import Knowledge
from tests.ui.test_app import opened, texts, with_example


def keys(app: AppTest) -> set[str]:
    """The keys of everything that is drawn and can be filled in."""
    drawn = [*app.selectbox, *app.number_input, *app.text_input, *app.multiselect, *app.date_input]
    return {str(one.key) for one in drawn}


def labels_of(app: AppTest, key: str) -> list[str]:
    return list(app.multiselect(key=key).options)


def test_a_concern_narrows_the_form_to_what_a_reachable_rule_reads_and_the_switch_brings_all_back() -> None:
    app = opened(concern="pigmentation", cause="melasma", sex="female")
    assert {"phototype", "site", "severity", "platelets"} <= keys(app)
    assert not {"ferritin", "tsh", "duration_months"} & keys(app)
    assert "Allergy to minoxidil" not in labels_of(app, "allergy_yes")
    app.toggle(key="every_field").set_value(True).run()
    assert {"ferritin", "tsh", "duration_months"} <= keys(app)
    assert not app.exception


def test_scales_and_sites_are_those_of_the_concern() -> None:
    app = opened(concern="hair_thinning", cause="androgenetic", sex="male")
    scales, sites = app.selectbox(key="severity_scale").options, app.selectbox(key="site").options
    assert scales[0] == "Hamilton-Norwood"
    assert "Glogau" not in scales
    assert sites[0] == "Scalp"
    assert "Buttocks" not in sites


def test_what_was_given_for_another_concern_is_kept_and_said_in_one_line() -> None:
    app = with_example("man_34_norwood_3")
    app.text_input(key="ferritin").set_value("85").run()
    app.selectbox(key="concern").set_value("acne_scars").run()
    assert not app.exception
    assert "ferritin" not in keys(app)
    line = next(one.value for one in app.caption if one.value.startswith("Also given, not read for this concern"))
    assert "Ferritin 85" in line
    app.selectbox(key="concern").set_value("hair_thinning").run()
    assert app.text_input(key="ferritin").value == "85"
    assert not any(one.value.startswith("Also given, not read for this concern: Ferritin") for one in app.caption)


def test_a_choice_that_the_new_concern_does_not_offer_stays_in_sight() -> None:
    app = opened(concern="hair_thinning", site="beard")
    app.selectbox(key="concern").set_value("cellulite").run()
    assert app.selectbox(key="site").value == "beard"


def test_every_question_mark_says_what_hangs_on_the_answer(knowledge: Knowledge) -> None:
    app = opened(concern="hair_thinning", cause="androgenetic", sex="male")
    assert "Can delay treatment" in app.text_input(key="haemoglobin").help
    assert "mmol/L" in app.text_input(key="haemoglobin").help
    assert "Growth factors" in app.selectbox(key="skin_type").help
    assert "Bleeding disorder" in app.multiselect(key="condition_yes").help
    reach = reach_of({"concern": "hair_thinning", "cause": "androgenetic", "sex": "male"}, knowledge)
    for name in reach.fields - {"domain"}:
        assert why_asked(name, reach, knowledge).endswith("."), name


def test_what_a_field_decides_is_what_its_rules_say(knowledge: Knowledge) -> None:
    reach = reach_of({"concern": "hair_thinning", "cause": "androgenetic", "sex": "male"}, knowledge)
    assert why_asked("haemophilia", reach, knowledge) == "Can rule treatment out."
    assert why_asked("pacemaker", reach, knowledge) == "Can exclude Electroporation."
    assert why_asked("area_cm2", reach, knowledge) == "Shapes plan and amounts."
    assert why_asked("stroke_history", reach, knowledge) == "Adds a caution to the procedure."
    assert why_asked("raised_scar", reach, knowledge) == ""


def test_a_number_may_be_typed_with_a_unit_of_its_own() -> None:
    app = with_example("man_34_norwood_3")
    app.text_input(key="haemoglobin").set_value("9.3 mmol/L").run()
    assert not app.error
    assert "Haemoglobin" not in "".join(one.value for one in app.warning)
    app.text_input(key="haemoglobin").set_value("9.3 furlongs").run()
    assert "Haemoglobin" in texts(app)
