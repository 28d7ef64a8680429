"""Every page, by its address and through the navigation, wide and narrow, light and dark, keeps the same promises.

One look at a page shows them all: no violation of WCAG A or AA, nothing that scrolls sideways, few elements, a clean
console, no call elsewhere, no exception.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe

from formulator.ui.examples import examples
from formulator.ui.paths import VIEWS
from tests.browser.visiting import SECTIONS, Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
NARROW_RULES = {
    "runOnly": {
        "type": "rule",
        "values": [
            "target-size",
            "scrollable-region-focusable",
            "list",
            "listitem",
            "aria-hidden-focus",
            "button-name",
        ],
    }
}
"""What can be kept in a wide window and broken in a narrow one; on the page with an answer all rules are tried."""
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
PAGES = [
    *("" if name == "consult" else name for name in VIEWS),
    "learn?case=woman_29_handfuls_in_the_shower",
    "handbook?kind=component&id=prp",
    "?concern=hair_thinning&cause=androgenetic&sex=male&site=scalp",
]
_NAVIGATION = '[data-testid="stSidebarNavItems"]'
UPSTREAM = {
    "target-size": '[role="spinbutton"]',
    "list": _NAVIGATION,
    "listitem": f"{_NAVIGATION} li",
    "scrollable-region-focusable": '[data-testid="stTable"] *',
}
"""Rule and elements. Streamlit's date input has day, month and year smaller than 24 px; its navigation of a narrow
window puts sections as div into a list; a table wider than a narrow window scrolls in a box that only browsers which
let every scrolling box be reached with the keyboard (Chromium, Firefox) reach. No issue was found for any of them."""
MARKS = {"exclude": [[".vega-embed svg g"]]}
"""Nothing in a drawing depends on the theme or the width, and a large one takes axe seconds: looked at once."""
MOST_ELEMENTS = 150
WIDE, NARROW = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
_ELEMENTS = "document.querySelectorAll('[data-testid=\"stElementContainer\"]').length"

_PALE = """() => {
  const light = (colour) => {
    const parts = colour.match(/\\d+/g).slice(0, 3).map((part) => part / 255);
    const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const under = light(getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor);
  const drawn = document.querySelectorAll(".role-axis-label text, .role-axis-title text, .role-legend-label text");
  const tabs = document.querySelectorAll('[role="tab"] p');
  return [...drawn, ...tabs].filter((word) => {
    const over = light(getComputedStyle(word)[word.tagName === "P" ? "color" : "fill"]);
    return Math.max(over, under) / Math.min(over, under) < 4.5;
  }).map((word) => word.textContent);
}"""
"""Words of drawings and tabs with less contrast than WCAG AA asks for; axe does not look at them."""


def violations(visit: Visit, rules: dict[str, Any], without: dict[str, Any] | None = None) -> list[str]:
    found: Any = Axe().run(visit.page, context=without, options=rules).response["violations"]
    nodes = [(one["id"], node) for one in found for node in one["nodes"]]
    return [f"{rule}: {node['html'][:200]}" for rule, node in nodes if not _theirs(visit, rule, node["target"][0])]


def _theirs(visit: Visit, rule: str, target: str) -> bool:
    return rule in UPSTREAM and visit.page.locator(target).evaluate("(one, css) => one.matches(css)", UPSTREAM[rule])


def broken_promises(visit: Visit) -> list[str]:
    """What is wrong with the page as it stands; empty where nothing is."""
    page, width = visit.page, visit.page.viewport_size["width"]
    elements, pale = page.evaluate(_ELEMENTS), page.evaluate(_PALE)
    promises = {
        f"{width} px: {visit.sideways} px wider than the window": visit.sideways <= 0,
        f"{elements} elements": elements <= MOST_ELEMENTS,
        f"pale words in a drawing or tab: {pale[:3]}": not pale,
        "an exception is shown": page.get_by_test_id("stException").count() == 0,
        "a traceback is shown": page.get_by_text("Traceback").count() == 0,
        f"the console or the server complains: {visit.complaints}": not visit.complaints,
        f"asked elsewhere: {visit.hosts}": visit.hosts == {urlparse(visit.address).netloc},
    }
    return [words for words, kept in promises.items() if not kept]


def open_page(visit: Visit, name: str) -> None:
    visit.page.goto(f"{visit.address}/{name}")
    visit.page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
    visit.settle()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opened_by_its_address_is_accessible_fits_and_keeps_to_itself(name: str, walk: Visit) -> None:
    walk.forget()
    walk.page.emulate_media(color_scheme="light")
    walk.page.set_viewport_size(WIDE)
    open_page(walk, name)
    wrong = [*broken_promises(walk), *violations(walk, RULES)]
    walk.page.set_viewport_size(NARROW)
    walk.settle()
    wrong += [*broken_promises(walk), *violations(walk, RULES if name == PAGES[-1] else NARROW_RULES, MARKS)]
    walk.page.emulate_media(color_scheme="dark")
    if walk.page.locator(".vega-embed").count():
        open_page(walk, name)  # a drawing takes the ink of the theme in which it was asked for
    walk.settle()
    wrong += [*broken_promises(walk), *violations(walk, COLOURS, MARKS)]
    assert wrong == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_is_reached_through_the_navigation_with_a_patient_loaded(size: dict[str, int], visit: Visit) -> None:
    visit.page.set_viewport_size(size)
    visit.open()
    visit.choose_example(examples()["man_34_norwood_3"].title)
    wrong = {"Consult": broken_promises(visit)}
    for name in (name for names in SECTIONS.values() for name in names):
        visit.go(name)
        visit.page.get_by_role("heading", level=1, name=name).wait_for(timeout=60_000)
        wrong[name] = broken_promises(visit)
    visit.go("Consult")
    visit.page.get_by_text("Why this decision").wait_for(timeout=60_000)
    assert {name: found for name, found in wrong.items() if found} == {}
