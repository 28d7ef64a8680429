"""A formulation of one's own for the patient on the page: what is wrong with it is said at once, with the rule."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from formulator.ui.answer import ANSWER_TAB
from tests.ui.test_app import texts, with_example


def composing(example: str) -> AppTest:
    app = with_example(example, "Formulations")
    app.session_state["composer"] = True
    app.run()
    assert not app.exception
    return app


def test_what_the_rules_forbid_in_a_syringe_is_named_with_the_fact() -> None:
    app = composing("man_34_haemophilia")
    app.multiselect(key="compose_syringe_0").set_value(["minoxidil", "prp"]).run()
    assert not app.exception
    said = texts(app)
    assert "aemophilia" in said
    assert "Rule [haemophilia" in said or "haemophilia\\_no\\_injection" in said


def test_a_dose_beyond_its_limit_and_an_untested_mixture_are_named() -> None:
    app = composing("man_34_norwood_3")
    app.multiselect(key="compose_syringe_0").set_value(["minoxidil", "biotin"]).run()
    app.number_input(key="compose_strength_0_minoxidil").set_value(500.0).run()
    app.number_input(key="compose_volume_0_minoxidil").set_value(5.0).run()
    assert not app.exception
    said = texts(app)
    assert "Beyond a limit" in said
    assert "Unsafe mixture" in said


def test_an_empty_bench_says_how_to_begin() -> None:
    assert "Put something into the first syringe" in texts(composing("man_34_norwood_3"))


def test_the_syringes_stay_filled_while_another_tab_is_looked_at() -> None:
    app = composing("man_34_norwood_3")
    app.multiselect(key="compose_syringe_0").set_value(["biotin"]).run()
    for tab in ("Plan", "Formulations"):
        app.session_state[ANSWER_TAB] = tab
        app.run()
    app.session_state["composer"] = True
    app.run()
    assert app.multiselect(key="compose_syringe_0").value == ["biotin"]
