"""The browser that is on this machine, without a window and without calls of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, TimeoutError, sync_playwright

FIRST_WIDGET = "Example patient"
_PRESSES = 4
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


class NoBrowser(Exception):
    """There is no Chromium on this machine."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium; raises NoBrowser where none is installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise NoBrowser("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield browser
        browser.close()


def fresh_page(browser: Browser) -> Page:
    """A page of a visitor who was never here: nothing is cached and no setting is remembered."""
    return browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()


def open_consult(page: Page, address: str) -> None:
    """Go to the app and wait until the first widget can be used."""
    page.goto(address)
    page.get_by_role("combobox", name=FIRST_WIDGET).click(timeout=60_000, trial=True)


def settle(page: Page) -> None:
    """Wait until the script has run to its end and nothing on the page is of an earlier run."""
    page.wait_for_function(
        """() => document.querySelector('[data-test-script-state="notRunning"]')
               && !document.querySelector('[data-stale="true"]')""",
        timeout=60_000,
    )


def choose(page: Page, label: str, option: str) -> None:
    """Open a list of one choice and take an option by its exact words."""
    found = page.get_by_role("option", name=option, exact=True)
    _opened(page.get_by_role("combobox", name=label, exact=True).first, found)
    found.click()


def _opened(box: Locator, option: Locator) -> None:
    """Open the list. It opens on getting the focus, so it must not have it; a press may fall into a redrawing."""
    for _ in range(_PRESSES):
        box.blur()
        box.click()
        try:
            option.wait_for(timeout=2_000)
        except TimeoutError:
            continue
        return
    option.wait_for(timeout=1_000)
