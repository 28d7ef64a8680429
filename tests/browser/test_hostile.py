"""Hostile links on every page and hostile files at every uploader: a plain message or nothing, never a traceback."""

from __future__ import annotations

import re
from urllib.parse import quote, urlparse

import pytest

from formulator.ui.examples import examples
from formulator.ui.paths import VIEWS
from tests.browser.visiting import Visit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PARAMETERS = ("item", "kind", "id", "case", "concern", "evidence_indication", "condition_yes")
EVIL = (
    "<script>window.taken = true</script>",
    "<img src=x onerror='window.taken = true'>",
    "../../etc/passwd",
    "nothing_of_that_name",
    "\x00\x1b\u202e",
    "\N{PILE OF POO}\u0301" * 20,
    "a" * 3000,
)
LAUGHS = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n" for a, b in ("ab", "bc", "cd", "de", "ef"))
FILES = {
    "nested.json": ("[" * 100_000).encode(),
    "laughs.yaml": LAUGHS.encode(),
    "binary.json": bytes(range(256)) * 40,
    "empty.yaml": b"",
    "picture.yaml": b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    "number.json": b"1e999",
}


def unharmed(visit: Visit) -> list[str]:
    """What shows that something went wrong."""
    page = visit.page
    return [
        *(["an exception"] if page.get_by_test_id("stException").count() else []),
        *(["a traceback"] if page.get_by_text("Traceback").count() else []),
        *(["a script ran"] if page.evaluate("window.taken === true") else []),
        *(["no title"] if page.get_by_role("heading", level=1).count() != 1 else []),
        *visit.complaints,
        *sorted(visit.hosts - {urlparse(visit.address).netloc}),
    ]


@pytest.mark.parametrize("name", VIEWS)
def test_a_hostile_link_opens_its_page_and_nothing_else(name: str, walk: Visit) -> None:
    walk.forget()
    query = "&".join(f"{one}={quote(evil)}" for one, evil in zip(PARAMETERS, EVIL, strict=True))
    twice = f"{query}&kind={quote(EVIL[0])}&kind=rule&id={quote(EVIL[1])}&{quote(EVIL[0])}=1"
    walk.page.goto(f"{walk.address}/{'' if name == 'consult' else name}?{twice}")
    walk.page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
    walk.settle()
    assert unharmed(walk) == []


@pytest.mark.parametrize("evil", [EVIL[0], EVIL[4], EVIL[6]], ids=["script", "control signs", "overlong"])
@pytest.mark.parametrize("link", ["handbook?kind=component&id={}", "learn?case={}"])
def test_a_page_that_takes_an_id_refuses_one_that_nobody_has(link: str, evil: str, walk: Visit) -> None:
    walk.forget()
    walk.page.goto(f"{walk.address}/{link.format(quote(evil))}")
    refusal = walk.page.get_by_test_id("stAlert").filter(has_text=re.compile("was refused|There is no case"))
    refusal.first.wait_for(timeout=60_000)
    walk.settle()
    assert unharmed(walk) == []


def taken_in_silence(visit: Visit, *names: str) -> list[str]:
    """Hostile files of which the page does not say what is wrong; it must at least stay whole."""
    silent = []
    chooser = visit.page.locator('input[type="file"]').first
    for name in names:
        with visit.page.expect_response(lambda answer: answer.request.method == "PUT"):
            chooser.set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": FILES[name]})
        visit.settle()
        said = [one for one in visit.page.get_by_test_id("stAlert").all_inner_texts() if one.startswith("error")]
        silent += [] if said else [name]
        assert unharmed(visit) == [], name
    return silent


def test_every_uploader_refuses_hostile_files_in_words(walk: Visit) -> None:
    walk.forget()
    page = walk.page
    walk.open()
    page.get_by_text("Open a saved case").click()
    assert taken_in_silence(walk, *FILES) == []
    walk.go("Compare")
    page.get_by_role("combobox", name="First patient").click()
    page.get_by_role("option", name=examples()["man_34_norwood_3"].title, exact=True).click()
    page.get_by_role("combobox", name="Second patient").click()
    page.get_by_role("option", name="A saved case", exact=True).click()
    walk.settle()
    assert taken_in_silence(walk, "laughs.yaml", "binary.json") == []
    walk.go("Progress")
    page.get_by_role("tab", name="The file").click()
    walk.settle()
    assert taken_in_silence(walk, "nested.json", "binary.json") == []
    walk.go("Instructor")
    page.get_by_role("tab", name="Write a case").click()
    walk.settle()
    assert taken_in_silence(walk, "laughs.yaml", "picture.yaml") == []
    page.get_by_role("tab", name="Results").click()
    walk.settle()
    assert taken_in_silence(walk, "laughs.yaml", "number.json") == []
