"""Why, on the screen: every status, the decision, the plan and the formulations open to their trace."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from formulator.explain.trace import Trace
from formulator.knowledge import load_knowledge
from formulator.ui.trace_view import markdown_list
from tests.ui.test_app import texts, with_example

EXAMPLE = "man_34_norwood_3"


def opened_box(app: AppTest, key: str) -> AppTest:
    """The app after the expander with this key was opened."""
    app.session_state[key] = True
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("tab", "key", "words"),
    [
        ("Components", "trace_prp", "rule prp\\_men"),
        ("Components", "why_decision", "rule treat\\_male\\_pattern\\_loss"),
        ("Plan", "trace_plan", "Session 1, induction"),
        ("Formulations", "trace_formulation_1", "Role and certainty"),
    ],
)
def test_what_is_opened_shows_the_chain_that_made_it(tab: str, key: str, words: str) -> None:
    app = with_example(EXAMPLE, tab)
    assert words not in texts(app)
    assert words in texts(opened_box(app, key))


def test_a_component_that_is_not_used_can_be_asked_about() -> None:
    app = with_example("man_34_haemophilia")
    app.selectbox(key="why_contraindicated").set_value("prp").run()
    assert not app.exception
    assert "haemophilia\\_no\\_injection" in texts(app)


def test_the_picture_comes_when_it_is_asked_for_and_has_a_text_twin() -> None:
    app = opened_box(with_example(EXAMPLE), "trace_prp")
    assert not app.get("graphviz_chart")
    app.button(key="trace_prp_picture").click().run()
    assert not app.exception
    assert len(app.get("graphviz_chart")) == 1
    assert "rule prp\\_men" in texts(app)


def test_what_did_not_matter_is_shown_when_it_is_asked_for() -> None:
    app = opened_box(with_example(EXAMPLE), "trace_prp")
    assert "prp\\_men\\_below\\_minoxidil" not in texts(app)
    app.toggle(key="trace_prp_everything").set_value(True).run()
    assert "prp\\_men\\_below\\_minoxidil" in texts(app)


def test_text_of_a_trace_has_no_power_in_markdown() -> None:
    evil = "*a* [b](http://x) <i> `c` #d $e$ :red[f]"
    trace = Trace("rule", evil, evil, evil, about=evil, address="javascript:alert(1)")
    listed = markdown_list(trace, load_knowledge())
    assert not re.search(r"(?<!\\)[*`<>$]|(?<!\\)\[", listed)
    assert "javascript" not in listed
