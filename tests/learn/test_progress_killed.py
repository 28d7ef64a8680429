"""A program that is killed at any moment loses nothing that it had confirmed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from formulator.learn.progress import ProgressStore
from formulator.learn.progress.exchange import read_document
from formulator.learn.progress.schedule import card_after
from tests.at_once import confirmed_until_killed
from tests.conftest import CHECKOUT
from tests.learn.progress_made import NOW, played, result

_HALF_WAY = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size=1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("DELETE FROM remarks")
connection.execute("UPDATE attempts SET state = ?", ('{"lost": "' + "x" * 60000 + '"}',))
for number in range(50):
    connection.execute("INSERT INTO meta VALUES (?, ?)", (f"key{number}", "y" * 5000))
os.kill(os.getpid(), signal.SIGKILL)
"""


def _writer(path: Path, most: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.learn.progress_writer", str(path), str(most)]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)


def _cards_follow_from_the_reviews(store: ProgressStore) -> None:
    document = read_document(store.export_progress())
    for card in document.cards:
        made = card_after(card.lesson, [one for one in document.reviews if one.lesson == card.lesson])
        assert made is not None
        assert card.state == made.to_dict()
    missed = {one.lesson for one in document.reviews if not one.remembered}
    assert {card.lesson for card in document.cards} == missed


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
@pytest.mark.parametrize("lines", [1, 4, 11])
def test_what_was_confirmed_before_the_kill_is_there_after_it(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "progress.sqlite"
    confirmed = confirmed_until_killed(_writer(path, 100_000), lines)
    store = ProgressStore(path, NOW)
    assert store.notices == ()
    running = {one.id: one for one in store.open_attempts()}
    decided = {one.id: one for one in store.history()}
    for line in (one for one in confirmed if one.endswith("\n")):
        what, attempt, turn = line.split()
        assert {**running, **decided}[attempt].state == {"step": int(turn)}
        if what == "decided":
            assert [one.lesson for one in decided[attempt].remarks] == ["rule:always", f"rule:r{turn}"]
    _cards_follow_from_the_reviews(store)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_write_that_was_cut_off_half_way_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    store = ProgressStore(path, NOW)
    played(store, "case_a", NOW, result(("rule:wait",)))
    running = store.begin_attempt("case_b", NOW, {"page": 3})
    before, size = store.export_progress(), path.stat().st_size
    subprocess.run([sys.executable, "-c", _HALF_WAY, str(path)], check=False, timeout=60)
    assert path.stat().st_size > size  # part of the write had reached the file
    assert path.with_name("progress.sqlite-journal").exists()
    again = ProgressStore(path, NOW)
    assert again.notices == ()
    assert again.export_progress() == before
    assert again.resume(running).state == {"page": 3}


def test_two_programs_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "progress.sqlite"
    processes = [_writer(path, 8) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    store = ProgressStore(path, NOW)
    assert len(store.history()) == len(store.open_attempts()) == 8
    assert sum(output.count("decided") for output in outputs) == 8
    _cards_follow_from_the_reviews(store)
