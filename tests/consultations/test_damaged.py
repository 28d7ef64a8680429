"""A damaged or foreign file is set aside unchanged; a kill at any moment and two programs at once lose nothing."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from formulator.consultations import ConsultationStore, open_consultations
from formulator.faults import FaultsFound
from tests.at_once import confirmed_until_killed
from tests.conftest import CHECKOUT
from tests.consultations.made import NOW, answer, filled

_HALF_WAY = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size=1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("DELETE FROM consultations")
for number in range(50):
    connection.execute("INSERT INTO meta VALUES (?, ?)", (f"key{number}", "y" * 5000))
os.kill(os.getpid(), signal.SIGKILL)
"""


def _sql(path: Path, *commands: str) -> None:
    connection = sqlite3.connect(path)
    for command in commands:
        connection.execute(command)
    connection.commit()
    connection.close()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:9000]),
    "text": lambda path: path.write_text("Dear diary"),
    "empty": lambda path: path.write_bytes(b""),
    "zeros in the middle": lambda path: path.write_bytes(path.read_bytes()[:5000] + bytes(60000)),
    "a table is missing": lambda path: _sql(path, "DROP TABLE given"),
    "a column is missing": lambda path: _sql(path, "ALTER TABLE consultations DROP COLUMN label"),
    "no version": lambda path: _sql(path, "DELETE FROM meta WHERE key = 'schema'"),
    "the progress of a trainee": lambda path: _sql(path, "PRAGMA application_id=1179472978"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_no_sound_file_is_set_aside_and_keeping_is_off(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    path = tmp_path / "consultations.sqlite"
    filled(path)
    damage(path)
    content = path.read_bytes()
    store = open_consultations(NOW, path)
    assert store is not None
    aside = path.with_name("consultations.sqlite.damaged-20261125-100000")
    assert aside.read_bytes() == content
    assert str(aside) in store.notices[0]
    assert not store.is_on
    assert store.listed() == ()


def test_a_file_of_a_later_program_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "consultations.sqlite"
    filled(path)
    _sql(path, "UPDATE meta SET value = '2' WHERE key = 'schema'")
    content = path.read_bytes()
    with pytest.raises(FaultsFound, match="later program"):
        open_consultations(NOW, path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def _writer(path: Path, most: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.consultations.writer", str(path), str(most)]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)


def _is_as_confirmed(path: Path, confirmed: list[str]) -> None:
    store = ConsultationStore(path, NOW)
    assert store.notices == ()
    assert store.verify().breaks == ()
    whole = [line.split() for line in confirmed if line.endswith("\n")]
    gone = {identifier for what, identifier in whole if what == "deleted"}
    kept = {identifier for what, identifier in whole if what == "kept"} - gone
    there = {one.id: store.consultation(one.id) for one in store.listed()}
    not_yet_said = kept & set(_deleted(store))
    assert len(not_yet_said) <= 1  # at most the step that was running at the kill
    assert kept - not_yet_said <= set(there)
    assert not gone & set(there)
    additions = {addition.id for one in there.values() for addition in one.given}
    said = {identifier for what, identifier in whole if what == "given"}
    recorded = {one.item for one in store.trail() if one.action == "given"}
    assert said <= recorded
    assert additions == {one.item for one in store.trail() if one.action == "given" and one.consultation in there}


def _deleted(store: ConsultationStore) -> list[str]:
    return [one.consultation for one in store.trail() if one.action == "deleted"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
@pytest.mark.parametrize("lines", [1, 2, 9])
def test_what_was_confirmed_before_the_kill_is_there_after_it(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "consultations.sqlite"
    _is_as_confirmed(path, confirmed_until_killed(_writer(path, 100_000), lines))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_a_write_that_was_cut_off_half_way_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "consultations.sqlite"
    store, kept = filled(path)
    size = path.stat().st_size
    subprocess.run([sys.executable, "-c", _HALF_WAY, str(path)], check=False, timeout=60)
    assert path.stat().st_size > size
    again = ConsultationStore(path, NOW)
    assert again.notices == ()
    assert again.consultation(kept).answer == store.consultation(kept).answer


def test_two_programs_that_write_at_once_lose_nothing_and_make_one_trail(tmp_path: Path) -> None:
    path = tmp_path / "consultations.sqlite"
    processes = [_writer(path, 5) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    _is_as_confirmed(path, "".join(outputs).splitlines(keepends=True))
    store = ConsultationStore(path, NOW)
    assert len(store.listed()) == 8
    assert [one.action for one in store.trail()].count("switched_on") == 1


def test_a_consultation_can_be_kept_again_after_the_damaged_file_was_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "consultations.sqlite"
    path.write_text("Dear diary")
    store = ConsultationStore(path, NOW)
    store.switch(on=True, now=NOW)
    store.keep(answer(), NOW)
    assert ConsultationStore(path, NOW).notices == ()
