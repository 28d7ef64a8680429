"""No change of the knowledge without a version, a record of what changed, and an entry in the changelog."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from formulator.cli import main
from formulator.faults import FaultsFound
from formulator.knowledge.archive import files_of, hash_of
from formulator.knowledge.lint import lint_report
from formulator.knowledge.release import TO_BE_WRITTEN, release
from formulator.knowledge.versions import load_version, record_path, version_files, version_records
from tests.conftest import CHECKOUT

DAY = date(2026, 12, 1)
NEXT, LATER = "2099.1.1", "2099.1.2"
RULE_FILE = "rules/safety/pregnancy_and_breastfeeding.yaml"
RECORDED = version_records()
pytestmark = pytest.mark.usefixtures("an_unchanged_file_is_parsed_once")


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Path:
    """The last released version in a folder of its own, with its versions and a changelog that names them."""
    root = tmp_path_factory.mktemp("released") / "data"
    for name, content in version_files(RECORDED[-1].version).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shutil.copytree(CHECKOUT / "data" / "versions", root / "versions")
    entries = "".join(f"## 0.1, knowledge {one.version} (then)\n\n- Said.\n\n" for one in reversed(RECORDED))
    (root.parent / "CHANGELOG.md").write_text(f"# Changelog\n\n{entries}", encoding="utf-8")
    return root


@pytest.fixture
def data(released, tmp_path) -> Path:
    """The same, to be changed."""
    shutil.copytree(released.parent, tmp_path / "copy")
    return tmp_path / "copy" / "data"


def log(data: Path, version: str) -> Path:
    """The changelog with an entry for one more version."""
    path = data.parent / "CHANGELOG.md"
    path.write_text(f"## 9, knowledge {version} (1 December 2026)\n\n- Said.\n\n{path.read_text()}", encoding="utf-8")
    return path


def edit(data: Path, name: str, old: str, new: str) -> None:
    """One replacement in one file."""
    text = (data / name).read_text(encoding="utf-8")
    assert old in text
    (data / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def change_haemoglobin(data: Path) -> None:
    """A threshold gets another value."""
    edit(data, "thresholds/hair.yaml", "value: 13\n", "value: 14\n")


def complete(data: Path, version: str) -> None:
    """What a curator does with a skeleton."""
    path = record_path(version, data)
    path.write_text(path.read_text(encoding="utf-8").replace(TO_BE_WRITTEN, "Written by a curator"), encoding="utf-8")


def complaints(data: Path) -> list[str]:
    """What the lint says."""
    return [str(fault) for fault in lint_report(data).faults]


def refusal(*arguments: object, **options: bool) -> str:
    """The sentence with which a release is refused."""
    with pytest.raises(FaultsFound) as found:
        release(*arguments, **options)  # type: ignore[arg-type]
    [fault] = found.value.faults
    return str(fault)


# ------------------------------------------------------------------ the gate


def test_what_was_released_is_sound(released):
    assert complaints(released) == []


@pytest.mark.parametrize("change", [change_haemoglobin, lambda data: (data / "new.csv").write_bytes(b"a,b\n")])
def test_a_change_without_a_version_fails_the_lint_and_the_remedy_is_named(change, data):
    change(data)
    [message] = complaints(data)
    year, month, number = RECORDED[-1].version.split(".")
    following = f"{year}.{month}.{int(number) + 1}"
    assert f"not the released version {RECORDED[-1].version}" in message
    for remedy in (f"`formulator release {following}`", "CHANGELOG.md", f"data/versions/{following}.yaml"):
        assert remedy in message
    result = CliRunner().invoke(main, ["lint", str(data)])
    assert result.exit_code == 1
    assert "formulator release" in result.output


def test_a_version_number_that_was_raised_by_hand_is_not_a_release(data):
    edit(data, "knowledge.yaml", f"version: {RECORDED[-1].version}", f"version: {NEXT}")
    [message] = complaints(data)
    assert f"it calls itself {NEXT}" in message


def test_a_version_without_an_entry_in_the_changelog_fails_the_lint(data):
    path = data.parent / "CHANGELOG.md"
    path.write_text(path.read_text(encoding="utf-8").replace(RECORDED[0].version, "1"), encoding="utf-8")
    assert [one for one in complaints(data) if f"no entry for knowledge {RECORDED[0].version}" in one]
    path.unlink()
    assert len(complaints(data)) == len(RECORDED)


def test_an_archive_that_is_damaged_fails_the_lint(data):
    (data / "versions" / f"{RECORDED[0].version}.json.xz").write_bytes(b"nothing")
    [message] = complaints(data)
    assert "damaged" in message


def test_a_folder_without_versions_is_linted_as_it_is(data):
    change_haemoglobin(data)
    shutil.rmtree(data / "versions")
    assert complaints(data) == []


# ------------------------------------------------------------------ the release


def test_a_release_writes_number_record_and_archive_and_is_sound_once_its_sentences_are_written(data):
    change_haemoglobin(data)
    made = release(NEXT, data, log(data, NEXT), DAY)
    assert [(one.item, one.how, one.parts) for one in made.changes] == [
        ("threshold haemoglobin_low_male", "changed", ("value",))
    ]
    assert made.unwritten == ("threshold haemoglobin_low_male",)
    assert [one for one in complaints(data) if "not written yet" in one] == complaints(data) != []
    complete(data, NEXT)
    assert complaints(data) == []
    assert load_version(NEXT, data).thresholds["haemoglobin_low_male"].value == 14
    assert load_version(RECORDED[-1].version, data).thresholds["haemoglobin_low_male"].value == 13
    assert hash_of(files_of(data)) == version_records(data)[-1].sha256


def test_an_item_that_a_curator_takes_out_of_the_record_fails_the_lint(data):
    change_haemoglobin(data)
    edit(data, RULE_FILE, "text: ", "text: Truly - ")
    release(NEXT, data, log(data, NEXT), DAY)
    complete(data, NEXT)
    edit(data, f"versions/{NEXT}.yaml", "threshold haemoglobin_low_male", "threshold ferritin_deficient")
    said = complaints(data)
    assert len(said) == 2
    assert [one for one in said if "threshold haemoglobin_low_male was changed and is not named" in one]
    assert [one for one in said if "threshold ferritin_deficient is named, but it did not change" in one]


def test_a_version_that_changes_answers_cannot_call_itself_technical(data):
    change_haemoglobin(data)
    release(NEXT, data, log(data, NEXT), DAY)
    complete(data, NEXT)
    edit(data, f"versions/{NEXT}.yaml", "kind: clinical", "kind: technical")
    [message] = complaints(data)
    assert "technical says that no answer changes, but threshold haemoglobin_low_male did" in message


def test_made_again_the_sentences_that_are_still_true_are_kept_and_the_new_ones_wait(data):
    change_haemoglobin(data)
    changelog = log(data, NEXT)
    release(NEXT, data, changelog, DAY)
    complete(data, NEXT)
    edit(data, RULE_FILE, "text: ", "text: Truly - ")
    made = release(NEXT, data, changelog, DAY, again=True)
    entries = {item: one for one in made.record.changes for item in one.items}
    assert entries["threshold haemoglobin_low_male"].why == "Written by a curator"
    assert len(made.unwritten) == len(made.changes) - 1 == 1
    assert made.record.summary.startswith(TO_BE_WRITTEN)
    assert made.record.summary.endswith("Written by a curator: what this version means for a clinician.")
    assert [one.version for one in version_records(data)] == [*(one.version for one in RECORDED), NEXT]
    complete(data, NEXT)
    assert complaints(data) == []


def test_a_release_is_refused_where_the_version_is_not_newer(data):
    change_haemoglobin(data)
    before = files_of(data)
    for version in (RECORDED[0].version, RECORDED[-1].version, "2020.1.1"):
        assert "is not newer" in refusal(version, data, log(data, version), DAY)
    for word in ("", "next", "2026.11", "2026.11.2/../x", "2099.1.1\n"):
        assert "is not a version" in refusal(word, data, data.parent / "CHANGELOG.md", DAY)
    assert "Only the last version" in refusal(LATER, data, log(data, LATER), DAY, again=True)
    assert files_of(data) == before


def test_the_first_version_is_never_made_again(data):
    for record in RECORDED[1:]:
        record_path(record.version, data).unlink()
    first = RECORDED[0].version
    assert "Only the last version after the first" in refusal(first, data, log(data, first), DAY, again=True)


def test_a_release_is_refused_where_nothing_changed_or_the_changelog_is_silent(data):
    assert "has not changed" in refusal(NEXT, data, log(data, NEXT), DAY)
    change_haemoglobin(data)
    before = set((data / "versions").iterdir())
    assert f"no entry for knowledge {LATER}" in refusal(LATER, data, data.parent / "CHANGELOG.md", DAY)
    assert f"no entry for knowledge {LATER}" in refusal(LATER, data, log(data, f"{LATER}0"), DAY)
    assert set((data / "versions").iterdir()) == before


def test_a_release_that_the_disk_refuses_leaves_everything_as_it_was(data, monkeypatch):
    change_haemoglobin(data)
    changelog = log(data, NEXT)
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    written = []

    def full(place: Path, content: bytes) -> Path:
        if written:
            raise OSError(28, "No space left on device", str(place))
        written.append(place)
        path = place.with_suffix(".part")
        path.write_bytes(content)
        return path

    monkeypatch.setattr("formulator.files.written_beside", full)
    assert "No space left" in refusal(NEXT, data, changelog, DAY)
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def test_comments_moved_items_and_tables_are_changes_with_a_name(data):
    edit(data, "protocols/melasma.yaml", "# Always beside", "# Ever beside")
    edit(data, "profile/impossible.csv", "a man cannot be pregnant", "men are not pregnant")
    edit(data, "examples/woman_36_melasma.yaml", "Woman, 36", "A woman, 36")
    (data / "evidence" / "families.csv").write_bytes((data / "evidence" / "families.csv").read_bytes() + b"\n")
    made = release(NEXT, data, log(data, NEXT), DAY)
    assert {one.item for one in made.changes} == {
        "file protocols/melasma.yaml",
        "row of profile/impossible.csv sex",
        "file examples/woman_36_melasma.yaml",
        "table evidence/families.csv",
    }


def test_the_command_says_what_waits_and_refuses_in_one_line(data, monkeypatch):
    monkeypatch.setattr("formulator.paths.data_directory", lambda: data)
    refused = CliRunner().invoke(main, ["release", NEXT])
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    change_haemoglobin(data)
    log(data, NEXT)
    made = CliRunner().invoke(main, ["release", NEXT])
    assert made.exit_code == 0, made.output
    assert "1 item changed" in made.output
    assert "Without a sentence yet: 1" in made.output
