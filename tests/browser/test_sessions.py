"""Two windows never see each other's patient; reload, back, forward and a dead server end in a sensible page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from formulator.ui.examples import examples
from tests.browser.conftest import Server
from tests.browser.visiting import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
MAN, OTHER = examples()["man_34_norwood_3"].title, examples()["woman_38_cellulite"].title
BY_HAND = "/?concern=pigmentation&cause=melasma&sex=female"


@pytest.fixture
def windows(browser: Any, address: str) -> Iterator[tuple[Visit, Visit]]:
    """Two people at two machines."""
    contexts = [browser.new_context(viewport={"width": 1440, "height": 1000}) for _ in range(2)]
    yield Visit(contexts[0].new_page(), address), Visit(contexts[1].new_page(), address)
    for context in contexts:
        context.close()


def age(visit: Visit) -> str:
    return visit.page.get_by_role("spinbutton", name="Age, years").input_value()


def banner(visit: Visit) -> str:
    return "\n".join(visit.page.get_by_test_id("stAlert").all_inner_texts())


def enter_age(visit: Visit, years: int) -> None:
    visit.page.get_by_role("spinbutton", name="Age, years").fill(str(years))
    visit.page.keyboard.press("Tab")
    visit.settle()


def compared_age(visit: Visit) -> str:
    """The age that Compare shows for the patient of Consult, beside an example."""
    visit.go("Compare")
    visit.page.get_by_role("combobox", name="Second patient").click()
    visit.page.get_by_role("option", name=OTHER, exact=True).click()
    visit.page.get_by_text("Inputs that differ").wait_for(timeout=60_000)
    visit.settle()
    return visit.page.get_by_role("row").filter(has_text="Age").first.locator("td").nth(1).inner_text()


def threshold_patient(visit: Visit) -> str:
    visit.go("Thresholds")
    visit.page.get_by_role("combobox", name="Vary").click()
    visit.page.keyboard.type("Lactation")
    visit.page.get_by_role("option", name="Lactation").first.click()
    visit.page.get_by_text("The same as text").click()
    visit.settle()
    return visit.page.get_by_test_id("stCode").inner_text()


def test_two_windows_never_see_each_others_patient_on_any_page_that_shows_one(windows: tuple[Visit, Visit]) -> None:
    first, second = windows
    first.open()
    second.open(BY_HAND)
    first.choose_example(MAN)
    assert age(second) == ""
    enter_age(second, 51)
    enter_age(first, 35)
    assert [age(first), age(second)] == ["35", "51"]
    assert "Androgenetic alopecia" in banner(first)
    assert "Androgenetic alopecia" not in banner(second)
    assert "Melasma" in banner(second)
    assert compared_age(second) == "51 years"
    assert "No patient can have this" in threshold_patient(first), "a man who breastfeeds: it is the woman's picture"
    first.go("Consult")
    second.go("Consult")
    assert [age(first), age(second)] == ["35", "51"]
    second.page.reload()
    second.page.get_by_text("Why this decision").wait_for(timeout=60_000)
    second.settle()
    assert age(second) == "", "a reload begins a new session: nothing but the coded choices of the address is left"
    assert "Melasma" in banner(second)
    assert age(first) == "35"


def test_back_forward_and_a_killed_server_keep_the_patient_and_say_what_is_wrong(
    own_server: Server, browser: Any
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    visit = Visit(context.new_page(), own_server.address)
    page = visit.page
    visit.open()
    visit.choose_example(MAN)
    enter_age(visit, 41)
    visit.go("Mixing")
    visit.go("Compare")
    for step, heading in ((page.go_back, "Mixing"), (page.go_back, "Consult"), (page.go_forward, "Mixing")):
        step()
        page.get_by_role("heading", level=1, name=heading).wait_for(timeout=60_000)
        visit.settle()
    page.go_back()
    page.get_by_text("Why this decision").wait_for(timeout=60_000)
    assert age(visit) == "41"
    assert visit.complaints == []

    own_server.stop(kill=True)
    page.get_by_text("CONNECTING").wait_for(timeout=30_000)
    assert page.get_by_role("spinbutton", name="Age, years").is_disabled(), "what is entered now would be lost unseen"
    own_server.start()
    page.get_by_text("CONNECTING").wait_for(state="detached", timeout=60_000)
    page.get_by_text("Why this decision").wait_for(timeout=60_000)
    visit.settle()
    assert page.get_by_role("spinbutton", name="Age, years").is_enabled()
    assert age(visit) == "41"
    assert page.get_by_test_id("stException").count() == 0
    context.close()
