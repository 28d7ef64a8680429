"""Every component, rule, page and case has an address; what an address asks for and no item has is refused in sight."""

from __future__ import annotations

from urllib.parse import parse_qs, urlparse

import pytest
from streamlit.testing.v1 import AppTest

from formulator.explain.browse import listings
from formulator.knowledge import Knowledge
from formulator.ui.knowledge_link import item_of_link
from tests.ui.test_app import opened, texts, with_example

KNOWLEDGE, LEARN = "formulator/ui/views/knowledge.py", "formulator/ui/views/learn.py"
HOSTILE = ("<script>alert(1)</script>", "../../etc/passwd", "prp' or 1=1", "\u202eprp", "[x](javascript:1)", "a" * 5000)


def page(view: str, **address: str | list[str]) -> AppTest:
    app = opened()
    app.query_params.clear()
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page(view).run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [("prp", "components"), ("abnormal_free_t4_hair_loss_treat_first", "rules"), ("melasma", "indications")],
)
def test_an_address_opens_its_item(identifier: str, kind: str) -> None:
    app = page(KNOWLEDGE, item=identifier)
    assert app.selectbox(key="kind").value == kind
    assert app.selectbox(key=f"item_{kind}").value == identifier
    assert any(identifier in one.value.replace("\\", "") for one in app.caption)
    assert not app.error


def test_the_address_follows_the_choice_and_is_empty_without_one() -> None:
    app = page(KNOWLEDGE)
    assert "item" not in app.query_params
    app.selectbox(key="item_components").set_value("prp").run()
    assert app.query_params["item"] in ("prp", ["prp"])
    app.selectbox(key="item_components").set_value(None).run()
    assert "item" not in app.query_params


def test_the_kind_in_the_address_decides_between_items_of_one_name(knowledge: Knowledge) -> None:
    tables = listings(knowledge)
    assert item_of_link({"item": ["melasma"], "kind": ["protocols"]}, tables) == (("protocols", "melasma"), [])
    assert item_of_link({"item": ["melasma"]}, tables) == (("indications", "melasma"), [])
    assert item_of_link({"item": ["melasma"], "kind": ["rules"]}, tables) == (("indications", "melasma"), [])


@pytest.mark.parametrize("hostile", HOSTILE)
def test_an_unknown_or_hostile_id_gets_a_plain_message(hostile: str) -> None:
    app = page(KNOWLEDGE, item=hostile, kind=hostile)
    said = [one.value for one in app.error]
    assert any("is nothing in this knowledge" in one for one in said)
    assert all(len(one) < 500 and "\u202e" not in one and "<script" not in one.replace("\\<", "") for one in said)
    assert app.selectbox(key="kind").value == "components"
    app.selectbox(key="item_components").set_value("prp").run()
    assert not app.error
    assert page(LEARN, case=hostile).error


def test_an_id_that_is_given_twice_and_a_name_that_no_link_has_are_refused() -> None:
    app = page(KNOWLEDGE, item=["prp", "biotin"], age="34")
    said = texts(app)
    assert "item is given 2 times" in said
    assert "is not part of a link" in said
    assert app.selectbox(key="item_components").value is None


def test_from_the_answer_each_component_and_each_rule_has_its_address(knowledge: Knowledge) -> None:
    app = with_example("man_34_norwood_3")
    app.session_state["why_prp"] = True
    app.session_state["list_not_indicated"] = True
    app.run()
    shown = texts(app) + "".join(str(one.value.to_dict()) for one in app.table)
    known = listings(knowledge)
    linked = {
        parse_qs(urlparse(part.split(")")[0]).query)["item"][0]
        for part in shown.split("](")[1:]
        if "?item=" in part.split(")")[0]
    }
    assert "prp" in linked
    assert linked & known["rules"].keys()
    assert linked <= known["rules"].keys() | known["components"].keys()
    assert len(linked & known["components"].keys()) > 15
