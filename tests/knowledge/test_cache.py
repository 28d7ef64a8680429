"""The knowledge that is kept ready: the same as what the files say, and never trusted when it is damaged."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from formulator.knowledge import Knowledge, cache, load_knowledge, ready_knowledge
from formulator.paths import HOME, cache_directory, data_directory


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME, str(tmp_path / "home"))
    return tmp_path / "home"


def kept() -> Path:
    (only,) = cache_directory().glob("knowledge-*.bin")
    return only


def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how often the files are read in full."""
    times: list[int] = []

    def counted() -> Any:
        times.append(1)
        return load_knowledge()

    monkeypatch.setattr(cache, "load_knowledge", counted)
    return times


def test_what_is_kept_ready_is_what_the_files_say(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    times = reads(monkeypatch)
    first, second = ready_knowledge(), ready_knowledge()
    assert times == [1], "the second start read the files again"
    assert first == knowledge
    assert second == knowledge
    assert second.matcher.form == knowledge.matcher.form


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def one_bit_flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def emptied(_: bytes) -> bytes:
    return b""


def text(_: bytes) -> bytes:
    return b"this is no knowledge base"


def another_object(_: bytes) -> bytes:
    body = pickle.dumps({"not": "knowledge"})
    return hashlib.sha256(body).digest() + body


@pytest.mark.parametrize("damage", [truncated, one_bit_flipped, emptied, text, another_object])
def test_a_damaged_file_is_made_anew_and_never_trusted(
    damage: Callable[[bytes], bytes], knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready_knowledge()
    kept().write_bytes(damage(kept().read_bytes()))
    times = reads(monkeypatch)
    assert ready_knowledge() == knowledge
    assert times == [1]
    assert ready_knowledge() == knowledge
    assert times == [1], "what was damaged was not made anew"


class Evil:
    """What runs a command when it is unpacked by an ordinary unpickler."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.place),)


def test_a_file_that_would_run_something_runs_nothing_even_with_the_right_hash(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    ready_knowledge()
    body = pickle.dumps(Evil(tmp_path / "ran"))
    kept().write_bytes(hashlib.sha256(body).digest() + body)
    assert ready_knowledge() == knowledge
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners of files here")
def test_a_file_that_others_may_write_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    ready_knowledge()
    kept().chmod(0o666)
    times = reads(monkeypatch)
    ready_knowledge()
    assert times == [1]


def test_without_a_place_to_write_the_files_are_read_as_ever(home: Path, knowledge: Knowledge) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file where the folder should be", encoding="utf-8")
    assert ready_knowledge() == knowledge


def test_knowledge_that_was_changed_is_read_anew(
    tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready_knowledge()
    changed = tmp_path / "data"
    shutil.copytree(data_directory(), changed)
    file = changed / "knowledge.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    monkeypatch.setattr(cache, "data_directory", lambda: changed)
    monkeypatch.setattr(cache, "load_knowledge", lambda: load_knowledge(changed))
    found = ready_knowledge()
    assert found.sha256 != knowledge.sha256
    assert found == load_knowledge(changed)


def test_only_a_few_are_kept() -> None:
    cache_directory().mkdir(parents=True)
    for number in range(9):
        (cache_directory() / f"knowledge-{number}.bin").write_bytes(b"")
    ready_knowledge()
    assert len(list(cache_directory().glob("knowledge-*.bin"))) == cache.MOST_KEPT
