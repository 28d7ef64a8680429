"""A trainee in a real browser: three cases, the browser closed in the middle of one, and nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from formulator.engine.words import DECISION_WORDS
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of, load_casebook
from formulator.learn.diagnosis import perfect_commitment
from tests.browser.visiting import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Opened = Callable[[], Visit]


@pytest.fixture(scope="module")
def book(knowledge: Knowledge) -> Casebook:
    return load_casebook(knowledge)


@pytest.fixture(scope="module")
def cases(book: Casebook) -> list[Case]:
    """Three cases of three domains, easy ones first."""
    ordered = sorted(book.cases.values(), key=lambda case: (case.difficulty, case.id))
    return [next(case for case in ordered if case.folder == folder) for folder in ("hair", "skin", "body")]


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Opened]:
    """Opens the browser anew: a context of its own, as after closing all windows."""
    contexts = []

    def again() -> Visit:
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
        contexts.append(context)
        return Visit(context.new_page(), address)

    yield again
    for context in contexts:
        context.close()


def open_case(visit: Visit, case: Case) -> None:
    visit.page.goto(f"{visit.address}/learn?case={case.id}")
    visit.page.get_by_role("heading", name=case.title, exact=True).wait_for(timeout=60_000)
    visit.settle()


def mark(visit: Visit, group: str, label: str) -> None:
    """One of the choices of a question."""
    box = visit.page.get_by_role("radiogroup", name=group)
    box.locator("label").filter(has_text=re.compile(rf"{re.escape(label)}$")).first.click()
    visit.settle()


def decide(visit: Visit, case: Case, knowledge: Knowledge, cause: str, decision: str) -> None:
    mark(visit, "What is the cause?", knowledge.catalogue.fields["cause"].choices[cause])
    mark(visit, "May we treat?", DECISION_WORDS[decision])


def commit(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Commit, then show me").click()
    visit.page.get_by_role("tab", name="What you missed").wait_for(timeout=60_000)
    visit.settle()


def test_three_cases_are_played_and_closing_the_browser_in_the_middle_loses_nothing(
    opened: Opened, cases: list[Case], knowledge: Knowledge, tmp_path: Path
) -> None:
    first, second, third = cases
    visit = opened()
    open_case(visit, first)
    finding = next(one for one in first.findings if one.needed)
    assert visit.page.get_by_text(finding.says).count() == 0, "the finding is shown before anybody asked"
    visit.page.get_by_role("button", name=finding.ask, exact=False).first.click()
    visit.page.get_by_text(finding.says).first.wait_for(timeout=30_000)
    right = answer_of(first, knowledge)
    wrong = next(one for one in DECISION_WORDS if one != right.decision)
    decide(visit, first, knowledge, first.cause, wrong)
    assert visit.page.get_by_text(first.pearl).count() == 0, "the answer is shown before the decision"
    commit(visit)
    assert visit.page.get_by_text("The rules say").first.is_visible()
    assert any(visit.page.get_by_text(one.rule).count() for one in right.decision_arguments), "no rule is named"

    open_case(visit, second)
    asked = second.findings[0]
    visit.page.get_by_role("button", name=asked.ask, exact=False).first.click()
    visit.page.get_by_text(asked.says).first.wait_for(timeout=30_000)
    decide(visit, second, knowledge, second.cause, answer_of(second, knowledge).decision)
    visit.page.context.close()

    visit = opened()
    visit.page.goto(f"{visit.address}/learn")
    visit.page.get_by_role("button", name=f"Go on with: {second.title}").click()
    visit.page.get_by_text("everything is as you left it").wait_for(timeout=60_000)
    assert visit.page.get_by_text(asked.says).first.is_visible(), "what was found out is lost"
    commit(visit)
    assert visit.page.get_by_text("The rules agree with your decision").is_visible(), "the decision was lost"

    open_case(visit, third)
    perfect = perfect_commitment(third, answer_of(third, knowledge), knowledge)
    decide(visit, third, knowledge, third.cause, perfect.decision or "")
    commit(visit)
    visit.page.get_by_role("tab", name="How the choice follows").click()
    visit.page.get_by_text("5 What is left").click()
    visit.page.locator('[data-testid="stGraphVizChart"] svg').first.wait_for(timeout=30_000)
    visit.page.get_by_role("tab", name="One fact changed").click()
    visit.page.get_by_text(third.neighbour.asks).wait_for(timeout=10_000)

    visit.go("Progress")
    visit.page.get_by_role("tab", name="Your certainty").click()
    visit.page.get_by_text(re.compile("of 3 decisions")).first.wait_for(timeout=30_000)
    visit.page.get_by_role("tab", name="The file").click()
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Export").click()
    kept = tmp_path / "progress.json"
    download.value.save_as(kept)
    text = kept.read_text(encoding="utf-8")
    assert all(case.id in text for case in cases)
    assert visit.complaints == []


def test_a_case_fits_a_phone(visit: Visit, cases: list[Case]) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    open_case(visit, cases[0])
    assert visit.sideways <= 0
