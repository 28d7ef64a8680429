"""The browser that is on this machine, without a window and without calls of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

FIRST_WIDGET = "Example patient"
_TRIES, _MOVING = 5, 200
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
    """Open a list of one choice by the keyboard, and take an option by its exact words with the pointer.

    A list closes when the page moves beneath it, as it does while a box unfolds: so it is opened until it stays so.
    """
    box = page.get_by_role("combobox", name=label, exact=True).first
    box.evaluate("one => one.scrollIntoView({block: 'center'})")
    wanted = page.get_by_role("option", name=option, exact=True)
    for _ in range(_TRIES):
        page.wait_for_timeout(_MOVING)
        box.press("ArrowDown")
        page.wait_for_timeout(_MOVING)
        if wanted.is_visible():
            break
    wanted.click()
