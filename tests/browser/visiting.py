"""One visit of a browser: a page with everything that it asked for and complained about."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlparse

SECTIONS = {
    "Patients": ("Consultations", "Compare", "Thresholds", "Cohort"),
    "Learn": ("Cases", "Progress", "Handbook", "Instructor"),
    "Reference": ("Evidence", "Mixing", "Knowledge", "Changes", "Safety", "About"),
}


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

    def open(self, query: str = "") -> None:
        self.page.goto(self.address + query)
        self.page.get_by_role("combobox", name="Example patient").wait_for(timeout=60_000)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_timeout(300)
        self.page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=60_000)
        self.page.wait_for_timeout(300)

    def choose_example(self, title: str) -> None:
        self.page.get_by_role("combobox", name="Example patient").click()
        option = self.page.get_by_role("option", name=title, exact=True)
        option.wait_for(timeout=30_000)
        option.click()
        self.page.get_by_text("Why this decision").wait_for(timeout=60_000)
        self.settle()

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
        """A page through the navigation, as a visitor finds it."""
        section = next((title for title, names in SECTIONS.items() if name in names), None)
        if section is not None:
            self.page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
        self.page.locator("a").filter(has_text=re.compile(f"{name}$")).last.click()
        self.settle()
