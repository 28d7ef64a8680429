"""From opening to a first real answer: in three clicks, and with the keyboard alone; deep links; a new patient."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlparse

import pytest

from tests.browser.visiting import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
COUNT_CLICKS = "window.clicks = 0; window.addEventListener('pointerdown', () => window.clicks++, true)"
MOST_TABS = 25


@pytest.fixture
def counted(visit: Visit) -> Visit:
    """A visit that counts its clicks."""
    visit.page.add_init_script(COUNT_CLICKS)
    visit.open()
    return visit


def clicks(visit: Visit) -> int:
    return visit.page.evaluate("window.clicks")


def wait_for_answer(visit: Visit) -> None:
    """A real answer: a decision with its reason, and components with a status."""
    visit.page.get_by_text("Why this decision").wait_for(timeout=60_000)
    visit.page.get_by_role("tab", name="Components").wait_for(timeout=60_000)
    visit.settle()


def tab_to(visit: Visit, target: Any) -> None:
    """Press the tabulator until the target has the focus."""
    for _ in range(MOST_TABS):
        visit.page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    pytest.fail("the keyboard does not reach it")


def box(visit: Visit, name: str) -> Any:
    return visit.page.get_by_role("combobox", name=name)


def test_an_example_gives_a_real_answer_within_three_clicks(counted: Visit) -> None:
    box(counted, "Example patient").click()
    counted.page.get_by_role("option").first.click()
    wait_for_answer(counted)
    assert clicks(counted) <= 3


def test_a_patient_of_ones_own_gets_a_real_answer_within_three_clicks(counted: Visit) -> None:
    box(counted, "Concern").click()
    counted.page.get_by_role("option", name="Acne scars").click()
    wait_for_answer(counted)
    assert clicks(counted) <= 3
    assert counted.page.get_by_text("Acne scars").first.is_visible()


def test_the_keyboard_alone_leads_to_a_real_answer_and_through_it(counted: Visit) -> None:
    page = counted.page
    tab_to(counted, box(counted, "Concern"))
    page.keyboard.type("cellul")
    page.get_by_role("option", name="Cellulite").wait_for(timeout=10_000)
    page.keyboard.press("Enter")
    wait_for_answer(counted)
    assert clicks(counted) == 0
    components = page.get_by_role("tab", name="Components")
    components.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.get_by_role("tab", name="Plan").get_attribute("aria-selected") == "true"


def test_the_keyboard_alone_loads_an_example_and_starts_a_new_patient(counted: Visit) -> None:
    page = counted.page
    tab_to(counted, box(counted, "Example patient"))
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for(timeout=10_000)
    page.keyboard.press("Enter")
    wait_for_answer(counted)
    tab_to(counted, page.get_by_role("button", name="New patient"))
    page.keyboard.press("Enter")
    page.get_by_text("Choose an example patient").wait_for(timeout=30_000)
    assert clicks(counted) == 0


def test_a_new_patient_leaves_nothing_in_the_form_or_the_address(counted: Visit) -> None:
    page = counted.page
    box(counted, "Example patient").click()
    page.get_by_role("option").first.click()
    wait_for_answer(counted)
    page.get_by_text("Blood tests and weight").click()
    ferritin = page.get_by_role("textbox", name="Ferritin")
    ferritin.fill("123")
    ferritin.press("Enter")
    counted.settle()
    page.get_by_role("button", name="New patient").click()
    page.get_by_text("Choose an example patient").wait_for(timeout=30_000)
    counted.settle()
    assert urlparse(page.url).query == ""
    assert page.get_by_role("textbox", name="Ferritin").input_value() == ""
    assert page.get_by_role("spinbutton", name="Age").input_value() == ""
    assert "Norwood" not in page.get_by_test_id("stMain").inner_text()
    page.reload()
    page.get_by_text("Choose an example patient").wait_for(timeout=60_000)


def test_a_component_of_the_answer_opens_its_page_beside_the_patient(counted: Visit) -> None:
    page = counted.page
    box(counted, "Example patient").click()
    page.get_by_role("option", name="Man, 34, male pattern thinning").first.click()
    wait_for_answer(counted)
    link = page.get_by_role("link", name="Platelet-rich plasma").first
    with page.context.expect_page() as opened:
        link.click()
    other = opened.value
    other.get_by_text("Its page in the handbook").wait_for(timeout=60_000)
    assert urlparse(other.url).path == "/knowledge"
    assert "item=prp" in other.url
    assert "concern" not in other.url
    assert page.get_by_text("Why this decision").is_visible()


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("/knowledge?item=prp", "Its page in the handbook"),
        ("/knowledge?item=%3Cscript%3Ealert(1)%3C/script%3E", "is nothing in this knowledge and was refused"),
        ("/handbook?kind=component&id=prp", "Handbook"),
        ("/learn?case=no_such_case", "no_such_case"),
    ],
)
def test_a_deep_link_opens_what_it_names_or_says_what_is_wrong(visit: Visit, link: str, words: str) -> None:
    visit.page.goto(visit.address + link)
    visit.page.get_by_text(words).first.wait_for(timeout=60_000)
    assert visit.page.get_by_text("Traceback").count() == 0


def test_an_expander_that_was_open_stays_open_after_an_answer_inside_it(counted: Visit) -> None:
    page = counted.page
    box(counted, "Concern").click()
    page.get_by_role("option", name="Acne scars").click()
    wait_for_answer(counted)
    page.get_by_text("Conditions (0 yes, 0 no)").click()
    chooser = page.get_by_role("combobox", name="Conditions: Yes")
    chooser.wait_for(timeout=30_000)
    counted.settle()
    counted.choose(chooser, "Diabetes")
    page.get_by_text("Conditions (1 yes, 0 no)").wait_for(timeout=30_000)
    assert chooser.is_visible()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_begins_right_below_the_navigation(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.open()
    title = visit.page.get_by_role("heading", name="Consult").bounding_box()
    assert title is not None
    assert title["y"] < 100


def test_on_a_narrow_screen_one_click_leads_past_the_form_to_the_answer(counted: Visit) -> None:
    page = counted.page
    page.set_viewport_size({"width": 390, "height": 844})
    box(counted, "Example patient").click()
    page.get_by_role("option", name="Man, 34, male pattern thinning").first.click()
    wait_for_answer(counted)
    page.get_by_role("link", name="Go to the answer").click()
    counted.settle()
    assert clicks(counted) <= 3
    decision = page.get_by_text("Treat: Androgenetic alopecia, male pattern").bounding_box()
    assert decision is not None
    assert 0 <= decision["y"] < 844
    assert "concern=hair_thinning" in page.url


def test_what_another_concern_does_not_need_is_kept_out_of_sight_and_comes_back(counted: Visit) -> None:
    page = counted.page
    box(counted, "Example patient").click()
    page.get_by_role("option", name="Man, 34, male pattern thinning").first.click()
    wait_for_answer(counted)
    page.get_by_text("Blood tests and weight").click()
    page.get_by_role("textbox", name="Ferritin").fill("85")
    page.get_by_role("textbox", name="Ferritin").press("Enter")
    counted.settle()
    for concern in ("Cellulite", "Hair thinning"):
        box(counted, "Concern").fill(concern)
        page.get_by_role("option", name=concern).click()
        counted.settle()
        if concern == "Cellulite":
            assert page.get_by_role("textbox", name="Ferritin").count() == 0
            assert page.get_by_text("Also given, not read for this concern").is_visible()
    assert page.get_by_role("textbox", name="Ferritin").input_value() == "85"


def test_back_and_forward_lead_through_the_items_that_were_open(visit: Visit) -> None:
    page = visit.page
    page.goto(visit.address + "/knowledge?item=prp")
    for name, title in (("biotin", "Biotin"), ("caffeine", "Caffeine")):
        page.get_by_role("combobox", name="components").last.fill(name)
        page.get_by_role("option", name=name).first.click()
        page.get_by_role("heading", name=title).wait_for(timeout=30_000)
        assert f"item={name}" in page.url
    page.go_back()
    page.get_by_role("heading", name="Biotin").wait_for(timeout=30_000)
    page.go_forward()
    page.get_by_role("heading", name="Caffeine").wait_for(timeout=30_000)
