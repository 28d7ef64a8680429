"""Consultations are kept only when asked for, never changed, and deleted to the byte."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import stat
from datetime import date
from pathlib import Path

import pytest

from formulator.consultations import ConsultationStore, consultations_file, open_consultations
from formulator.consultations.records import Amount
from formulator.engine import Preferences
from formulator.export.json_export import as_json
from formulator.faults import FaultsFound
from tests.at_once import all_at_once
from tests.consultations.made import DAY, LABEL, NOW, PRP, TODAY, answer, filled, store_at

_ANSWERED = as_json(answer())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "consultations.sqlite"


def _bytes_of(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


def test_looking_for_consultations_writes_nothing(path: Path, tmp_path: Path) -> None:
    assert open_consultations(NOW, path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_which_keeping_was_never_switched_on_takes_nothing(path: Path) -> None:
    store = store_at(path, on=False)
    assert not store.is_on
    for act in (lambda: store.keep(answer(), NOW), lambda: store.import_all(filled(None)[0].export_all(NOW), NOW)):
        with pytest.raises(FaultsFound, match="is off"):
            act()
    assert store.listed() == store.trail() == ()


def test_what_is_kept_outlives_switching_off_and_nothing_more_is_kept(path: Path) -> None:
    store, kept = filled(path)
    store.switch(on=False, now=NOW)
    again = ConsultationStore(path, NOW)
    assert not again.is_on
    assert again.consultation(kept).consultation.label == LABEL
    with pytest.raises(FaultsFound, match="is off"):
        again.keep(answer(), NOW)


def test_switching_on_twice_is_one_entry(path: Path) -> None:
    store = store_at(path)
    store.switch(on=True, now=NOW + DAY)
    assert [one.action for one in store.trail()] == ["switched_on"]


def test_an_answer_comes_back_byte_for_byte_with_all_that_it_was_made_from(path: Path) -> None:
    chosen = Preferences(estimate="mean", technique="scalp_nappage")
    found = answer(preferences=chosen)
    kept = store_at(path).keep(found, NOW, "  two   words ", chosen)
    one = ConsultationStore(path, NOW).consultation(kept)
    assert one.answer.decode() == as_json(found)
    assert one.consultation.chosen == chosen
    assert one.consultation.label == "two words"
    assert one.consultation.date == TODAY.isoformat()
    assert one.consultation.answer_sha256 == hashlib.sha256(one.answer).hexdigest()
    assert (one.consultation.knowledge_sha256, one.consultation.model_sha256) == (
        found.knowledge_sha256,
        found.model_sha256,
    )


def test_additions_stand_with_their_consultation_by_day_whatever_the_order_of_writing(path: Path) -> None:
    store = store_at(path)
    kept, other = store.keep(answer(), NOW), store.keep(answer(), NOW)
    for day in (date(2026, 12, 5), date(2026, 11, 25)):
        store.add_given(kept, day, PRP, NOW)
        store.add_outcome(kept, day, "norwood", "3", NOW)
    one = store.consultation(kept)
    assert [part.day for part in one.given] == [part.day for part in one.outcomes] == ["2026-11-25", "2026-12-05"]
    assert one.given[0].components == PRP
    assert store.consultation(other).given == ()


def test_only_what_was_measured_is_read_for_the_overview(path: Path) -> None:
    store, kept = filled(path)
    assert [one.consultation.id for one in store.measured()] == [kept]


def test_the_last_kept_stands_first_and_an_id_can_be_shortened(path: Path) -> None:
    store, kept = filled(path)
    assert [one.label for one in store.listed()] == ["", LABEL]
    assert store.named(kept[:10].upper()) == kept
    for beginning in ("", "no id", kept + "0"):
        with pytest.raises(FaultsFound, match="No consultation"):
            store.named(beginning)


@pytest.mark.parametrize("label", ["x" * 41, "bell \x07", "turned \u202e round"])
def test_a_label_is_short_and_printable_and_is_not_quoted_when_refused(path: Path, label: str) -> None:
    store = store_at(path)
    with pytest.raises(FaultsFound) as found:
        store.keep(answer(), NOW, label)
    assert label not in str(found.value)
    assert store.listed() == ()


@pytest.mark.parametrize("amount", ["1,5", "about 2", "12345678", "1.23456", "", "-"])
def test_an_amount_that_is_no_number_cannot_be_kept(amount: str) -> None:
    with pytest.raises(ValueError, match="number"):
        Amount(component="prp", amount=amount, unit="mL")


def test_an_addition_can_be_withdrawn_and_is_gone(path: Path) -> None:
    store, kept = filled(path)
    addition = store.add_outcome(kept, TODAY, "norwood", "4321.1234", NOW)
    assert b"4321.1234" in _bytes_of(path.parent)
    store.withdraw(addition, NOW)
    assert b"4321.1234" not in _bytes_of(path.parent)
    assert addition not in [one.id for one in store.consultation(kept).outcomes]
    assert store.verify().breaks == ()
    with pytest.raises(FaultsFound, match="not kept any more"):
        store.withdraw(addition, NOW)


def test_deletion_leaves_no_label_profile_answer_or_addition_in_the_folder(path: Path) -> None:
    store, kept = filled(path)
    store.add_outcome(kept, TODAY, "norwood", "4321.1234", NOW)
    content = ConsultationStore(path, NOW).consultation(kept)
    private = [LABEL, "4321.1234", content.consultation.profile_sha256, content.consultation.salt]
    packed_start = _packed(path, kept)[200:260]
    assert all(one.encode() in _bytes_of(path.parent) for one in private)
    assert packed_start in _bytes_of(path.parent)
    store.delete(kept, NOW)
    left = _bytes_of(path.parent)
    assert [one for one in private if one.encode() in left] == []
    assert packed_start not in left
    assert [one.id for one in store.listed()] != []
    with pytest.raises(FaultsFound, match="not kept any more"):
        store.consultation(kept)


def _packed(path: Path, identifier: str) -> bytes:
    connection = sqlite3.connect(path)
    (found,) = connection.execute("SELECT answer FROM consultations WHERE id = ?", (identifier,)).fetchone()
    connection.close()
    return found


def _churned(path: Path, seed: int) -> set[str]:
    """Rows that come and go as over years, by SQLite alone; gives the values that were deleted."""
    chance, live, gone = random.Random(seed), [], set()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA synchronous=OFF")
    for number in range(250):
        connection.execute("BEGIN IMMEDIATE")
        if live and chance.random() < 0.4:
            name = live.pop(chance.randrange(len(live)))
            connection.execute("DELETE FROM outcomes WHERE consultation = ?", (name,))
            gone.add(f"VALUE{name}")
        else:
            name = f"{chance.getrandbits(64):016x}N{number:04d}"
            live.append(name)
            for _ in range(chance.randrange(1, 6)):
                values = (f"{chance.getrandbits(64):016x}", name, f"VALUE{name}{'q' * chance.randrange(900)}")
                connection.execute("INSERT INTO outcomes VALUES (?, '', ?, '', '', '', ?)", values)
        connection.execute("COMMIT")
    connection.close()
    return gone


def test_older_copies_that_moved_within_the_file_do_not_outlive_a_deletion(tmp_path: Path) -> None:
    """SQLite overwrites a row that it deletes, but not always a copy that it left behind when it split a page."""
    before = []
    for seed in range(8):
        path = tmp_path / f"{seed}.sqlite"
        store = store_at(path)
        kept = store.keep(answer("woman_38_cellulite", with_model=False), NOW)
        gone = _churned(path, seed)
        before += [one for one in gone if one.encode() in path.read_bytes()]
        store.delete(kept, NOW)
        content = path.read_bytes()
        assert [one for one in gone if one.encode() in content] == []
    if not before:
        pytest.skip("this SQLite leaves no copies behind")


def test_what_stays_of_a_deleted_one_cannot_be_guessed_back(path: Path) -> None:
    """The same consultation kept twice has two hashes, because each has a random salt that goes with it."""
    store = store_at(path)
    first, second = (store.keep(answer(), NOW, LABEL) for _ in range(2))
    hashes = {one.consultation: one.content_sha256 for one in store.trail() if one.action == "kept"}
    assert hashes[first] != hashes[second]
    for one in (first, second):
        store.delete(one, NOW)
    last = store.trail()[-1]
    assert (last.action, last.consultation, last.item, last.content_sha256) == ("deleted", second, "", "")


def test_deleting_everything_removes_the_file_and_another_window_begins_none_anew(path: Path) -> None:
    store, kept = filled(path)
    other = ConsultationStore(path, NOW)
    assert store.delete_everything() == ()
    assert list(path.parent.iterdir()) == []
    assert other.listed() == ()
    assert not other.is_on
    for act in (lambda: other.keep(answer(), NOW), lambda: other.add_outcome(kept, TODAY, "norwood", "3", NOW)):
        with pytest.raises(FaultsFound, match="keeping is off"):
            act()
    assert list(path.parent.iterdir()) == []
    assert open_consultations(NOW, path) is None


def test_the_file_is_for_its_owner_alone_and_in_the_users_own_folder(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    monkeypatch.setenv("FORMULATOR_HOME", str(path.parent))
    assert consultations_file() == path


def test_threads_that_write_at_once_lose_nothing_and_make_one_trail(path: Path) -> None:
    store_at(path)
    stores = [ConsultationStore(path, NOW), ConsultationStore(path, NOW)]
    found, kept = answer(with_model=False), []

    def write(thread: int) -> None:
        for turn in range(2):
            identifier = stores[thread % 2].keep(found, NOW, f"{thread} {turn}")
            stores[thread % 2].add_given(identifier, TODAY, PRP, NOW)
            kept.append(identifier)

    all_at_once(write, 4)
    assert {one.id for one in stores[0].listed()} == set(kept)
    assert all(len(stores[1].consultation(one).given) == 1 for one in kept)
    assert stores[0].verify().breaks == ()
    assert stores[0].verify().entries == 1 + 4 * 2 * 2


def test_a_full_disk_keeps_what_was_confirmed_and_lets_everything_be_carried_away(path: Path) -> None:
    resource = pytest.importorskip("resource")
    store, kept = filled(path)
    before = store.listed()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    confirmed = []
    try:
        with pytest.raises(FaultsFound, match="disk"):
            confirmed.extend(store.keep(answer(), NOW, f"more {number}") for number in range(50))
        carried = store.export_all(NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    again = ConsultationStore(path, NOW)
    assert again.notices == ()
    assert {one.id for one in again.listed()} == {*confirmed, *(one.id for one in before)}
    assert again.consultation(kept).answer.decode() == _ANSWERED
    elsewhere = store_at(None)
    assert elsewhere.import_all(carried, NOW).added == len(before) + len(confirmed)


def test_a_full_disk_at_deletion_says_what_became_of_it(path: Path) -> None:
    resource = pytest.importorskip("resource")
    store, kept = filled(path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        with pytest.raises(FaultsFound, match="disk"):
            store.delete(kept, NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert ConsultationStore(path, NOW).verify().breaks == ()
    assert store.consultation(kept).consultation.label == LABEL


def test_no_value_of_a_patient_stands_in_what_is_printed_of_a_record(path: Path) -> None:
    store, kept = filled(path)
    one = store.consultation(kept)
    printed = repr(one) + repr(one.given) + repr(one.outcomes)
    assert LABEL not in printed
    assert "131.5" not in printed
    assert "norwood" not in printed
