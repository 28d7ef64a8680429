"""`python -m benchmarks.browser [--quick]`: measure, print, and write the section of the page."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.browser.changing import changing
from benchmarks.browser.chromium import NoBrowser, chromium
from benchmarks.browser.crowd import crowding
from benchmarks.browser.figures import Figure, table
from benchmarks.browser.opening import opening
from benchmarks.browser.server import serving, wait_until_healthy
from benchmarks.page import load, machine, put

SESSIONS = 50
_EXPLAINED = (
    "The browser is Chromium, and a new visitor each time. A start is counted from the process to the moment at which "
    "the list of example patients can be opened. A change is counted by the browser's own clock, from the press that "
    "commits it to the second frame after the new answer stands complete (`changing.py`). The sessions of the crowd "
    "are light clients that speak the protocol of the browser and draw nothing (`light.py`); each has an example "
    "patient loaded, and every answer is checked to be the one of its own patient."
)


def browser_figures(quick: bool) -> Iterator[Figure]:
    """What needs a browser: starts and changes. Raises NoBrowser where there is none."""
    with chromium() as browser, tempfile.TemporaryDirectory() as home:
        yield from opening(browser, 2 if quick else 7)
        with serving(Path(home)) as server:
            wait_until_healthy(server)
            yield from changing(browser, server.address, 2 if quick else 6)


async def crowd_figures(quick: bool) -> list[Figure]:
    """What needs none: memory, and many sessions at once."""
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as server:
        wait_until_healthy(server)
        return [one async for one in crowding(server, SESSIONS, 1 if quick else 3)]


def main(options: list[str]) -> int:
    """Measure; 1 where a promise is not kept."""
    quick, began = "--quick" in options, machine()
    figures: list[Figure] = []
    try:
        figures += browser_figures(quick)
        without = []
    except NoBrowser as missing:
        without = [f"Not measured: {missing}.", ""]
    figures += asyncio.run(crowd_figures(quick))
    head = ["## In the browser", "", "Made by `python -m benchmarks.browser`, a part of `make benchmark`.", ""]
    put("browser", [*head, f"{began}, {load()} when it ended.", "", *without, *table(figures), "", _EXPLAINED])
    return 0 if all(one.kept for one in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
