"""Files from the command line: whole or not at all, and clear words where that is impossible."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from formulator.export.files import check_targets, write_all
from formulator.faults import FaultsFound
from tests.export.made import HAIR, REFUSED

DATE = ("--date", "2026-11-25")


@pytest.fixture
def profile(tmp_path):
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(HAIR), encoding="utf-8")
    return path


def left(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def test_all_files_are_written_and_named_and_standard_output_is_unchanged(profile, tmp_path, run_program):
    pytest.importorskip("typst")
    plain = run_program("recommend", str(profile), *DATE)
    files = ("--pdf", f"{tmp_path}/a.pdf", "--ics", f"{tmp_path}/a.ics", "--csv", f"{tmp_path}/a.csv")
    done = run_program("recommend", str(profile), *DATE, *files, "--zone", "Europe/Paris", "--clinical-titles")
    assert (done.returncode, done.stdout) == (0, plain.stdout)
    assert left(tmp_path) == {"profile.json", "a.pdf", "a.ics", "a.csv", "a-sessions.csv"}
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert b"TZID:Europe/Paris" in (tmp_path / "a.ics").read_bytes()
    assert done.stderr.decode().count("Written: ") == 4


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--pdf", "{folder}/none/a.pdf"), "does not exist"),
        (("--pdf", "{folder}"), "is not a file"),
        (("--ics", "{folder}/profile.json"), "the profile itself"),
        (("--csv", "{folder}/a.txt", "--ics", "{folder}/a.txt"), "already"),
        (("--csv", "{folder}/a.csv", "--pdf", "{folder}/a-sessions.csv"), "already"),
        (("--ics", "{folder}/a.ics", "--zone", "Mars/Base"), "not a time zone"),
        (("--ics", "/dev/null"), "is not a file"),
    ],
)
def test_what_cannot_be_delivered_is_refused_before_anything_is_written(profile, tmp_path, run_program, options, words):
    arguments = [one.format(folder=tmp_path) for one in options]
    done = run_program("recommend", str(profile), *DATE, *arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert words in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert left(tmp_path) == {"profile.json"}


def test_a_faulty_profile_writes_nothing(profile, tmp_path, run_program):
    profile.write_text('{"domain": "hair", "age": -1}', encoding="utf-8")
    done = run_program("recommend", str(profile), "--csv", f"{tmp_path}/a.csv")
    assert done.returncode == 2
    assert left(tmp_path) == {"profile.json"}


def test_no_dated_session_is_an_answer_without_a_calendar(profile, tmp_path, run_program):
    profile.write_text(json.dumps(REFUSED), encoding="utf-8")
    done = run_program("recommend", str(profile), *DATE, "--ics", f"{tmp_path}/a.ics")
    assert done.returncode == 0
    assert "no dated session" in done.stderr.decode()
    assert left(tmp_path) == {"profile.json"}


def test_a_missing_extra_is_named_with_its_remedy(profile, tmp_path, monkeypatch, capsys):
    from formulator import cli

    monkeypatch.setitem(sys.modules, "typst", None)
    monkeypatch.setattr("formulator.export.typesetting.find_spec", lambda name: None)
    with pytest.raises(SystemExit) as stopped:
        cli.main(["recommend", str(profile), "--pdf", f"{tmp_path}/a.pdf"])
    assert stopped.value.code == 2
    assert "formulator[pdf]" in capsys.readouterr().err
    assert left(tmp_path) == {"profile.json"}


def test_if_one_file_fails_none_is_changed(tmp_path):
    kept = tmp_path / "kept.csv"
    kept.write_bytes(b"old")
    with pytest.raises(FaultsFound):
        write_all({kept: b"new", tmp_path / "gone" / "b.csv": b"new"})
    assert kept.read_bytes() == b"old"
    assert left(tmp_path) == {"kept.csv"}


def test_a_replaced_file_keeps_its_permissions_and_a_new_one_is_private(tmp_path):
    old = tmp_path / "old.csv"
    old.write_bytes(b"")
    old.chmod(0o640)
    write_all({old: b"1", tmp_path / "new.csv": b"2"})
    assert [oct((tmp_path / name).stat().st_mode & 0o777) for name in ("old.csv", "new.csv")] == ["0o640", "0o600"]


def test_a_link_is_followed_not_replaced(tmp_path):
    real = tmp_path / "real.csv"
    real.write_bytes(b"old")
    link = tmp_path / "link.csv"
    link.symlink_to(real)
    write_all({link: b"new"})
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_refuses_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(FaultsFound, match="cannot be written"):
        check_targets({"--pdf": tmp_path / "a.pdf"})
