"""What the server makes ready before anybody asks."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import CHECKOUT

FROZEN = """
import gc
from formulator.ui.ready import make_ready
make_ready()
frozen = gc.get_freeze_count()
gc.collect()
print(frozen, len(gc.get_objects()))
"""
BROKEN = """
from unittest import mock
from formulator.faults import Fault, FaultsFound, Place
from formulator.ui import ready, state
with mock.patch.object(state, "shared_knowledge", side_effect=FaultsFound([Fault(Place("x"), "", "Broken.", "")])):
    ready.make_ready()
"""


def said_by(program: str) -> str:
    """What a process of its own prints: a frozen heap would stay so for all other tests."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_collector_that_runs_after_every_answer_does_not_look_through_the_knowledge() -> None:
    frozen, looked_through = map(int, said_by(FROZEN).split())
    assert frozen > 20 * looked_through


def test_broken_knowledge_does_not_keep_the_server_from_starting_for_the_page_to_say_so() -> None:
    assert said_by(BROKEN) == ""
