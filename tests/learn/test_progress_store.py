"""Progress is saved step by step, one decision at a time, from many windows at once, and can be deleted wholly."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from formulator.faults import FaultsFound
from formulator.keeping.connection import engine_for
from formulator.learn.commitment import plain_commitment
from formulator.learn.diagnosis.remark import Lesson
from formulator.learn.progress import ProgressStore, open_progress, progress_file
from formulator.learn.progress.records import commitment_of
from tests.at_once import all_at_once
from tests.learn.progress_made import DAY, NOW, decision, played, remark, result

_ON = ("foreign_keys", "secure_delete", "cell_size_check")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "progress.sqlite"


@pytest.fixture
def store(path: Path) -> ProgressStore:
    return ProgressStore(path, NOW)


def test_a_case_that_was_left_in_the_middle_goes_on_exactly_there(store: ProgressStore, path: Path) -> None:
    attempt = store.begin_attempt("case_a", NOW, {"revealed": []})
    state = {"revealed": ["ferritin", "tsh"], "draft": {"cause": "postpartum", "sure": 40}, "page": 2}
    store.save_step(attempt, state, NOW + DAY)
    again = ProgressStore(path, NOW + 2 * DAY)
    assert again.notices == ()
    (found,) = again.open_attempts()
    assert found == again.resume(attempt)
    assert (found.case, found.state, found.started, found.saved) == ("case_a", state, NOW, NOW + DAY)


def test_a_step_that_changes_nothing_is_not_written_again(store: ProgressStore, path: Path) -> None:
    attempt = store.begin_attempt("case_a", NOW, {"page": 2})
    before = path.read_bytes()
    store.save_step(attempt, {"page": 2}, NOW + DAY)
    assert path.read_bytes() == before


def test_a_decision_is_kept_with_its_remarks_and_its_lessons_come_back(store: ProgressStore, path: Path) -> None:
    judged = result(("rule:wait",), ("rule:iron",), ("wait", "other"), decision_right=False)
    attempt = store.begin_attempt("case_a", NOW)
    (back,) = store.commit_attempt(attempt, decision(80), judged, NOW + DAY)
    assert (back.lesson, back.missed_in, back.missed_at) == (Lesson("rule", "wait"), "case_a", NOW + DAY)
    assert back.due > NOW + DAY
    (kept,) = ProgressStore(path, NOW).history()
    assert kept.committed == plain_commitment(decision(80))
    assert commitment_of(kept.committed or {}) == decision(80)
    assert (kept.sure, kept.decision_right, kept.indication) == (80, False, "melasma")
    assert [(one.lesson, one.right) for one in kept.remarks] == [("rule:wait", False), ("rule:iron", True)]
    assert store.open_attempts() == ()


def test_a_decision_is_never_replaced_and_a_decided_case_does_not_go_on(store: ProgressStore) -> None:
    attempt = played(store, "case_a", NOW, result(("rule:wait",)))
    before = store.export_progress()
    for again in (
        lambda: store.commit_attempt(attempt, decision(10), result(), NOW + DAY),
        lambda: store.save_step(attempt, {"page": 1}, NOW + DAY),
        lambda: store.abandon(attempt),
        lambda: store.resume(attempt),
    ):
        with pytest.raises(FaultsFound, match="decided already"):
            again()
    assert store.export_progress() == before


def test_an_attempt_that_is_given_up_is_forgotten_to_the_byte(store: ProgressStore, path: Path) -> None:
    attempt = store.begin_attempt("very_special_case", NOW)
    assert b"very_special_case" in path.read_bytes()
    store.abandon(attempt)
    assert b"very_special_case" not in path.read_bytes()
    with pytest.raises(FaultsFound, match="not kept any more"):
        store.save_step(attempt, {}, NOW)


@pytest.mark.parametrize(
    "state",
    [
        {"note": "Mrs Smith, 42"},
        {"Mrs Smith": 1},
        {"deep": [[[[[[[[1]]]]]]]]},
        {"long": "x" * 300},
        {"number": float("nan")},
        {"many": [1] * 5000},
        {"object": object()},
    ],
    ids=lambda state: next(iter(state)),
)
def test_only_coded_choices_of_bounded_size_are_kept(store: ProgressStore, state: dict[str, object]) -> None:
    attempt = store.begin_attempt("case_a", NOW, {"page": 1})
    with pytest.raises(FaultsFound, match="coded choices only") as found:
        store.save_step(attempt, state, NOW)
    assert "Smith" not in str(found.value)
    assert store.resume(attempt).state == {"page": 1}


def test_where_a_remark_cannot_be_kept_the_attempt_stays_as_it_was(store: ProgressStore) -> None:
    attempt = store.begin_attempt("case_a", NOW, {"page": 1})
    before = store.export_progress()
    broken = result(("rule:wait", "rule:no such id"))
    with pytest.raises(FaultsFound):
        store.commit_attempt(attempt, decision(), broken, NOW)
    assert store.export_progress() == before


def test_the_sentences_of_remarks_are_not_kept(store: ProgressStore, path: Path) -> None:
    played(store, "case_a", NOW, result(("rule:wait",)))
    assert remark("rule:wait").text.encode() not in path.read_bytes()


def test_a_moment_without_time_zone_is_an_error_of_the_program(store: ProgressStore) -> None:
    with pytest.raises(ValueError, match="time zone"):
        store.begin_attempt("case_a", datetime(2026, 11, 25))  # noqa: DTZ001 - that is the point


def test_file_and_folder_are_for_their_owner_alone(store: ProgressStore, path: Path) -> None:
    played(store, "case_a", NOW, result(("rule:wait",)))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_the_place_follows_the_environment_or_the_users_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORMULATOR_HOME", str(tmp_path / "mine"))
    assert progress_file() == tmp_path / "mine" / "progress.sqlite"
    monkeypatch.setenv("FORMULATOR_HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert progress_file().is_absolute()
    assert "formulator" in progress_file().parts


def test_windows_that_write_at_once_lose_nothing(path: Path) -> None:
    stores = [ProgressStore(path, NOW), ProgressStore(path, NOW)]

    def write(thread: int) -> None:
        for turn in range(8):
            played(stores[thread % 2], f"case_{thread}_{turn}", NOW, result(("rule:shared", f"rule:r{thread}")))

    all_at_once(write, 4)
    history = stores[0].history()
    assert {one.case for one in history} == {f"case_{thread}_{turn}" for thread in range(4) for turn in range(8)}
    assert len(stores[0].scheduled()) == 5


def test_of_two_windows_that_decide_the_same_attempt_one_does(path: Path) -> None:
    stores = [ProgressStore(path, NOW), ProgressStore(path, NOW)]
    attempt = stores[0].begin_attempt("case_a", NOW)
    refused: list[str] = []

    def decide(number: int) -> None:
        try:
            stores[number].commit_attempt(attempt, decision(number), result(("rule:wait",)), NOW)
        except FaultsFound as found:
            refused.append(str(found))

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(refused) == 1
    assert "decided already" in refused[0]
    assert len(stores[0].history()) == 1


def test_deleting_leaves_no_trace_of_a_case_in_the_folder(store: ProgressStore, path: Path) -> None:
    played(store, "very_special_case", NOW, result(("rule:wait",)))
    assert b"very_special_case" in _bytes_of(path.parent)
    assert store.delete_everything() == ()
    assert b"very_special_case" not in _bytes_of(path.parent)
    assert list(path.parent.iterdir()) == []
    assert store.history() == ()
    store.begin_attempt("case_b", NOW)
    assert [one.case for one in ProgressStore(path, NOW).open_attempts()] == ["case_b"]


def test_a_wiped_file_holds_nothing_even_for_who_kept_it_open(store: ProgressStore, path: Path) -> None:
    played(store, "very_special_case", NOW, result(("rule:wait",)))
    with path.open("rb") as kept_open:
        store.delete_everything()
        assert b"very_special_case" not in kept_open.read()


def test_another_window_goes_on_after_everything_was_deleted(path: Path) -> None:
    one, other = ProgressStore(path, NOW), ProgressStore(path, NOW)
    attempt = other.begin_attempt("case_a", NOW)
    one.delete_everything()
    with pytest.raises(FaultsFound, match="not kept any more"):
        other.save_step(attempt, {"page": 1}, NOW)
    assert other.history() == ()
    assert other.scheduled() == ()
    other.begin_attempt("case_b", NOW)
    assert [found.case for found in one.open_attempts()] == ["case_b"]


def test_nothing_is_confirmed_that_went_into_a_file_deleted_meanwhile(path: Path) -> None:
    store, outcome = ProgressStore(path, NOW), []

    def write() -> None:
        try:
            outcome.append(store.begin_attempt("case_a", NOW))
        except FaultsFound as found:
            outcome.append(str(found))

    blocking = sqlite3.connect(path, isolation_level=None)
    blocking.execute("BEGIN EXCLUSIVE")
    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(0.3)  # by then it waits; were it slower, it would begin a new file, which is right as well
    path.unlink()
    blocking.execute("ROLLBACK")
    thread.join()
    blocking.close()
    kept = [one.id for one in ProgressStore(path, NOW).open_attempts()]
    assert kept == outcome or "deleted or moved" in outcome[0]


def test_a_step_never_rests_on_what_another_program_is_about_to_change(path: Path) -> None:
    store, outcome = ProgressStore(path, NOW), []
    attempt = store.begin_attempt("case_a", NOW)

    def write() -> None:
        try:
            outcome.append(store.save_step(attempt, {"page": 1}, NOW))
        except FaultsFound as found:
            outcome.append(str(found))

    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM attempts")
    thread = threading.Thread(target=write)
    thread.start()
    time.sleep(0.3)  # by then it waits for its turn
    other.execute("COMMIT")
    thread.join()
    other.close()
    assert "not kept any more" in outcome[0]


def test_files_that_were_set_aside_are_deleted_only_when_asked(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"somebody else's")
    store = ProgressStore(path, NOW)
    (aside,) = store.delete_everything()
    assert aside.read_bytes() == b"somebody else's"
    assert store.delete_everything(also_set_aside=True) == ()
    assert list(path.parent.iterdir()) == []


def test_progress_in_memory_works_the_same_and_says_that_it_is_not_kept() -> None:
    store = ProgressStore(None, NOW)
    played(store, "case_a", NOW, result(("rule:wait",)))
    assert not store.is_saved
    assert len(store.history()) == len(store.scheduled()) == 1
    store.delete_everything()
    assert store.history() == ()


@pytest.fixture
def nobody(tmp_path: Path) -> Iterator[None]:
    """As a user for whom permissions count, even where tests run as the superuser."""
    if not hasattr(os, "seteuid"):
        pytest.skip("permissions of this kind are unknown here")
    ranks = [tmp_path, *tmp_path.parents]
    closed = [one for one in ranks if one.stat().st_uid == os.geteuid() and one.stat().st_mode & 0o011 != 0o011]
    modes = {one: one.stat().st_mode for one in closed}
    before = os.geteuid()
    if before == 0:
        for one in closed:
            one.chmod(modes[one] | 0o055)
        os.seteuid(65534)
    yield
    if before == 0:
        os.seteuid(before)
        for one, mode in modes.items():
            one.chmod(mode)


def _bytes_of(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*"))


def _refused(path: Path, match: str) -> None:
    with pytest.raises(FaultsFound, match=match):
        ProgressStore(path, NOW)
    store = open_progress(NOW, path)
    assert not store.is_saved
    assert "not saved" in store.notices[0]
    assert str(path) in store.notices[0]
    store.begin_attempt("case_a", NOW)


@pytest.mark.usefixtures("nobody")
def test_without_permission_the_program_goes_on_unsaved_and_says_so(tmp_path: Path) -> None:
    as_nobody, before = os.geteuid(), os.getuid()
    os.seteuid(before)
    folder = tmp_path / "home"
    folder.mkdir()
    path = folder / "progress.sqlite"
    played(ProgressStore(path, NOW), "case_a", NOW, result())
    content = path.read_bytes()
    for folder_mode, file_mode, words in (
        (0o755, 0o444, "may not be written"),
        (0o555, 0o666, "may not be written"),
        (0o755, 0o000, "refuses: permission denied"),
        (0o000, 0o644, "refuses: permission denied"),
    ):
        path.chmod(file_mode)
        folder.chmod(folder_mode)
        os.seteuid(as_nobody)
        _refused(path, words)
        os.seteuid(before)
        folder.chmod(0o755)
        path.chmod(0o644)
        assert path.read_bytes() == content
        assert list(folder.iterdir()) == [path]


def test_a_place_that_cannot_be_made_is_refused_in_words() -> None:
    _refused(Path("/proc/no-such-thing/progress.sqlite"), "refuses")


def test_a_full_disk_keeps_what_was_saved(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ProgressStore(path, NOW)
    monkeypatch.setattr(
        "formulator.keeping.connection._SETTINGS",
        ("PRAGMA foreign_keys=ON", "PRAGMA synchronous=EXTRA", "PRAGMA max_page_count=1"),
    )
    _fills_up(store, path, "disk is full")


def test_a_disk_that_takes_no_more_bytes_keeps_what_was_saved(path: Path) -> None:
    resource = pytest.importorskip("resource")
    store = ProgressStore(path, NOW)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    try:
        _fills_up(store, path, "disk")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    store.begin_attempt("case_after", NOW)


def _fills_up(store: ProgressStore, path: Path, words: str) -> None:
    """Writes until the disk refuses; then everything confirmed is there, and nothing else."""
    confirmed = [store.begin_attempt("case_a", NOW, {"page": 1})]
    large = {f"field_{number}": "x" * 100 for number in range(100)}
    with pytest.raises(FaultsFound, match=words):
        confirmed.extend(store.begin_attempt("case_b", NOW, large) for _ in range(100))
    with pytest.raises(FaultsFound, match=words):
        store.save_step(confirmed[0], large, NOW)
    again = ProgressStore(path, NOW)
    assert again.notices == ()
    assert {one.id for one in again.open_attempts()} == set(confirmed)
    assert again.resume(confirmed[0]).state == {"page": 1}


def test_the_file_is_a_sound_database_of_one_piece(store: ProgressStore, path: Path) -> None:
    played(store, "case_a", NOW, result(("rule:wait",), ("rule:iron",)))
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


def test_every_connection_waits_for_the_disk_checks_references_and_overwrites_what_is_deleted(
    store: ProgressStore, path: Path
) -> None:
    assert store.path == path
    with engine_for(path).connect() as connection:
        kept = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", *_ON)}
    assert kept == {"synchronous": 3, **dict.fromkeys(_ON, 1)}
