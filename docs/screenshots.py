"""Takes the screenshots: `python -m docs.screenshots [FOLDER]`, from the folder of the repository.

Starts a server of its own with an empty folder for what it keeps. Without FOLDER the pictures of the documents are made
anew in docs/images; with it every page is photographed there in both themes.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from benchmarks.browser.chromium import FIRST_WIDGET, choose, chromium, open_consult, settle
from benchmarks.browser.server import serving, wait_until_healthy
from formulator.cohort.constructed import constructed_cohort
from formulator.knowledge import load_knowledge
from formulator.ui.examples import examples

IMAGES = Path(__file__).resolve().parent / "images"
WIDTH, HEIGHT = 1440, 1000
COLOURS = 128
"""So many colours are enough for pages of text, and make a picture a quarter as large."""

PATIENT, OTHER = "man_34_norwood_3", "woman_58_female_pattern"


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: its name, the address, what is done before, and whether a document shows it."""

    name: str
    address: str = ""
    before: Callable[[Page], None] | None = None
    shown: bool = False


def tab(name: str) -> Callable[[Page], None]:
    """The example patient on Consult with this tab of the answer at the top."""

    def act(page: Page) -> None:
        _load_patient(page)
        opened = page.get_by_role("tab", name=name)
        opened.click()
        _rest(page)
        opened.evaluate("one => { one.style.scrollMarginTop = '5rem'; one.scrollIntoView({block: 'start'}); }")

    return act


def _load_patient(page: Page) -> None:
    choose(page, FIRST_WIDGET, examples()[PATIENT].title)
    page.get_by_text("Why this decision").wait_for(timeout=60_000)
    _rest(page)


def _two_patients(page: Page) -> None:
    choose(page, "First patient", examples()[PATIENT].title)
    _rest(page)
    choose(page, "Second patient", examples()[OTHER].title)
    page.get_by_text("Answers that differ").wait_for(timeout=120_000)


def _one_threshold(page: Page) -> None:
    choose(page, "Patient", examples()[PATIENT].title)
    _rest(page)
    _pick(page, "Vary", "Ferritin")


def _cohort(page: Page) -> None:
    content = constructed_cohort(load_knowledge(), date.today(), [], count=200).encode()
    page.set_input_files("input[type=file]", {"name": "cohort.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("button").filter(has_text="Answer").click()
    page.get_by_text("patients answered").wait_for(timeout=120_000)


def _one_kept(page: Page) -> None:
    """Keeping is switched on, an answer is kept, and the list shows it."""
    here = page.url
    page.get_by_role("button", name="Switch on keeping").click()
    _rest(page)
    open_consult(page, here.removesuffix("/consultations"))
    tab("Save and share")(page)
    page.get_by_role("button", name="Keep this consultation").click()
    page.get_by_text("The consultation is kept.").wait_for(timeout=60_000)
    page.goto(here)
    page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)


def _effects(page: Page) -> None:
    _pick(page, "Indication", "Androgenetic alopecia, male pattern")
    _rest(page)
    _pick(page, "Component", "Platelet-rich plasma")


def _pick(page: Page, label: str, option: str) -> None:
    """Choose from a long list, of which only the beginning is on the page until something is typed."""
    page.get_by_role("combobox", name=label, exact=True).fill(option)
    page.get_by_role("option", name=option, exact=True).click()


SHOTS = (
    Shot("start"),
    Shot("consult", before=_load_patient, shown=True),
    Shot("components", before=tab("Components")),
    Shot("plan", before=tab("Plan"), shown=True),
    Shot("formulations", before=tab("Formulations"), shown=True),
    Shot("ask", before=tab("Ask next")),
    Shot("before_after", before=tab("Before, after, expect")),
    Shot("disagree", before=tab("Sources disagree")),
    Shot("save", before=tab("Save and share")),
    Shot("consultations_off", "consultations"),
    Shot("consultations", "consultations", _one_kept, shown=True),
    Shot("compare", "compare", _two_patients, shown=True),
    Shot("thresholds", "thresholds", _one_threshold),
    Shot("cohort", "cohort", _cohort),
    Shot("learn", "learn"),
    Shot("case", "learn?case=woman_29_handfuls_in_the_shower", shown=True),
    Shot("progress", "progress"),
    Shot("handbook", "handbook?kind=component&id=prp"),
    Shot("instructor", "instructor"),
    Shot("evidence", "evidence", _effects, shown=True),
    Shot("mixing", "mixing"),
    Shot("knowledge", "knowledge"),
    Shot("changes", "changes"),
    Shot("safety", "safety", shown=True),
    Shot("about", "about"),
)


def take(browser: Browser, server: str, shot: Shot, scheme: str, folder: Path) -> None:
    """One picture, by a visitor who was never here before."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme)  # type: ignore[arg-type] # light or dark
    page = context.new_page()
    if shot.address:
        page.goto(f"{server}/{shot.address}")
        page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
    else:
        open_consult(page, server)
    _rest(page)
    if shot.before:
        shot.before(page)
        _rest(page)
    (folder / f"{shot.name}.png").write_bytes(small(page.screenshot()))
    context.close()


def _rest(page: Page) -> None:
    """Wait until the script has run, pictures are drawn and nothing moves."""
    page.wait_for_timeout(500)
    settle(page)
    page.wait_for_timeout(900)


def small(picture: bytes) -> bytes:
    """The same picture with fewer colours, written as small as PNG allows."""
    made = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(made, "PNG", optimize=True)
    return made.getvalue()


def main(folder: Path | None) -> None:
    """The pictures of the documents, or all of them in both themes."""
    with chromium() as browser:
        for scheme in ("light",) if folder is None else ("light", "dark"):
            place = IMAGES if folder is None else folder / scheme
            place.mkdir(parents=True, exist_ok=True)
            _take_all(browser, [shot for shot in SHOTS if shot.shown or folder], scheme, place)


def _take_all(browser: Browser, shots: Sequence[Shot], scheme: str, place: Path) -> None:
    """Each theme has its own server, so that nothing is kept there before it is photographed."""
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as server:
        wait_until_healthy(server)
        for shot in shots:
            take(browser, server.address, shot, scheme, place)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
