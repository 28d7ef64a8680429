"""The handbook on the screen: deep links, links between pages, long lists that fold, what the trainee missed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from formulator.learn.cases import load_casebook
from formulator.learn.handbook import KINDS, Link, contents, load_handbook, page_of
from formulator.learn.handbook.contents import tables
from formulator.learn.progress import open_progress
from formulator.paths import HOME
from formulator.ui.handbook import address_of, line_words
from formulator.ui.handbook_link import page_of_link
from tests.learn.progress_made import DAY, NOW, played, result
from tests.ui.test_app import opened, texts

PAGE = "formulator/ui/views/handbook.py"
RULE = "low_ferritin_shedding_replace_iron_first"
MOST_ELEMENTS = 150
LONGEST = [("component", "prp"), ("indication", "aga_female"), ("rule", "nothing_low_cause_in_doubt"), ("rule", RULE)]


def visited(**link: str | list[str]) -> AppTest:
    app = opened()
    app.switch_page(PAGE)
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def count(node) -> int:
    """Elements that are drawn, those inside containers included."""
    children = getattr(node, "children", None)
    return sum(count(one) for one in children.values()) if children else 1


def said(app: AppTest) -> str:
    return texts(app).replace("\\", "")


def chapters(app: AppTest) -> list[str]:
    """The chapters of the contents, or the title of the page that is open."""
    return [one.value.partition(" (")[0] for one in app.header]


@pytest.mark.parametrize(("kind", "name"), LONGEST)
def test_a_deep_link_opens_its_page_with_every_section_and_few_elements(kind: str, name: str, knowledge) -> None:
    app = visited(kind=kind, id=name)
    page = page_of(kind, name, load_handbook(knowledge, load_casebook(knowledge)))
    assert app.header[0].value.replace("\\", "") == page.title
    titles = [one.value.replace("\\", "") for one in app.subheader]
    for section in page.sections:
        assert any(title.endswith(section.title) for title in titles), section.title
        assert f"](#{section.id.replace('_', '-')})" in said(app)
    assert count(app.main) < MOST_ELEMENTS


def test_every_line_of_a_page_is_on_the_screen_folded_or_not(knowledge) -> None:
    shown = said(visited(kind="component", id="prp"))
    page = page_of("component", "prp", load_handbook(knowledge, load_casebook(knowledge)))
    missing = [
        line.text
        for section in page.sections
        if section.id not in ("evidence", "trials")
        for line in section.lines
        if line.text not in shown
    ]
    assert not missing


def test_severe_harm_of_the_item_is_never_folded(knowledge) -> None:
    app = visited(kind="component", id="dutasteride")
    [box] = [one for one in app.expander if one.label.endswith("more: when not to use it")]
    folded = "\n".join(one.value for one in box.markdown).replace("\\", "")
    page = page_of("component", "dutasteride", load_handbook(knowledge, load_casebook(knowledge)))
    severe = [line.text for line in page.section("not_use").lines if line.grave]
    assert len(severe) > 10
    assert folded
    assert not [text for text in severe if text in folded]


def test_a_case_is_a_link_to_the_page_where_it_is_played() -> None:
    assert "](learn?case=woman_29_handfuls_in_the_shower)" in texts(visited(kind="rule", id=RULE))
    assert "](handbook?kind=indication&id=telogen_effluvium)" in texts(visited(kind="rule", id=RULE))


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"kind": "spell", "id": "prp"}, "is not a kind of page"),
        ({"kind": "component", "id": "prpp"}, "Did you mean 'prp'?"),
        ({"kind": "rule", "id": "prp"}, "is no rule of this knowledge"),
        ({"kind": "component"}, "is no component of this knowledge"),
        ({"id": "prp"}, "is not a kind of page"),
        ({"kind": "component", "id": ["prp", "prf"]}, "id is given 2 times"),
        ({"kind": "component", "id": "<script>alert(1)</script>"}, "was refused"),
        ({"kind": "component", "id": "../" * 400}, "was refused"),
        ({"kind": "component", "id": "\u202e**x** [a](http://b)\x00"}, "was refused"),
        ({"age": "34"}, "'age' is not part of a link to the handbook"),
    ],
)
def test_a_hostile_or_mistyped_link_opens_nothing_and_is_refused_in_sight(link, words) -> None:
    app = visited(**link)
    errors = "\n".join(one.value for one in app.error)
    assert words in errors.replace("\\", "")
    assert len(errors) < 400
    assert not re.search(r"(?<!\\)\]\(", errors), "no link may come out of an address"
    assert chapters(app) == list(KINDS.values())
    assert app.selectbox(key="handbook_page").value is None


def test_what_a_link_says_beside_its_page_is_refused_and_the_page_opens(knowledge) -> None:
    found, refused = page_of_link({"kind": ["rule"], "id": [RULE], "name": ["Mary"]}, knowledge)
    assert found == Link("rule", RULE)
    assert len(refused) == 1
    assert "Mary" not in refused[0]


def test_every_page_can_be_linked_to(knowledge) -> None:
    for kind, table in tables(knowledge).items():
        for name in table:
            assert page_of_link({"kind": [kind], "id": [name]}, knowledge) == (Link(kind, name), [])


def test_choosing_a_page_and_going_on_from_it_stay_in_the_same_window() -> None:
    app = visited()
    assert chapters(app) == list(KINDS.values())
    assert count(app.main) < MOST_ELEMENTS
    app.selectbox(key="handbook_page").set_value(Link("component", "prp")).run()
    assert app.header[0].value == "Platelet-rich plasma"
    app.selectbox(key="handbook_go_component_prp").set_value(Link("indication", "melasma")).run()
    assert app.header[0].value == "Melasma"
    assert app.selectbox(key="handbook_page").value == Link("indication", "melasma")
    next(one for one in app.button if one.label == "Contents").click().run()
    assert not app.exception
    assert chapters(app) == list(KINDS.values())


def test_a_search_over_names_ids_and_sentences_narrows_the_contents(knowledge) -> None:
    app = visited()
    app.text_input(key="handbook_search").set_value("ferritin").run()
    app.selectbox(key="handbook_kind").set_value("rule").run()
    found = app.selectbox(key="handbook_page").options
    assert 3 < len(found) < 60
    assert len(contents(knowledge)) > 900
    app.text_input(key="handbook_search").set_value("no such words <b>").run()
    assert not app.exception
    assert "No page contains these words" in texts(app)


def test_what_the_trainee_missed_stands_first_and_nothing_stands_there_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path / "home"))
    assert "What you missed here" not in said(visited(kind="rule", id=RULE))
    with_progress = open_progress(NOW)
    for number in range(3):
        played(with_progress, f"case_{number}", NOW - number * DAY, result((f"rule:{RULE}",)))
    app = opened()
    app.switch_page(PAGE)
    app.query_params["kind"], app.query_params["id"] = "rule", RULE
    app.run()
    assert not app.exception
    assert app.subheader[0].value.endswith("What you missed here")
    assert "missed 3 times, last on 2026-11-25" in said(app)


def test_the_knowledge_page_leads_to_the_handbook_and_back_without_a_clash_of_addresses() -> None:
    app = opened().switch_page("formulator/ui/views/knowledge.py").run()
    app.selectbox(key="kind").set_value("components").run()
    app.selectbox(key="item_components").set_value("prp").run()
    assert not app.exception
    app.switch_page(PAGE).run()
    assert not app.exception
    app.selectbox(key="handbook_page").set_value(Link("component", "prp")).run()
    assert not app.exception
    app.switch_page("formulator/ui/views/knowledge.py").run()
    assert not app.exception


def test_no_text_of_a_page_has_power_in_markdown(knowledge) -> None:
    book = load_handbook(knowledge, load_casebook(knowledge))
    [line] = page_of("rule", RULE, book).section("what").lines[:1]
    hostile = type(line)("<b>x</b> $y$ [z](http://e)", "*a*", ("`c`",), link=Link("rule", RULE))
    words = line_words(hostile, {}, {})
    assert words.count("](") - words.count("\\](") == 1
    assert "\\<b\\>" in words
    assert "\\$y\\$" in words
    assert address_of(Link("case", "a b&c")) == "learn?case=a+b%26c"
