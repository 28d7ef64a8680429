"""A progress file that is damaged, foreign or newer is set aside or refused; its bytes stay as they are."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from formulator.faults import FaultsFound
from formulator.learn.progress import ProgressStore, open_progress
from tests.learn.progress_made import NOW, played, result


def _sql(path: Path, *commands: str) -> None:
    connection = sqlite3.connect(path)
    for command in commands:
        connection.execute(command)
    connection.commit()
    connection.close()


def _other_database(path: Path) -> None:
    path.unlink()
    _sql(path, "CREATE TABLE recipes (id)", "INSERT INTO recipes VALUES ('bread')")


def _overwritten_in_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 : len(content) - 4096] = random.Random(7).randbytes(len(content) - 8192)
    path.write_bytes(bytes(content))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:9000]),
    "cut off inside the header": lambda path: path.write_bytes(path.read_bytes()[:60]),
    "header alone": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "random bytes": lambda path: path.write_bytes(random.Random(5).randbytes(5000)),
    "text": lambda path: path.write_text("Dear diary"),
    "empty": lambda path: path.write_bytes(b""),
    "another database": _other_database,
    "pages overwritten": _overwritten_in_the_middle,
    "a table is missing": lambda path: _sql(path, "DROP TABLE remarks"),
    "a column is missing": lambda path: _sql(path, "ALTER TABLE attempts DROP COLUMN sure"),
    "no version": lambda path: _sql(path, "DELETE FROM meta"),
    "odd version": lambda path: _sql(path, "UPDATE meta SET value = 'x1'"),
    "odd state": lambda path: _sql(path, "UPDATE attempts SET state = '{\"page\": '"),
    "odd moment": lambda path: _sql(path, "UPDATE attempts SET started = 'yesterday'"),
    "odd lesson": lambda path: _sql(path, "UPDATE reviews SET lesson = 'nothing'"),
    "half a decision": lambda path: _sql(path, "UPDATE attempts SET committed = NULL"),
    "remarks of nothing": lambda path: _sql(path, "PRAGMA foreign_keys=OFF", "UPDATE remarks SET attempt = 'gone'"),
    "odd card": lambda path: _sql(path, "UPDATE cards SET due = 7"),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "progress.sqlite"
    played(ProgressStore(place, NOW), "case_a", NOW, result(("rule:wait",)))
    return place


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_no_sound_progress_file_is_set_aside_with_a_message(
    path: Path, damage: Callable[[Path], object]
) -> None:
    damage(path)
    content = path.read_bytes()
    store = ProgressStore(path, NOW)
    aside = path.with_name("progress.sqlite.damaged-20261125-100000")
    assert aside.read_bytes() == content
    assert str(aside) in store.notices[0]
    assert store.history() == ()
    played(store, "case_b", NOW, result())
    again = ProgressStore(path, NOW)
    assert again.notices == ()
    assert [one.case for one in again.history()] == ["case_b"]
    assert aside.read_bytes() == content


def test_a_sound_file_is_left_alone(path: Path) -> None:
    content = path.read_bytes()
    assert ProgressStore(path, NOW).notices == ()
    assert path.read_bytes() == content


def test_two_damaged_files_at_the_same_moment_are_both_kept(path: Path) -> None:
    contents = [b"first", b"second", b"third"]
    for content in contents:
        path.write_bytes(content)
        ProgressStore(path, NOW)
    asides = sorted(path.parent.glob("*.damaged-*"), key=lambda one: (len(one.name), one.name))
    assert [one.read_bytes() for one in asides] == contents


def test_a_foreign_file_goes_aside_with_what_lies_beside_it(path: Path) -> None:
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("CREATE TABLE recipes (id)")
    other.commit()
    wal = path.with_name("progress.sqlite-wal")
    contents = path.read_bytes(), wal.read_bytes()
    assert contents[1]
    ProgressStore(path, NOW)
    aside = path.with_name("progress.sqlite.damaged-20261125-100000")
    assert (aside.read_bytes(), aside.with_name(aside.name + "-wal").read_bytes()) == contents
    other.close()


def test_a_journal_without_its_file_never_reaches_a_new_file(path: Path) -> None:
    path.unlink()
    journal = path.with_name("progress.sqlite-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\x00\x00\x00\x01" * 300)
    content = journal.read_bytes()
    played(ProgressStore(path, NOW), "case_b", NOW, result())
    assert [one.case for one in ProgressStore(path, NOW).history()] == ["case_b"]
    (aside,) = path.parent.glob("*.damaged-*-journal")
    assert aside.read_bytes() == content


def test_a_file_of_a_later_program_is_refused_and_not_moved(path: Path) -> None:
    _sql(path, "UPDATE meta SET value = '2'", "CREATE TABLE invented_later (id)")
    content = path.read_bytes()
    with pytest.raises(FaultsFound, match="later program"):
        ProgressStore(path, NOW)
    store = open_progress(NOW, path)
    assert not store.is_saved
    assert "later program" in store.notices[0]
    played(store, "case_b", NOW, result())
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_a_pipe_or_a_device_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "progress.sqlite"
    folder.mkdir()
    (folder / "letter").write_text("kept")
    places = [folder]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        places += [tmp_path / "pipe", Path("/dev/full")]
    for place in places:
        with pytest.raises(FaultsFound, match="folder or a device"):
            ProgressStore(place, NOW)
        assert place.exists()
    assert (folder / "letter").read_text() == "kept"


def test_damage_while_the_program_runs_is_said_in_words_without_what_was_stored(path: Path) -> None:
    store = ProgressStore(path, NOW)
    path.write_bytes(b"no database at all, " * 500)
    for act in (store.history, store.export_progress, lambda: store.begin_attempt("case_b", NOW)):
        with pytest.raises(FaultsFound, match="damaged"):
            act()
    _sql(path.with_name("other.sqlite"), "CREATE TABLE recipes (id)")
    assert ProgressStore(path, NOW).notices != ()
