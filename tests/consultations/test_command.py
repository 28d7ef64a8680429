"""`formulator consultations`: what is kept, from the command line, in words and exit codes; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from formulator.cli import main
from formulator.consultations import ConsultationStore, consultations_file
from formulator.export.json_export import as_json
from tests.consultations.made import LABEL, NOW, answer, filled
from tests.consultations.test_trail import tamper


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FORMULATOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(main, ["consultations", *arguments], input=stdin)


def test_where_nothing_is_kept_that_is_said_and_nothing_is_made(home: Path) -> None:
    listed = run("list")
    assert (listed.exit_code, "is off" in listed.output) == (0, True)
    for command in (("show", "ab"), ("replay", "ab"), ("delete", "ab"), ("verify",), ("export", str(home / "x.json"))):
        found = run(*command)
        assert found.exit_code == 2
        assert "is off" in found.output
        assert "Traceback" not in found.output
    assert not consultations_file().exists()


def test_the_list_has_ids_that_the_other_commands_take() -> None:
    _, kept = filled(consultations_file())
    line = next(line for line in run("list").output.splitlines() if LABEL in line)
    identifier = line.split()[0]
    assert kept.startswith(identifier)
    shown = run("show", identifier).output
    assert "GIVEN" in shown
    assert "Hair density: 120 on 2026-11-25, 131.5 on 2026-12-25: 11.5 hairs/cm2 better" in shown
    assert "not a promise" in shown
    assert run("show", identifier, "--format", "json").output == as_json(answer())


def test_a_replay_says_whether_it_came_out_the_same_and_gives_the_same_bytes() -> None:
    _, kept = filled(consultations_file())
    text = run("replay", kept)
    assert (text.exit_code, "byte for byte" in text.output) == (0, True)
    found = run("replay", kept, "--format", "json")
    assert found.stdout == as_json(answer())


def test_an_export_is_imported_elsewhere(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(consultations_file())
    target = tmp_path / "all.json"
    assert run("export", str(target)).exit_code == 0
    assert len(json.loads(target.read_bytes())["consultations"]) == 2
    assert run("export", str(consultations_file())).exit_code == 2
    monkeypatch.setenv("FORMULATOR_HOME", str(tmp_path / "other"))
    ConsultationStore(consultations_file(), NOW).switch(on=True, now=NOW)
    assert "2 consultations and 3 additions" in run("import", str(target)).output
    missing = run("import", str(tmp_path / "missing.json"))
    assert (missing.exit_code, "Traceback" in missing.output) == (2, False)


def test_deleting_asks_and_a_no_deletes_nothing() -> None:
    store, kept = filled(consultations_file())
    assert run("delete", kept[:8], stdin="n\n").exit_code == 1
    assert kept in [one.id for one in store.listed()]
    assert run("delete", kept[:8], stdin="y\n").exit_code == 0
    assert kept not in [one.id for one in store.listed()]


def test_verification_ends_with_one_where_something_does_not_fit() -> None:
    store, kept = filled(consultations_file())
    sound = run("verify")
    assert (sound.exit_code, store.verify().head in sound.output) == (0, True)
    assert run("verify", "--noted", store.verify().head).exit_code == 0
    assert run("verify", "--noted", "ab").exit_code == 1
    tamper(consultations_file(), f"UPDATE consultations SET label = 'x' WHERE id = '{kept}'")
    found = run("verify")
    assert found.exit_code == 1
    assert "Entry 2 does not fit: what it recorded was changed." in found.output
    assert LABEL not in found.output
