"""Whatever is changed in the file behind the program's back is found, named and shown; nothing is hidden by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from formulator.consultations import ConsultationStore
from formulator.consultations.tables import Table
from formulator.consultations.trail import BEGINNING, Entry, next_entry, verified
from formulator.faults import FaultsFound
from tests.consultations.made import DAY, LABEL, NOW, filled, store_at

COLUMNS = [(table.name, column.name) for table in Table.metadata.sorted_tables for column in table.columns]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file with one of everything."""
    path = tmp_path_factory.mktemp("sound") / "consultations.sqlite"
    filled(path)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, sound: bytes) -> Path:
    place = tmp_path / "consultations.sqlite"
    place.write_bytes(sound)
    return place


def tamper(path: Path, *commands: str, values: tuple[Any, ...] = ()) -> None:
    """As somebody who knows SQLite would do it, triggers and all."""
    connection = sqlite3.connect(path)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    for command in commands:
        connection.execute(command, values)
    connection.commit()
    connection.close()


def _other(value: Any) -> Any:
    if isinstance(value, int):
        return value + 1000
    return value + b"x" if isinstance(value, bytes) else f"{value}x"


def test_a_sound_file_fits_together(path: Path) -> None:
    store = ConsultationStore(path, NOW)
    assert store.notices == ()
    assert store.verify().breaks == ()
    assert store.verify().words == "All 6 entries fit together and with what is kept."


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[".".join(one) for one in COLUMNS])
@pytest.mark.parametrize("change", [_other, lambda _: b"\xff\xfe"], ids=["other", "no text"])
def test_a_change_in_any_column_of_any_table_is_found_and_said_on_opening(
    path: Path, table: str, column: str, change: Callable[[Any], Any]
) -> None:
    connection = sqlite3.connect(path)
    row, value = connection.execute(f"SELECT rowid, {column} FROM {table} ORDER BY rowid DESC").fetchone()
    connection.close()
    if change(value) == value or (isinstance(value, int) and not isinstance(change(value), int)):
        pytest.skip("SQLite takes no such value there, or it is the same")
    tamper(path, f"UPDATE {table} SET {column} = ? WHERE rowid = {row}", values=(change(value),))
    store = ConsultationStore(path, NOW)
    assert store.notices != ()
    if "set aside" not in store.notices[0]:
        assert store.verify().breaks != ()
        assert len(store.listed()) >= 1
        store.export_all(NOW)


@pytest.mark.parametrize("table", [table.name for table in Table.metadata.sorted_tables])
def test_a_row_that_was_taken_out_is_missed(path: Path, table: str) -> None:
    tamper(path, f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})")
    assert ConsultationStore(path, NOW).notices != ()


def test_a_row_that_was_put_in_is_found(path: Path) -> None:
    tamper(
        path,
        "INSERT INTO outcomes SELECT 'f' || substr(id, 2), salt, consultation, recorded_at, day, scale, '1' "
        "FROM outcomes LIMIT 1",
    )
    assert "No entry recorded 1" in ConsultationStore(path, NOW).notices[0]


def test_a_row_put_back_after_its_deletion_is_found(path: Path) -> None:
    store = ConsultationStore(path, NOW)
    (_, kept) = store.listed()
    connection = sqlite3.connect(path)
    row = connection.execute("SELECT * FROM consultations WHERE id = ?", (kept.id,)).fetchone()
    connection.close()
    store.delete(kept.id, NOW)
    tamper(path, f"INSERT INTO consultations VALUES ({','.join('?' * len(row))})", values=row)
    assert "No entry recorded 1" in store.verify().words


def test_the_first_entry_that_does_not_fit_is_named(path: Path) -> None:
    tamper(
        path,
        "UPDATE trail SET at = '2020-01-01T00:00:00.000000+00:00' WHERE number = 2",
        "UPDATE trail SET action = 'outcome' WHERE number = 5",
    )
    found = ConsultationStore(path, NOW).verify()
    assert found.breaks[0].number == 2
    assert found.words.startswith("Entry 2 does not fit: it was changed after it was written.")


def test_a_label_that_was_changed_is_named_by_the_entry_that_recorded_it(path: Path) -> None:
    tamper(path, f"UPDATE consultations SET label = 'another' WHERE label = '{LABEL}'")
    assert ConsultationStore(path, NOW).verify().words == "Entry 2 does not fit: what it recorded was changed."


def test_a_trail_that_was_cut_off_with_what_its_last_entries_recorded_is_found(path: Path) -> None:
    tamper(path, "DELETE FROM consultations WHERE label = ''", "DELETE FROM trail WHERE number = 6")
    assert "entries are missing" in ConsultationStore(path, NOW).verify().words


def test_a_trail_that_was_wholly_written_anew_is_found_with_a_hash_that_was_noted(path: Path) -> None:
    """Without a noted hash nobody could find it, and the page says so."""
    noted = ConsultationStore(path, NOW).verify().head
    other = store_at(path.with_name("other.sqlite"))
    assert other.verify().breaks == ()
    assert "noted hash" in other.verify(noted).words
    assert ConsultationStore(path, NOW).verify(noted.upper()).breaks == ()


def test_the_file_itself_refuses_to_change_the_trail(path: Path) -> None:
    connection = sqlite3.connect(path)
    for command in ("UPDATE trail SET at = ''", "DELETE FROM trail"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            connection.execute(command)
    connection.close()


def test_a_changed_consultation_is_refused_when_it_is_opened_and_the_others_are_not(path: Path) -> None:
    store = ConsultationStore(path, NOW)
    other, changed = store.listed()
    tamper(path, f"UPDATE consultations SET decision = 'treat_gladly' WHERE id = '{changed.id}'")
    with pytest.raises(FaultsFound, match="cannot be read"):
        store.consultation(changed.id)
    assert store.consultation(other.id).answer
    assert store.measured() == ()


def test_every_action_is_an_entry_and_the_chain_holds_through_all_of_them(path: Path) -> None:
    store = ConsultationStore(path, NOW)
    other, kept = (one.id for one in store.listed())
    store.withdraw(store.add_outcome(kept, NOW.date(), "norwood", "3", NOW), NOW)
    content = store.export_all(NOW)
    store.delete(other, NOW)
    store.switch(on=False, now=NOW + DAY)
    store.switch(on=True, now=NOW + DAY)
    new = ConsultationStore(None, NOW)
    new.switch(on=True, now=NOW)
    new.import_all(content, NOW)
    assert [one.action for one in store.trail()] == [
        "switched_on", "kept", "given", "outcome", "outcome", "kept",
        "outcome", "withdrawn", "exported", "deleted", "switched_off", "switched_on",
    ]  # fmt: skip
    assert [one.action for one in new.trail()] == ["switched_on", *["imported"] * 5]
    assert store.verify().breaks == new.verify().breaks == ()


def test_an_entry_is_the_hash_of_its_values_and_of_the_entry_before() -> None:
    """Worked out by hand: SHA-256 of the canonical JSON, the formula that the documentation gives."""
    import hashlib

    first = next_entry(None, "2026-11-25T10:00:00.000000+00:00", "switched_on", ("", ""), "")
    text = (
        '{"action":"switched_on","at":"2026-11-25T10:00:00.000000+00:00","consultation":"","content_sha256":"",'
        f'"item":"","number":1,"previous":"{BEGINNING}"}}'
    )
    assert first.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert next_entry(first, first.at, "switched_off", ("", ""), "").previous == first.sha256


def test_no_order_of_entries_but_the_written_one_fits() -> None:
    entries: list[Entry] = []
    for _ in range(4):
        entries.append(next_entry(entries[-1] if entries else None, "now", "switched_on", ("", ""), ""))
    assert verified(entries, {}, None).breaks == ()
    for place in range(3):
        swapped = [*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]]
        assert verified(swapped, {}, None).breaks[0].number == place + 1
        assert verified([*entries[:place], *entries[place + 1 :]], {}, None).breaks[0].number == place + 1
