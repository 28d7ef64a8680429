"""A knowledge file that is wrong is reported with its file, its line and the name of the item; never a traceback."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner

from formulator.cli import main
from formulator.faults import Fault
from formulator.knowledge.lint import LintReport, lint_report
from tests.conftest import CHECKOUT
from tests.knowledge.breakages_of_items import OF_ITEMS
from tests.knowledge.breakages_of_positions import OF_POSITIONS
from tests.knowledge.breakages_of_rules import OF_RULES
from tests.knowledge.breaking import VITAL, Breakage, broken

pytestmark = pytest.mark.usefixtures("an_unchanged_file_is_parsed_once")

BREAKAGES = (*OF_RULES, *OF_ITEMS, *OF_POSITIONS)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The knowledge base copied once, without its versions: what is broken here is no release."""
    folder = tmp_path_factory.mktemp("knowledge") / "data"
    shutil.copytree(CHECKOUT / "data", folder, ignore=shutil.ignore_patterns("versions"))
    return folder


@pytest.fixture(scope="module")
def sound(copy) -> frozenset[Fault]:
    """What the lint says about the copy before anything is broken (nothing, once the knowledge is complete)."""
    return frozenset(lint_report(copy).faults)


@pytest.fixture
def kept(copy):
    """The copy, put right again after the test."""
    changed: list[str] = []
    yield lambda name: changed.append(name) or copy
    for name in changed:
        shutil.copy(CHECKOUT / "data" / name, copy / name)


def line_count(folder, name: str) -> int:
    """The number of lines of a file, 0 where it is gone."""
    path = folder / name
    return len(path.read_bytes().splitlines()) + 1 if path.exists() else 0


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda one: one.what.replace(" ", "_"))
def test_the_lint_names_the_file_the_line_and_the_item(breakage: Breakage, kept, sound):
    folder = kept(breakage.file)
    broken(folder, breakage)
    report = lint_report(folder)
    new = [fault for fault in report.faults if fault not in sound]
    assert new, "the lint says nothing"
    about = [fault for fault in new if all(word in str(fault) for word in breakage.words)]
    assert about, "\n".join(map(str, new))
    if breakage.has_line:
        placed = [fault for fault in about if fault.place.file == f"data/{breakage.file}" and fault.place.line]
        assert placed, "\n".join(map(str, about))
        assert all(fault.place.line <= line_count(folder, breakage.file) for fault in placed)
    assert "Traceback" not in report.text()


@pytest.mark.parametrize("breakage", BREAKAGES[::12], ids=lambda one: one.what.replace(" ", "_"))
def test_the_command_line_names_the_fault_and_never_answers_from_unreadable_knowledge(breakage, kept, monkeypatch):
    folder = kept(breakage.file)
    broken(folder, breakage)
    monkeypatch.setattr("formulator.knowledge.load.data_directory", lambda: folder)
    monkeypatch.setattr("formulator.knowledge.cache.data_directory", lambda: folder)
    linted = CliRunner().invoke(main, ["lint", str(folder)])
    assert isinstance(linted.exception, SystemExit), repr(linted.exception)
    assert linted.exit_code == (1 if lint_report(folder).loaded else 2)
    assert all(word in linted.output for word in breakage.words)
    load = CliRunner().invoke(main, ["recommend", "-"], input="sex: male\n")
    assert load.exception is None or isinstance(load.exception, SystemExit), repr(load.exception)
    assert load.exit_code == (0 if lint_report(folder).loaded else 2)
    assert bool(load.stdout) == (load.exit_code == 0)


@pytest.mark.parametrize("name", VITAL)
def test_a_file_that_is_missing_altogether_is_reported(name, kept, sound):
    folder = kept(name)
    (folder / name).unlink()
    report = lint_report(folder)
    assert [fault for fault in report.faults if fault not in sound], f"{name} is gone and nobody notices"


@pytest.mark.parametrize(
    "name", ["fields.csv", "impossible.csv", "changeable.csv", "scales.csv", "choices.csv", "jurisdictions.csv"]
)
@pytest.mark.parametrize("content", ["", "wrong,columns\n1,2\n", "\x00\x01"])
def test_a_table_of_fields_that_is_empty_or_holds_other_columns_is_reported(name, content, kept):
    folder = kept(f"profile/{name}")
    (folder / "profile" / name).write_text(content, encoding="utf-8")
    report = lint_report(folder)
    assert report.faults, f"{name} holds nothing and nobody notices"


def test_there_are_at_least_fifty_ways_in_which_the_knowledge_is_broken():
    assert len({one.what for one in BREAKAGES}) == len(BREAKAGES) >= 50


def test_an_empty_folder_is_a_fault_and_not_an_empty_knowledge_base(tmp_path):
    assert isinstance(lint_report(tmp_path), LintReport)
    assert lint_report(tmp_path).faults
    assert lint_report(tmp_path / "absent").faults


def test_a_source_of_an_unknown_type_is_named_with_its_line_and_the_types_that_there_are(kept):
    folder = kept("sources/sources.json")
    where = folder / "sources" / "sources.json"
    listed = json.loads(where.read_text(encoding="utf-8"))
    next(one for one in listed if one["id"] == "document_b")["custom"]["source_type"] = "guidline"
    text = json.dumps(listed, indent=1)
    where.write_text(text, encoding="utf-8")
    line = next(number for number, one in enumerate(text.splitlines(), 1) if '"id": "document_b"' in one)
    [said] = [str(one) for one in lint_report(folder).faults if "guidline" in str(one)]
    assert said.startswith(f"data/sources/sources.json:{line}: 'document_b': custom.source_type: 'guidline' is not a")
    assert "label, regulator, guideline" in said
    assert said.endswith("Did you mean 'guideline'?")


def test_one_source_without_its_type_hides_none_of_the_others(kept):
    folder = kept("sources/sources.json")
    where = folder / "sources" / "sources.json"
    listed = json.loads(where.read_text(encoding="utf-8"))
    del next(one for one in listed if one["id"] == "document_a")["custom"]
    where.write_text(json.dumps(listed), encoding="utf-8")
    said = [str(fault) for fault in lint_report(folder).faults]
    assert "data/sources/sources.json:1: 'document_a': This source cannot be read: 'custom' is missing." in said
    missing = [one.rpartition("the source ")[2] for one in said if "the source " in one]
    assert missing
    assert all(one.startswith("'document_a' is not defined.") for one in missing)
