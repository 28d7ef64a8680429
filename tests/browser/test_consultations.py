"""A clinic in a real browser: nothing is kept until it is asked for, then found in another window, and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from formulator.consultations import consultations_file
from tests.browser.visiting import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
LABEL = "quince marmalade 77"


def _open(visit: Visit, name: str, heading: str) -> None:
    visit.page.goto(f"{visit.address}/{name}")
    visit.page.get_by_role("heading", name=heading, exact=True).wait_for(timeout=60_000)
    visit.settle()


def _press(visit: Visit, name: str) -> None:
    visit.page.get_by_role("button", name=name, exact=True).click()
    visit.settle()


def test_a_consultation_is_kept_in_one_window_found_in_another_and_deleted_for_good(
    visit: Visit, browser: Any, address: str
) -> None:
    assert not consultations_file().exists()
    _open(visit, "consultations", "Consultations")
    _press(visit, "Switch on keeping")
    _open(visit, "?concern=hair_thinning&cause=androgenetic&sex=male", "Consult")
    visit.page.get_by_role("tab", name="Save and share").click()
    visit.page.get_by_role("textbox", name="Label, may be empty").fill(LABEL)
    visit.page.keyboard.press("Tab")
    visit.settle()
    _press(visit, "Keep this consultation")
    visit.page.get_by_text("The consultation is kept.").wait_for()
    context = browser.new_context()
    other = Visit(context.new_page(), address)
    _open(other, "consultations", "Consultations")
    other.page.get_by_role("combobox", name="Consultation").click()
    other.page.get_by_role("option", name=LABEL).click()
    other.settle()
    assert other.page.url == f"{address}/consultations"
    other.page.get_by_role("tab", name="The file").click()
    other.settle()
    _press(other, "Delete everything")
    _press(other, "Delete everything for good")
    other.page.get_by_text("Keeping consultations is off.").wait_for()
    assert not consultations_file().exists()
    context.close()
