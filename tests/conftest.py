"""What many tests share: the shipped knowledge, the catalogue of fields, one day, a way to run the program."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from formulator.knowledge import Knowledge, load_knowledge
from formulator.paths import HOME
from formulator.profile import Catalogue, load_catalogue

os.environ[HOME] = tempfile.mkdtemp(prefix="formulator-tests-")  # nothing of the user's own is read or written
atexit.register(shutil.rmtree, os.environ[HOME], ignore_errors=True)

CHECKOUT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 25)

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=60,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("quick", settings.get_profile("repeatable"), max_examples=6)  # for mutants: many short runs
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The shipped knowledge base, read once."""
    return load_knowledge()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The shipped catalogue of input fields."""
    return load_catalogue()


@pytest.fixture(scope="session")
def today() -> date:
    """The day on which every test asks."""
    return TODAY


Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="session")
def run_program() -> Run:
    """Run `formulator` as its own process, from the checkout; standard input and extra environment by keyword."""

    def run(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "formulator", *arguments],
            input=stdin,
            capture_output=True,
            cwd=CHECKOUT,
            env={**os.environ, **environment},
            timeout=60,
            check=False,
        )

    return run
