"""A cohort in a real browser: a file in, every tab, nothing that leaves the machine."""

from __future__ import annotations

import re
from datetime import date

import pytest

from formulator.cohort.constructed import constructed_cohort
from formulator.knowledge import Knowledge
from tests.browser.visiting import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


TABS = ("Decided by", "Together", "Missing", "Components", "Not answered", "Files", "Impact")


def test_a_file_is_answered_and_compared_without_a_complaint_or_a_call_elsewhere(
    visit: Visit, knowledge: Knowledge
) -> None:
    page = visit.page
    page.goto(f"{visit.address}/cohort")
    page.get_by_text("Choose a file, or").wait_for(timeout=60_000)
    visit.settle()
    content = constructed_cohort(knowledge, date.today(), [], count=60).encode()
    page.set_input_files("input[type=file]", {"name": "cohort.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name=re.compile("Answer$")).click()
    page.get_by_text("60 patients answered").wait_for(timeout=60_000)
    visit.settle()
    page.get_by_role("tab", name="Impact").click()
    page.get_by_role("button", name="Compare both on this cohort").first.click()
    page.get_by_text("The same as text").wait_for(timeout=60_000)
    visit.settle()
    assert page.get_by_role("tab", name="Impact").get_attribute("aria-selected") == "true"
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 1000})
        for name in TABS:
            page.get_by_role("tab", name=name).click()
            visit.settle()
            assert visit.sideways <= 0, name
    assert visit.complaints == []
    assert visit.hosts == {visit.address.removeprefix("http://")}
