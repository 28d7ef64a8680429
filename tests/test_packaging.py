"""The wheel alone answers: built, installed into an empty environment, run from a folder without the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT
from tests.test_command_line import PATIENT, TEXT

INTO_THE_WHEEL = (
    "formulator",
    "data",
    "models",
    ".streamlit",
    "app.py",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    "pyproject.toml",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy so that the checkout stays as it is."""
    source = tmp_path_factory.mktemp("source")
    for name in INTO_THE_WHEEL:
        origin = CHECKOUT / name
        if origin.is_dir():
            shutil.copytree(origin, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif origin.exists():
            shutil.copy(origin, source / name)
    offline = ["--no-isolation"] if find_spec("hatchling") else []
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", *offline, "--outdir", str(source / "dist"), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    [found] = (source / "dist").glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """An environment that holds the wheel, and sees the libraries of this one but not the checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(folder / "bin" / "python"),
            "install",
            "--quiet",
            "--no-deps",
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    [site] = folder.glob("lib/python*/site-packages")
    (site / "libraries_of_the_test.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return folder


def run(environment: Path, elsewhere: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """A program of the environment, run from another folder, with nothing inherited that could lead to the checkout."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [str(environment / "bin" / arguments[0]), *arguments[1:]],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=elsewhere,
        env=clean,
        check=False,
    )


def test_the_knowledge_travels_in_the_wheel_file_by_file(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = [path for path in (CHECKOUT / "data").rglob("*") if path.is_file()]
    missing = [
        path for path in shipped if f"formulator/data/{path.relative_to(CHECKOUT / 'data').as_posix()}" not in names
    ]
    assert not missing
    assert len(shipped) > 100
    assert [name for name in names if name.startswith("formulator/") and name.endswith("/app.py")]
    assert not [name for name in names if name.startswith(("tests/", "formulator/tests"))]


def test_the_installed_program_is_the_one_from_the_wheel_and_not_the_checkout(installed, tmp_path):
    found = run(installed, tmp_path, "python", "-c", "import formulator; print(formulator.__file__)").stdout.strip()
    assert Path(found).is_relative_to(installed)


def test_the_installed_wheel_answers_with_the_same_bytes_as_the_checkout(installed, tmp_path, run_program):
    arguments = ("recommend", "-", "--format", "json", "--date", "2026-11-25")
    answer = run(installed, tmp_path, "formulator", *arguments, stdin=TEXT)
    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["profile"] == PATIENT
    assert answer.stdout.encode() == run_program(*arguments, stdin=TEXT.encode()).stdout


def test_the_installed_wheel_lists_its_knowledge_and_refuses_bad_input(installed, tmp_path):
    assert run(installed, tmp_path, "formulator", "knowledge", "prp").returncode == 0
    assert json.loads(run(installed, tmp_path, "formulator", "schema").stdout)["type"] == "object"
    refused = run(installed, tmp_path, "formulator", "recommend", "-", stdin="age: old\n")
    assert (refused.returncode, refused.stdout) == (2, "")


def test_the_installed_wheel_prints_and_writes_a_calendar(installed, tmp_path):
    pytest.importorskip("typst")
    files = ("--pdf", "sheet.pdf", "--ics", "plan.ics", "--csv", "table.csv")
    done = run(installed, tmp_path, "formulator", "recommend", "-", *files, stdin=TEXT)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert b"-session-1@formulator" in (tmp_path / "plan.ics").read_bytes()
    assert (tmp_path / "table-sessions.csv").exists()
