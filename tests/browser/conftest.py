"""A real server and a real browser; without a Chromium on the machine these tests are skipped and say so."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.visiting import Visit

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """The app of a folder, served on a port of its own."""

    def __init__(self, folder: Path = ROOT) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.environment = {**os.environ, "PYTHONPATH": str(folder)}

    def start(self) -> None:
        command = [sys.executable, "-m", "formulator", "app", "--server.port", str(self.port)]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=quiet, stderr=quiet, env=self.environment)
        _wait_for(f"{self.address}/_stcore/health", self.process)

    def stop(self, kill: bool = False) -> None:
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        self.process.wait(timeout=20)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    server = Server()
    server.start()
    yield server.address
    server.stop()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server that a test may kill."""
    server = Server()
    server.start()
    yield server
    if server.process.poll() is None:
        server.stop()


def _wait_for(url: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not start")


@pytest.fixture(scope="session")
def browser():  # type: ignore[no-untyped-def]
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        chromium = driver.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def window(browser: Any) -> Iterator[Any]:
    """A browser that keeps the files of the app, as that of a visitor who comes again; a new one for each topic."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def visit(window: Any, address: str) -> Iterator[Visit]:
    """A new page, and so a session of its own: the app keeps nothing in the browser."""
    page = window.new_page()
    yield Visit(page, address)
    page.close()


@pytest.fixture(scope="module")
def walk(window: Any, address: str) -> Iterator[Visit]:
    """One page in which a whole file of tests is tried, one after the other."""
    page = window.new_page()
    yield Visit(page, address)
    page.close()
