"""A released version of the knowledge can be had back, byte for byte, and nothing else is taken for it."""

from __future__ import annotations

import json
import lzma
import shutil
from pathlib import Path

import pytest
from pydantic import BaseModel

from formulator.faults import FaultsFound
from formulator.knowledge.archive import Delta, delta_between, files_of, hash_of, packed, rebuilt, unpacked
from formulator.knowledge.changes import changes_between, items_by_name
from formulator.knowledge.older_shapes import NOT_SAID, in_todays_shape
from formulator.knowledge.versions import (
    LENT,
    archive_path,
    load_version,
    record_path,
    snapshot_of,
    version_files,
    version_records,
)
from tests.conftest import CHECKOUT, TODAY
from tests.knowledge.answers_then import EXAMPLES, said

DATA = CHECKOUT / "data"
FIRST = "2026.11.1"
THEN = json.loads((Path(__file__).parent / "answers_2026_11_1.json").read_text(encoding="utf-8"))
VERSIONS = [one.version for one in version_records()]
pytestmark = pytest.mark.usefixtures("an_unchanged_file_is_parsed_once")


@pytest.fixture
def copy(tmp_path) -> Path:
    """A data folder that holds its versions and nothing else."""
    shutil.copytree(DATA / "versions", tmp_path / "data" / "versions")
    return tmp_path / "data"


def refusal(call, *arguments) -> str:
    """The one sentence with which something is refused."""
    with pytest.raises(FaultsFound) as found:
        call(*arguments)
    [fault] = found.value.faults
    return str(fault)


def archive(content: object) -> bytes:
    """An archive that holds any content."""
    return lzma.compress(json.dumps(content).encode())


# ------------------------------------------------------------------ rebuilt exactly


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_rebuilt_from_the_archives_alone_and_has_the_hash_of_its_record(version, copy):
    record = {one.version: one for one in version_records()}[version]
    assert hash_of(version_files(version, copy)) == record.sha256


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_can_still_be_read_and_calls_itself_by_its_number_and_hash(version):
    record = {one.version: one for one in version_records()}[version]
    knowledge = load_version(version)
    assert (knowledge.version, knowledge.sha256) == (record.version, record.sha256)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_first_version_answers_as_its_own_program_did(name):
    then = dict(THEN[name])
    profile = then.pop("profile")
    assert said(profile, load_version(FIRST), TODAY) == then


def test_what_an_old_version_lacks_and_the_program_needs_is_named_and_not_part_of_its_hash():
    snapshot = snapshot_of(FIRST)
    assert snapshot.lent_files == LENT
    assert not set(snapshot.lent_files) & set(snapshot.files)
    assert snapshot.knowledge.sha256 == snapshot.answering.sha256 == hash_of(snapshot.files)


def test_a_setting_that_came_later_is_lent_for_answers_and_still_counts_as_a_change(copy):
    for name in ("composition.yaml", *LENT):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_bytes((DATA / name).read_bytes())
    text = (copy / "composition.yaml").read_text(encoding="utf-8")
    later = "settings:\n  - {id: made_up, kind: weight, value: 7, unit: points, why: A setting of a later time.}\n"
    (copy / "composition.yaml").write_text(text.replace("settings:\n", later, 1), encoding="utf-8")
    snapshot = snapshot_of(FIRST, copy)
    assert "setting made_up" in snapshot.lent
    assert snapshot.answering.composition.setting("made_up") == 7
    assert "setting made_up" not in items_by_name(snapshot.knowledge)


def test_records_and_archives_are_no_part_of_the_knowledge_that_they_describe():
    assert not [name for name in files_of(DATA) if name.startswith("versions/")]


def test_the_same_files_give_the_same_archive_and_come_back_as_they_were():
    before = {"a.yaml": b"one\r\n", "folder/b.csv": "zwölf\n".encode(), "gone.json": b"{}"}
    after = {"a.yaml": b"one\n", "folder/b.csv": "zwölf\n".encode(), "new/c.yaml": b""}
    first, second = delta_between({}, before), delta_between(before, after)
    assert set(second.files) == {"a.yaml", "new/c.yaml"}
    assert packed(second) == packed(Delta(dict(reversed(second.files.items())), second.removed))
    assert rebuilt(unpacked(packed(one), "x") for one in (first, second)) == after


def test_each_record_names_exactly_the_items_that_changed():
    for earlier, record in zip(VERSIONS, version_records()[1:], strict=False):
        changed = changes_between(snapshot_of(earlier), snapshot_of(record.version))
        named = {(item, entry.how) for entry in record.changes for item in entry.items}
        assert named == {(one.item, one.how) for one in changed}


class _Weighed(BaseModel):
    value: str
    number: float | None = None
    sets: tuple[str, ...] = ()
    no_plan: str | None = None


class Threshold(BaseModel):
    """A threshold of a time when positions say what follows from them."""

    positions: tuple[_Weighed, ...] = ()


def test_an_old_item_is_given_the_shape_of_today_and_what_it_did_not_say_is_said():
    old = {"positions": [{"value": "10 ng/mL"}, {"value": "15 ng/mL", "number": 15}], "value": 15}
    shaped = in_todays_shape(Threshold, old)
    assert [one.get("no_plan") for one in shaped["positions"]] == [NOT_SAID, None]
    assert old["positions"][0] == {"value": "10 ng/mL"}
    assert in_todays_shape(_Weighed, {"value": "x"}) == {"value": "x"}
    for odd in ({}, {"positions": "words"}, {"positions": ["words"]}):
        assert in_todays_shape(Threshold, dict(odd)) == odd


# ------------------------------------------------------------------ damaged, wrong, hostile


def test_a_version_that_does_not_exist_is_refused_with_those_that_do():
    message = refusal(load_version, "2026.11.0")
    assert "'2026.11.0'" in message
    assert all(version in message for version in VERSIONS)


def test_an_archive_that_is_missing_is_named(copy):
    archive_path(FIRST, copy).unlink()
    assert f"data/versions/{FIRST}.json.xz" in refusal(version_files, FIRST, copy)


@pytest.mark.parametrize("length", [0, 5, 1000, -1])
def test_an_archive_that_is_cut_off_is_refused(length, copy):
    path = archive_path(FIRST, copy)
    path.write_bytes(path.read_bytes()[:length])
    assert "damaged" in refusal(version_files, FIRST, copy)


def test_a_flipped_byte_is_refused(copy):
    path = archive_path(FIRST, copy)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert "damaged" in refusal(version_files, FIRST, copy)


def test_other_content_in_a_sound_archive_is_refused_by_its_hash(copy):
    delta = unpacked(archive_path(FIRST, copy).read_bytes(), "x")
    name = next(name for name in delta.files if name.startswith("rules/"))
    other = Delta({**delta.files, name: delta.files[name].replace(b"severe", b"minor")}, delta.removed)
    assert other != delta
    archive_path(FIRST, copy).write_bytes(packed(other))
    assert "not what was released" in refusal(version_files, FIRST, copy)


@pytest.mark.parametrize(
    "name",
    [
        "../outside.yaml",
        "/etc/outside.yaml",
        "rules/../../outside.yaml",
        "rules//outside.yaml",
        "C:\\outside.yaml",
        "..\\outside.yaml",
        ".hidden.yaml",
        "versions/2026.11.9.yaml",
        "rules/program.py",
        "rules/line\nbreak.yaml",
        "",
    ],
)
@pytest.mark.parametrize("removed", [False, True])
def test_a_name_that_is_no_place_for_knowledge_is_refused_and_nothing_is_written(name, removed, copy, tmp_path):
    before = set(tmp_path.rglob("*"))
    content = {"files": {} if removed else {name: "x: y\n"}, "removed": [name] if removed else []}
    archive_path(FIRST, copy).write_bytes(archive(content))
    assert "no place for knowledge" in refusal(version_files, FIRST, copy)
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "content",
    [[], {}, {"files": {}}, {"files": [], "removed": []}, {"files": {"a.yaml": 1}, "removed": []}, "text", None],
)
def test_an_archive_of_another_shape_is_refused(content):
    assert "another shape" in refusal(unpacked, archive(content), "x")


def test_what_is_no_text_or_too_large_is_refused(monkeypatch):
    assert "damaged" in refusal(unpacked, lzma.compress(b"\xff\xfe"), "x")
    assert "damaged" in refusal(unpacked, lzma.compress(b"[" * 100_000), "x")
    assert "damaged" in refusal(unpacked, lzma.compress(b'{"files": {"a.yaml": "\\ud800"}, "removed": []}'), "x")
    monkeypatch.setattr("formulator.knowledge.archive.LARGEST_CONTENT", 1000)
    assert "more than 1,000 bytes" in refusal(unpacked, archive({"files": {"a.yaml": "x" * 2000}, "removed": []}), "x")
    monkeypatch.setattr("formulator.knowledge.archive.MOST_FILES", 1)
    assert "names 2 files" in refusal(unpacked, archive({"files": {}, "removed": ["a.yaml", "b.yaml"]}), "x")
    monkeypatch.setattr("formulator.knowledge.archive.LARGEST_ARCHIVE", 10)
    assert "too large" in refusal(unpacked, archive({"files": {}, "removed": []}), "x")


def test_a_record_that_is_named_after_another_version_or_cannot_be_read_is_refused(copy):
    record_path(FIRST, copy).rename(record_path("2026.10.1", copy))
    assert "named after another version" in refusal(version_records, copy)
    record_path("2026.10.1", copy).write_text("version: [", encoding="utf-8")
    assert "data/versions/2026.10.1.yaml:" in refusal(version_records, copy)


def test_a_version_that_this_program_no_longer_reads_says_so(copy):
    files = {"knowledge.yaml": b"version: 2026.11.1\nnotice: Something else altogether.\n"}
    text = record_path(FIRST, copy).read_text(encoding="utf-8")
    recorded = next(one.sha256 for one in version_records(copy) if one.version == FIRST)
    record_path(FIRST, copy).write_text(text.replace(recorded, hash_of(files)), encoding="utf-8")
    archive_path(FIRST, copy).write_bytes(packed(delta_between({}, files)))
    assert "no longer reads it" in refusal(load_version, FIRST, copy)
