"""What a visitor takes along: every file of an answer and of the handbook opens and says what engine and page say."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest
from icalendar import Calendar

from formulator.engine import Preferences, recommend
from formulator.engine.answer import Recommendation
from formulator.evidence.artefact import load_evidence
from formulator.export.chosen import for_first_formulation
from formulator.export.json_export import as_json
from formulator.export.text import as_text
from formulator.knowledge import Knowledge
from formulator.profile import profile_from_mapping
from formulator.ui.examples import examples
from tests.browser.visiting import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
EXAMPLE = "man_34_norwood_3"


@pytest.fixture(scope="module")
def answer(knowledge: Knowledge) -> Recommendation:
    """The same patient asked without a page; the form leaves the domain to the concern."""
    given = {name: value for name, value in examples()[EXAMPLE].profile.items() if name != "domain"}
    profile = profile_from_mapping(given, EXAMPLE, knowledge.catalogue)
    return recommend(profile, knowledge, date.today(), load_evidence(), Preferences())


def taken(visit: Visit, button: str, exact: bool = True) -> bytes:
    with visit.page.expect_download(timeout=60_000) as download:
        visit.page.get_by_role("button", name=re.compile(f"{re.escape(button)}{'$' if exact else ''}")).click()
    return Path(download.value.path()).read_bytes()


def words_of(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return _squeezed(text)


def _squeezed(text: str) -> str:
    """Without spaces, hyphens, line ends and joined letters, which paper sets at will."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", unicodedata.normalize("NFKC", text))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_every_file_of_an_answer_opens_and_says_what_the_engine_says(
    visit: Visit, answer: Recommendation, knowledge: Knowledge
) -> None:
    visit.open()
    visit.choose_example(examples()[EXAMPLE].title)
    visit.page.get_by_role("tab", name="Save and share").click()
    visit.settle()
    assert taken(visit, "Case and answer as JSON").decode() == as_json(answer)
    assert json.loads(taken(visit, "Case only, as JSON")) == json.loads(json.dumps(dict(answer.profile)))
    assert taken(visit, "Answer as text").decode() == as_text(answer, knowledge)
    listed = rows(taken(visit, "Components as CSV"))
    assert {one["component"] for one in listed} == {one.id for one in answer.components}
    plan: Any = answer.plan
    planned = [session.date.isoformat() for session in plan.sessions]
    assert [one["date"] for one in rows(taken(visit, "Sessions as CSV"))] == planned
    first: Any = for_first_formulation(answer).plan
    given = [session.date.isoformat() for session in first.sessions]
    calendar = Calendar.from_ical(taken(visit, "Sessions, pauses and reassessments as ICS"))
    appointments = [event for event in calendar.events if str(event["summary"]).startswith("Appointment")]
    assert [event.start.strftime("%Y-%m-%d") for event in appointments] == given
    sheet = words_of(taken(visit, "Worksheet as PDF", exact=False))
    for words in ["Androgenetic alopecia, male pattern", *(f"{one.date:%a %-d %b %Y}" for one in first.sessions)]:
        assert _squeezed(words) in sheet
    visit.page.get_by_role("tab", name="Plan").click()
    visit.settle()
    shown = visit.page.get_by_test_id("stMain").inner_text()
    assert all(f"Reassess {look.date}" in shown for look in plan.reassess)
    assert visit.complaints == []


def test_a_handbook_page_prints_light_with_all_its_words_and_its_pdf_holds_also_what_is_folded(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/handbook?kind=indication&id=melasma")
    page.get_by_role("heading", name="Melasma", exact=True).wait_for(timeout=60_000)
    visit.settle()
    page.evaluate("document.fonts.ready")
    paragraphs = page.locator('[data-testid="stMarkdownContainer"] li').filter(visible=True).all_inner_texts()
    printed = words_of(page.pdf(format="A4"))
    lost = [words for words in paragraphs if _squeezed(words)[:60] not in printed]
    assert len(paragraphs) > 40
    assert lost == []
    assert "Reference" not in printed.replace("References", ""), "the navigation is printed"
    kept = words_of(taken(visit, "This page as PDF"))
    assert len(kept) > len(printed) * 0.8
    assert "Melasma" in kept
