"""The Formulations tab and the Mixing page, driven without a browser."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from formulator.knowledge import load_knowledge
from tests.ui.test_app import opened, texts, with_example

MIXING = "formulator/ui/views/mixing.py"


def tab(app: AppTest, label: str) -> str:
    found = next(one for one in app.tabs if one.label == label)
    parts = [*found.markdown, *found.info, *found.caption, *found.warning]
    return "\n".join(str(part.value) for part in parts) + "\n".join(one.label for one in found.expander)


def test_the_formulations_tab_names_components_asks_for_the_area_and_shows_no_id() -> None:
    app = with_example("man_34_norwood_3", "Formulations")
    shown = tab(app, "Formulations")
    assert "Almost no pair has data" in shown
    assert "1. " in shown
    assert "To make the amounts definite" in shown
    assert "The next best" in shown
    ids = [one for one in load_knowledge().components if "_" in one]
    assert not [one for one in ids if one.replace("_", "\\_") in shown]
    with_no_plan = tab(with_example("pregnant_woman_31_melasma", "Formulations"), "Formulations")
    assert "Nothing is composed with this decision" in with_no_plan


def test_the_mixing_page_lists_known_facts_and_says_what_no_data_means() -> None:
    app = opened().switch_page(MIXING).run()
    assert not app.exception
    assert "No data means: not in one syringe" in texts(app)
    rows = app.table[0].value
    assert "Platelet-rich plasma + Tranexamic acid, intradermal" in set(rows["Together"])
    app.multiselect(key="mixing_components").set_value(["biotin", "caffeine"]).run()
    assert not app.exception
    assert "1 no data" in texts(app)


def test_the_ranking_follows_the_mean_where_that_is_asked_for() -> None:
    app = with_example("man_34_norwood_3", "Formulations")
    app.segmented_control(key="estimate").set_value("mean").run()
    assert not app.exception
    assert app.segmented_control(key="estimate").value == "mean"


def test_the_tab_says_which_formulations_trials_cannot_tell_apart_and_draws_on_demand() -> None:
    app = with_example("man_34_norwood_3", "Formulations")
    shown = tab(app, "Formulations")
    assert "Cannot be told apart from the first" in shown
    assert "cannot be told apart from 1" in shown
    app.session_state["firmness"] = True
    app.run()
    assert not app.exception
    shown = tab(app, "Formulations")
    assert "permitted combinations are ranked again" in shown
    assert "not shown here comes first" in shown
