"""From the start of the process to a page that can be used, with and without the knowledge kept ready."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.browser.chromium import fresh_page, open_consult
from benchmarks.browser.figures import Figure, spread_of
from benchmarks.browser.server import serving, wait_until_healthy

PROMISED = 3.0


def opening(browser: Browser, repeats: int) -> Iterator[Figure]:
    """Seconds from the start of `formulator app` until the list of example patients can be opened."""
    home = Path(tempfile.mkdtemp(prefix="formulator-benchmark-"))
    try:
        cold = []
        for _ in range(repeats):
            shutil.rmtree(home / "cache", ignore_errors=True)
            cold.append(_seconds(browser, home))
        warm = [_seconds(browser, home) for _ in range(repeats)]
    finally:
        shutil.rmtree(home)
    kinds = (("knowledge kept ready", warm, PROMISED), ("knowledge read from its files", cold, None))
    for name, times, promised in kinds:
        yield Figure(f"start to usable page, {name}, median of {repeats}", spread_of(times).median, "s", promised)


def _seconds(browser: Browser, home: Path) -> float:
    """One start with a visitor who was never here."""
    page = fresh_page(browser)
    with serving(home) as server:
        wait_until_healthy(server)
        open_consult(page, server.address)
        seconds = time.perf_counter() - server.started
        page.context.close()
    return seconds
