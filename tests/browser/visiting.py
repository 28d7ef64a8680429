"""One visit of a browser: a page with everything that it asked for and complained about."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import TimeoutError as TookTooLong

SECTIONS = {
    "Patients": ("Consultations", "Compare", "Thresholds", "Cohort"),
    "Learn": ("Cases", "Progress", "Handbook", "Instructor"),
    "Reference": ("Evidence", "Mixing", "Knowledge", "Changes", "Safety", "About"),
}

_TRIES = 8
_QUIET = """() => new Promise((resolve) => {
  const begun = performance.now();
  let changed = begun;
  const watching = new MutationObserver(() => { changed = performance.now(); });
  watching.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
  const looking = setInterval(() => {
    const now = performance.now();
    const app = document.querySelector("[data-test-script-state]");
    if (!app || app.dataset.testScriptState !== "notRunning") changed = now;
    if (now - changed < 350 && now - begun < 60000) return;
    clearInterval(looking);
    watching.disconnect();
    resolve(now - changed < 350 ? "never quiet" : "quiet");
  }, 25);
})"""
_SIDEWAYS = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
  .map((box) => box.scrollWidth - box.clientWidth)"""


class Visit:
    """One page, its requests and its complaints."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.hosts: set[str] = set()
        self.said: list[str] = []
        self.refused: set[str] = set()
        page.on("request", lambda request: self.hosts.add(urlparse(request.url).netloc))
        page.on(
            "response", lambda answer: self.refused.add(urlparse(answer.url).path) if answer.status >= 400 else None
        )
        page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)

    def forget(self) -> None:
        """Start listening anew."""
        self.hosts.clear()
        self.said.clear()
        self.refused.clear()

    def open(self, query: str = "") -> None:
        self.page.goto(self.address + query)
        self.page.get_by_role("combobox", name="Example patient").wait_for(timeout=60_000)
        self.settle()

    def settle(self) -> None:
        """Wait until no script runs and the page has not changed for a while."""
        assert self.page.evaluate(_QUIET) == "quiet"

    def choose(self, box: Any, option: str) -> None:
        """Take an option of a list; a list that the page closes by moving beneath it is opened again."""
        wanted = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(_TRIES):
            box.fill(option)
            try:
                wanted.click(timeout=3_000)
            except TookTooLong:
                box.press("Escape")
            else:
                return
        wanted.click()

    def choose_example(self, title: str) -> None:
        self.choose(self.page.get_by_role("combobox", name="Example patient"), title)
        self.page.get_by_text("Why this decision").wait_for(timeout=60_000)
        self.settle()

    @property
    def sideways(self) -> int:
        """By how many pixels the page, or the box in which Streamlit scrolls it, is wider than the window."""
        return max(self.page.evaluate(_SIDEWAYS))

    @property
    def complaints(self) -> list[str]:
        """What the console says and what the server refuses.

        A page opened by its address asks for two addresses below itself to find out where the server's root lies, and
        gets a 404 for each: https://github.com/streamlit/streamlit/issues/7074
        """
        theirs = {path for path in self.refused if re.fullmatch(r"/[a-z]+/_stcore/(health|host-config)", path)}
        said = [one for one in self.said if "404" not in one]
        return [*sorted(self.refused - theirs), *said]

    def go(self, name: str) -> None:
        """A page through the navigation, as a visitor finds it: at the top, or in a narrow window at the side."""
        section = next((title for title, names in SECTIONS.items() if name in names), None)
        if self.page.get_by_test_id("stExpandSidebarButton").count():
            self.page.get_by_test_id("stExpandSidebarButton").click()
        elif section is not None and not self.page.get_by_test_id("stSidebarNav").count():
            self.page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
        self.page.locator("a").filter(has_text=re.compile(f"{name}$")).last.click()
        self.settle()
