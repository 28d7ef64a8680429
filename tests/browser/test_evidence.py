"""From a doubted number to its study and its address, in a real browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlparse

import pytest

from formulator.evidence.artefact import load_evidence
from formulator.faults import FaultsFound
from formulator.ui.evidence_words import address as linkable
from tests.browser.visiting import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def urls() -> set[str]:
    try:
        return {linkable(row["url"]) for row in load_evidence().document["rows"]}
    except FaultsFound as found:
        pytest.skip(f"no fitted model: {found}")


def choose(page: Any, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_two_clicks_lead_from_a_number_to_the_address_and_nothing_leaves_the_machine(
    visit: Visit,
    urls: set[str],
) -> None:
    visit.open()
    page = visit.page
    visit.go("Evidence")
    page.get_by_role("heading", name="Evidence").wait_for(timeout=60_000)
    visit.settle()
    choose(page, "Indication", "Alopecia areata")
    visit.settle()
    choose(page, "Component", "Platelet-rich plasma")
    visit.settle()
    page.get_by_text("In 8 of 10 comparable trials").wait_for(timeout=10_000)

    page.locator("summary", has_text="people").first.click()
    visit.settle()
    link = page.locator('[data-testid="stExpanderDetails"] a').first
    assert link.get_attribute("href") in urls
    page.context.route(lambda url: urlparse(url).netloc != urlparse(visit.address).netloc, lambda route: route.abort())
    with page.context.expect_page() as opened:
        link.click()
    opened.value.close()

    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("Network", "Small studies", "Not fitted", "Coverage", "Left out", "Claims", "Calibration", "Effects"):
        page.get_by_role("tab", name=name).click()
        visit.settle()
        assert page.get_by_test_id("stException").count() == 0
        assert visit.sideways <= 0, name
    assert visit.hosts == {urlparse(visit.address).netloc}
    assert visit.complaints == []
