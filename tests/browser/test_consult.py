"""The main job in a real browser."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest

from tests.browser.visiting import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
EXAMPLE = "man_34_norwood_3"


@pytest.fixture(scope="session")
def title() -> str:
    from formulator.ui.examples import examples

    return examples()[EXAMPLE].title


def test_an_example_gives_a_decision_a_plan_and_questions(visit: Visit, title: str) -> None:
    visit.open()
    visit.choose_example(title)
    page = visit.page
    assert page.get_by_text("Treat: Androgenetic alopecia, male pattern").count() == 1
    assert page.get_by_text("Platelet-rich plasma").first.is_visible()
    page.get_by_role("tab", name="Plan").click()
    page.get_by_text("Stop rule").wait_for(timeout=10_000)
    page.get_by_role("tab", name="Ask next").click()
    page.get_by_text("Assumed, to be asked before the first session").wait_for(timeout=10_000)


def test_the_address_holds_coded_choices_only_and_opens_the_same_case(visit: Visit, title: str) -> None:
    visit.open()
    visit.choose_example(title)
    query = parse_qs(urlparse(visit.page.url).query)
    assert query["concern"] == ["hair_thinning"]
    assert "age" not in query
    assert "severity" not in query
    visit.page.goto(visit.page.url)
    visit.page.get_by_text("Why this decision").wait_for(timeout=60_000)
    assert visit.page.get_by_text("Androgenetic alopecia, male pattern").first.is_visible()


def test_a_bad_link_is_refused_in_sight(visit: Visit) -> None:
    visit.open("/?concern=hair_loss&phototype=9&age=400")
    assert visit.page.get_by_text("phototype = '9' is not a choice and was refused").is_visible()
    assert visit.page.get_by_text("'age' is not part of a link").is_visible()


def test_a_saved_case_opens_again_and_a_broken_file_is_named(visit: Visit, title: str, tmp_path: Path) -> None:
    visit.open()
    visit.choose_example(title)
    page = visit.page
    page.get_by_role("tab", name="Save and share").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Case and answer as JSON").click()
    saved = tmp_path / "case.json"
    download.value.save_as(saved)
    answer = json.loads(saved.read_text(encoding="utf-8"))
    assert answer["schema"] == "formulator/recommendation/1"
    page.get_by_role("button", name="New patient").click()
    page.get_by_text("Choose an example patient").wait_for(timeout=10_000)
    page.get_by_text("Open a saved case").click()
    page.locator('input[type="file"]').set_input_files(saved)
    page.get_by_text("Why this decision").wait_for(timeout=30_000)
    assert page.get_by_text("Androgenetic alopecia, male pattern").first.is_visible()
    broken = tmp_path / "broken.json"
    broken.write_text('{"agee": 3, "sex": "x"}', encoding="utf-8")
    page.locator('input[type="file"]').set_input_files(broken)
    page.get_by_text("There is no such field").wait_for(timeout=30_000)
    assert page.get_by_text("Traceback").count() == 0
