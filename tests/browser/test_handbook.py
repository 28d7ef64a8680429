"""The handbook in a real browser: the address follows the page, and going back goes back."""

from __future__ import annotations

import pytest

from tests.browser.visiting import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_going_on_to_another_page_and_back_keeps_address_and_page_together(visit: Visit):
    page = visit.page
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{visit.address}/handbook?kind=component&id=prp")
    page.get_by_role("heading", name="Platelet-rich plasma").wait_for(timeout=60_000)
    page.get_by_role("combobox", name="Go on to one of").click()
    page.keyboard.type("Melasma (indication)")
    page.get_by_role("option", name="Melasma (indication)").click()
    page.get_by_role("heading", name="Melasma", exact=True).wait_for(timeout=60_000)
    page.wait_for_url("**kind=indication&id=melasma")
    assert visit.sideways <= 0
    page.go_back()
    page.get_by_role("heading", name="Platelet-rich plasma").wait_for(timeout=60_000)
    assert "id=prp" in page.url
