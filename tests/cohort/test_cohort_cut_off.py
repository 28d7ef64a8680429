"""A run that is cut off loses at most the blocks in hand: it goes on, and the whole has the bytes of an uncut run."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from formulator.cohort import run as running
from formulator.cohort.parts import Parts, locked
from formulator.faults import FaultsFound
from tests.cohort.conftest import ROWS, SMALL_BLOCK, left_behind
from tests.conftest import CHECKOUT

FORMS = ["parquet", "csv", "jsonl"]
NEVER = 10_000
OLD = b"what was there before"


class Killed(BaseException):
    """The process ends here, in the middle of a write."""


class Disk:
    """Counts what is written; at one write it leaves half of it and raises."""

    def __init__(self, monkeypatch, at, error):
        self.at, self.error, self.count = at, error, 0
        self.real = {name: getattr(Path, name) for name in ("write_bytes", "replace")}
        self.real_fsync = os.fsync

        def write_bytes(path, content):
            return self.write(path, content)

        def replace(path, target):
            return self.move(path, target)

        monkeypatch.setattr(Path, "write_bytes", write_bytes)
        monkeypatch.setattr(Path, "replace", replace)
        monkeypatch.setattr(os, "fsync", self.fsync)

    def step(self):
        self.count += 1
        if self.count == self.at:
            raise self.error

    def write(self, path, content):
        try:
            self.step()
        except BaseException:
            self.real["write_bytes"](path, content[: len(content) // 2])
            raise
        return self.real["write_bytes"](path, content)

    def move(self, path, target):
        self.step()
        return self.real["replace"](path, target)

    def fsync(self, handle):
        self.step()
        self.real_fsync(handle)


def outcome(out):
    """All that a run leaves beside its input."""
    return {one.name: one.read_bytes() for one in sorted(out.parent.iterdir()) if one.is_file()}


@pytest.fixture(params=FORMS)
def uncut(request, cohort_csv, answer, tmp_path, small_blocks):
    """The name of the answer and everything that an uncut run writes."""
    folder = tmp_path / "uncut"
    folder.mkdir()
    out = folder / f"answer.{request.param}"
    ended, _ = answer(cohort_csv, out)
    assert ended.rejected > 0
    assert left_behind(out) >= {f"{out.name}.rejects.csv"}
    return out.name, outcome(out)


def every_write(cohort_csv, answer, folder, name, monkeypatch):
    """How many writes an uncut run makes."""
    folder.mkdir()
    with monkeypatch.context() as patch:
        disk = Disk(patch, NEVER, Killed())
        answer(cohort_csv, folder / name)
    return disk.count


def points(name, writes):
    """Writes at which to cut: marker, parts and commits, and all of the end; once for each form of the end."""
    beginning = [1, 2, 3, 4, 5, 6, 11] if name.endswith("parquet") else []
    return [*beginning, *range(writes - 6, writes + 1)]


def test_a_kill_at_any_write_loses_nothing_and_doubles_nothing(uncut, cohort_csv, answer, tmp_path, monkeypatch):
    name, expected = uncut
    writes = every_write(cohort_csv, answer, tmp_path / "count", name, monkeypatch)
    assert writes > 15
    for at in points(name, writes):
        folder = tmp_path / f"killed{at}"
        folder.mkdir()
        out = folder / name
        out.write_bytes(OLD)
        with monkeypatch.context() as patch:
            Disk(patch, at, Killed())
            with pytest.raises(Killed):
                answer(cohort_csv, out)
        assert out.read_bytes() in (OLD, expected[name])
        goes_on = out.with_name(f"{name}.partial.json").exists()
        answer(cohort_csv, out, resume=goes_on, restart=not goes_on)
        assert outcome(out) == expected


def test_a_full_disk_at_any_write_leaves_the_old_answer_and_can_go_on(uncut, cohort_csv, answer, tmp_path, monkeypatch):
    name, expected = uncut
    writes = every_write(cohort_csv, answer, tmp_path / "count", name, monkeypatch)
    for at in points(name, writes)[::2]:
        folder = tmp_path / f"full{at}"
        folder.mkdir()
        out = folder / name
        out.write_bytes(OLD)
        with monkeypatch.context() as patch:
            Disk(patch, at, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
            with pytest.raises(FaultsFound, match=r"No space left on device.*--resume"):
                answer(cohort_csv, out)
        assert out.read_bytes() == OLD
        goes_on = out.with_name(f"{name}.partial.json").exists()
        answer(cohort_csv, out, resume=goes_on, restart=not goes_on)
        assert outcome(out) == expected


def test_resuming_answers_only_what_is_not_answered_yet(cohort_csv, answer, tmp_path, small_blocks, monkeypatch):
    out = tmp_path / "answer.parquet"
    with monkeypatch.context() as patch:
        Disk(patch, 17, Killed())
        with pytest.raises(Killed):
            answer(cohort_csv, out)
    kept = sorted(one.name for one in (tmp_path / "answer.parquet.partial").glob("*.json"))
    assert len(kept) > 1
    made = []
    real = Parts.add
    monkeypatch.setattr(Parts, "add", lambda self, part: (made.append(part.index), real(self, part)))
    answer(cohort_csv, out, resume=True)
    assert sorted([*made, *(int(one.removesuffix(".json")) for one in kept)]) == list(range(3))


def test_every_finished_part_is_a_file_that_can_be_read(cohort_csv, answer, tmp_path, small_blocks, monkeypatch):
    out = tmp_path / "answer.parquet"
    with monkeypatch.context() as patch:
        Disk(patch, 17, Killed())
        with pytest.raises(Killed):
            answer(cohort_csv, out)
    part = pq.read_table(out.with_name("answer.parquet.partial") / "000001.parquet")
    assert part.column("row")[0].as_py() == SMALL_BLOCK + 1


def test_a_part_that_was_damaged_is_made_again(uncut, cohort_csv, answer, tmp_path, monkeypatch):
    name, expected = uncut
    folder = tmp_path / "damaged"
    folder.mkdir()
    out = folder / name
    with monkeypatch.context() as patch:
        Disk(patch, 17, Killed())
        with pytest.raises(Killed):
            answer(cohort_csv, out)
    parts = sorted(out.with_name(f"{name}.partial").glob("00000?.*"))
    for one in parts[:4]:
        content = bytearray(one.read_bytes())
        content[len(content) // 2] ^= 0xFF
        one.write_bytes(content)
    parts[-1].unlink()
    answer(cohort_csv, out, resume=True)
    assert outcome(out) == expected


def stopped_run(cohort_csv, answer, out, monkeypatch, **asked):
    with monkeypatch.context() as patch:
        Disk(patch, 17, Killed())
        with pytest.raises(Killed):
            answer(cohort_csv, out, **asked)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"today": "2026-11-26"}, "date"),
        ({"lists": True}, "lists"),
        ({"extras": ("questions",)}, "extras"),
        ({"input": True}, "input"),
        ({"knowledge": True}, "knowledge"),
    ],
)
def test_resuming_is_refused_where_anything_differs(
    change, named, cohort_csv, answer, tmp_path, small_blocks, monkeypatch, knowledge
):
    from dataclasses import replace

    from formulator.cohort import start

    source, out = tmp_path / "cohort.csv", tmp_path / "answer.parquet"
    source.write_bytes(cohort_csv.read_bytes())
    stopped_run(source, answer, out, monkeypatch)
    asked = dict(change)
    if asked.pop("input", False):
        source.write_bytes(source.read_bytes() + b"c9999\n")
    if asked.pop("knowledge", False):
        monkeypatch.setattr(start, "ready_knowledge", lambda: replace(knowledge, sha256="0" * 64))
    before = {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    with pytest.raises(FaultsFound, match=rf"differs: .*{named}"):
        start.cohort_answered(
            start.Wanted(source, out, **{"today": "2026-11-25", "resume": True, **asked}), lambda _: None
        )
    assert before == {one: one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}


def test_what_a_run_has_left_is_not_thrown_away_unasked(cohort_csv, answer, tmp_path, small_blocks, monkeypatch):
    out = tmp_path / "answer.csv"
    stopped_run(cohort_csv, answer, out, monkeypatch)
    with pytest.raises(FaultsFound, match=r"--resume.*--restart"):
        answer(cohort_csv, out)
    ended, _ = answer(cohort_csv, out, restart=True)
    assert ended.answered + ended.rejected == ROWS
    assert "partial" not in "".join(left_behind(out))


def test_there_must_be_something_to_go_on_with(cohort_csv, answer, tmp_path):
    with pytest.raises(FaultsFound, match="no run to go on with"):
        answer(cohort_csv, tmp_path / "answer.csv", resume=True)
    assert not list(tmp_path.iterdir())


def test_two_processes_do_not_work_on_one_answer(cohort_csv, answer, tmp_path, small_blocks, monkeypatch):
    out = tmp_path / "answer.csv"
    stopped_run(cohort_csv, answer, out, monkeypatch)
    held = locked(out.with_name("answer.csv.partial"))
    with pytest.raises(FaultsFound, match="Another process"):
        answer(cohort_csv, out, resume=True)
    assert held is not None
    held.close()
    answer(cohort_csv, out, resume=True)


def test_a_signal_while_blocks_are_answered_keeps_what_is_done(cohort_csv, answer, tmp_path, small_blocks, monkeypatch):
    out = tmp_path / "answer.parquet"
    real = running._keep

    def keep(part, *rest):
        real(part, *rest)
        if part.index == 1:
            signal.raise_signal(signal.SIGTERM)

    with monkeypatch.context() as patch:
        patch.setattr(running, "_keep", keep)
        ended, said = answer(cohort_csv, out)
    assert ended.stopped_by == signal.SIGTERM
    assert ended.answered + ended.rejected == 2 * SMALL_BLOCK
    assert "--resume" in said[-1]
    assert json.loads(out.with_name("answer.parquet.partial.json").read_text())["state"] == "stopped"
    assert not out.exists()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    ended, _ = answer(cohort_csv, out, resume=True)
    assert ended.answered + ended.rejected == ROWS


BEGIN = """
import sys
from formulator.cohort import start
start.rows_of_block = lambda columns, costly: 128
from formulator.cli import main
main()
"""


def command(out, source, *options):
    """The command in a process of its own, with small blocks."""
    arguments = ["cohort", str(source), str(out), "--date", "2026-11-25", "--with", "questions", *options]
    return [sys.executable, "-c", BEGIN, *arguments]


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_process_that_is_cut_off_anywhere_goes_on(kind, cohort_csv, answer, tmp_path, small_blocks):
    uncut_out, out = tmp_path / "uncut" / "answer.parquet", tmp_path / "cut" / "answer.parquet"
    for one in (uncut_out, out):
        one.parent.mkdir()
    answer(cohort_csv, uncut_out, extras=("questions",))
    process = subprocess.Popen(command(out, cohort_csv), cwd=CHECKOUT, stderr=subprocess.PIPE)
    marker = out.with_name("answer.parquet.partial")
    until = time.monotonic() + 50
    while process.poll() is None and not list(marker.glob("*.json")) and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(kind)
    _, said = process.communicate(timeout=50)
    assert process.returncode in ({-kind} if kind == signal.SIGKILL else {128 + kind, 1})
    assert b"Traceback" not in said
    assert out.exists() != marker.exists()
    if marker.exists():
        ended, _ = answer(cohort_csv, out, extras=("questions",), resume=True)
        assert ended.answered + ended.rejected == ROWS
    assert outcome(out) == outcome(uncut_out)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of files are those of Unix")
def test_a_file_that_may_not_grow_ends_with_a_message_and_exit_two(cohort_csv, tmp_path):
    out = tmp_path / "answer.jsonl"
    out.write_bytes(OLD)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
    arguments = command(out, cohort_csv)
    arguments[2] = limit + arguments[2]
    done = subprocess.run(arguments, cwd=CHECKOUT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"The disk refuses to write" in done.stderr
    assert b"--resume" in done.stderr
    assert out.read_bytes() == OLD
