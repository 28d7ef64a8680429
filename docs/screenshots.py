"""Takes the screenshots of the README from a running app: `python docs/screenshots.py http://127.0.0.1:8501`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"


def settle(page: Page) -> None:
    """Wait until the script has finished."""
    page.wait_for_timeout(500)
    page.wait_for_selector('[data-test-script-state="notRunning"]', timeout=60_000)
    page.wait_for_timeout(1200)


def main(address: str) -> None:
    """One picture of each page, an example patient loaded."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(viewport={"width": 1440, "height": 1100})
        page.goto(address)
        page.get_by_role("combobox", name="Example patient").click()
        page.get_by_role("option").filter(has_text="Norwood").first.click()
        page.get_by_text("Why this decision").wait_for()
        settle(page)
        page.screenshot(path=IMAGES / "consult.png")
        page.get_by_role("tab", name="Plan").click()
        settle(page)
        page.screenshot(path=IMAGES / "plan.png")
        page.get_by_role("link", name="Knowledge").click()
        settle(page)
        page.screenshot(path=IMAGES / "knowledge.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
