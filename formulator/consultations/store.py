"""Consultations in one local file: kept only after keeping was switched on, added to, never changed, deleted for good.

Every action goes into the trail in the same transaction, so that what was confirmed and what the trail says are one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import event

from formulator import __version__
from formulator.consultations import rows
from formulator.consultations.exchange import Merged, as_bytes, document_of, merge, read_document
from formulator.consultations.records import (
    Amount,
    Chosen,
    Consultation,
    Given,
    Kept,
    Outcome,
    answer_bytes,
    summary_of,
)
from formulator.consultations.tables import CONSULTATIONS, ConsultationRow
from formulator.consultations.trail import Action, Entry, Verified, verified
from formulator.engine.answer import Recommendation
from formulator.engine.ranking import DEFAULT_PREFERENCES, Preferences
from formulator.export.json_export import as_mapping
from formulator.faults import Fault, FaultsFound, Place
from formulator.keeping import KeptFile
from formulator.keeping.connection import canonical
from formulator.keeping.records import in_utc, moment_text
from formulator.keeping.troubles import in_words, trouble
from formulator.paths import user_directory

NAME = "consultations.sqlite"
_GONE = ("This consultation is not kept any more.", "Look at the list again.")


def consultations_file() -> Path:
    """The place of the file: below FORMULATOR_HOME, or in the user's own folder for data of programs."""
    return user_directory() / NAME


class ConsultationStore(KeptFile):
    """Consultations in one SQLite file, or in memory where `path` is None; threads and processes may share a file.

    Opening verifies the trail; `notices` say what does not fit. A file in which something was tampered with stays where
    it is and can be read and exported. Methods raise FaultsFound where the disk or the content refuses.
    """

    kind = CONSULTATIONS

    def __init__(self, path: Path | None, now: datetime) -> None:
        """Opens the file, or makes an empty one in which keeping is off; raises as `KeptFile`."""
        super().__init__(path, in_utc(now))
        event.listen(self._engine, "connect", _take_any_text)
        found = self.verify()
        self.notices += (found.words,) if found.breaks else ()

    def _file_is_gone(self, path: Path) -> None:
        """Nothing is begun anew behind the back of whoever deleted it."""
        raise trouble(path, "Another window has deleted what was kept, and keeping is off.", "Switch it on again.")

    @property
    def is_on(self) -> bool:
        """Whether consultations are kept when somebody asks for it."""
        with self._reading() as session:
            return rows.is_on(session)

    def switch(self, on: bool, now: datetime) -> None:
        """Switches keeping on or off; what is kept stays. Nothing is written where it is so already."""
        with self._writing() as session:
            if rows.is_on(session) != on:
                rows.append(session, moment_text(now), "switched_on" if on else "switched_off")

    def keep(
        self, answer: Recommendation, now: datetime, label: str = "", preferences: Preferences = DEFAULT_PREFERENCES
    ) -> str:
        """Keeps an answer as it was given, and gives its id.

        Raises FaultsFound where keeping is off or the label is too long or has signs that do not print.
        """
        document = as_mapping(answer)
        content = answer_bytes(document)
        record = _checked(
            Consultation,
            **_identity(now, "kept_at"),
            label=" ".join(label.split()),
            program=__version__,
            preferences=canonical(Chosen(**asdict(preferences)).model_dump()),
            answer_sha256=_sha256(content),
            **summary_of(document),
        )
        with self._writing() as session:
            if not rows.is_on(session):
                raise trouble(self.path, "Keeping consultations is off; nothing was kept.", "Switch it on first.")
            session.add(rows.consultation_row(record, content))
            rows.append(session, record.kept_at, "kept", (record.id, ""), rows.record_hash(record))
        return record.id

    def listed(self) -> tuple[Consultation, ...]:
        """All consultations without their answers, the last kept first."""
        with self._reading() as session:
            return tuple(rows.all_consultations(session))

    def named(self, beginning: str) -> str:
        """The id that begins so; raises FaultsFound where there is none, or more than one."""
        found = [one.id for one in self.listed() if one.id.startswith(beginning.lower())] if beginning else []
        if len(found) != 1:
            problem = "More than one id begins so." if found else "No consultation has this id."
            advice = "Run `formulator consultations list` for the ids."
            raise FaultsFound([Fault(Place("ID"), "", problem, "an id, or so much of it that it is one", advice)])
        return found[0]

    def consultation(self, identifier: str) -> Kept:
        """One consultation with its answer and all additions.

        Raises FaultsFound where it is not there, or is not as it was written.
        """
        with self._reading() as session:
            return rows.kept_of(session, self._row(session, identifier))

    def add_given(
        self, identifier: str, day: date, components: Iterable[Amount], now: datetime, technique: str = ""
    ) -> str:
        """Adds what was given in a session, and gives the id of the addition; raises as `keep` and where it is gone."""
        given = _checked(
            Given,
            **_identity(now, "recorded_at"),
            consultation=identifier,
            day=day.isoformat(),
            technique=technique,
            components=tuple(components),
        )
        return self._add(given, "given")

    def add_outcome(self, identifier: str, day: date, scale: str, value: str, now: datetime) -> str:
        """Adds a value on an outcome scale, and gives the id of the addition; raises as `add_given`."""
        outcome = _checked(
            Outcome,
            **_identity(now, "recorded_at"),
            consultation=identifier,
            day=day.isoformat(),
            scale=scale,
            value=value,
        )
        return self._add(outcome, "outcome")

    def _add(self, record: Given | Outcome, action: Action) -> str:
        with self._writing() as session:
            self._row(session, record.consultation)
            session.add(rows.addition_row(record))
            about = (record.consultation, record.id)
            rows.append(session, record.recorded_at, action, about, rows.record_hash(record))
        return record.id

    def withdraw(self, addition: str, now: datetime) -> None:
        """Takes back an addition that was a mistake; raises FaultsFound where it is gone."""
        with self._writing() as session:
            row = rows.find_addition(session, addition)
            if row is None:
                raise trouble(self.path, "This addition is not kept any more.", _GONE[1])
            rows.append(session, moment_text(now), "withdrawn", (row.consultation, row.id))
            session.delete(row)
        self._squeeze()

    def delete(self, identifier: str, now: datetime) -> None:
        """Deletes a consultation with all additions for good; its random id and salted hashes stay in the trail."""
        with self._writing() as session:
            self._row(session, identifier)
            rows.remove_all_of(session, identifier)
            rows.append(session, moment_text(now), "deleted", (identifier, ""))
        self._squeeze()

    def _squeeze(self) -> None:
        """Writes the file anew: pages can hold older copies of rows that were moved within them before."""
        try:
            with self._one_at_a_time, in_words(self.path):
                self._vacuum()
        except FaultsFound as found:
            problem = "It is deleted, but copies may be left in unused parts of the file, which could not be rewritten:"
            raise trouble(self.path, f"{problem} {found.faults[0].problem}", "Make room and delete anything.") from None

    def _vacuum(self) -> None:
        connection = self._engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA temp_store=MEMORY")
            connection.cursor().execute("VACUUM")
        finally:
            connection.close()

    def trail(self) -> tuple[Entry, ...]:
        """Every entry in its order, as it stands in the file."""
        with self._reading() as session:
            return rows.entries(session)

    def verify(self, noted: str = "") -> Verified:
        """Whether the trail and everything that is kept fit together; `noted` is a hash that was written down."""
        with self._reading() as session:
            return verified(rows.entries(session), rows.contents(session), rows.head(session), noted)

    def measured(self) -> tuple[Kept, ...]:
        """The consultations that have an outcome, the last kept first; what was tampered with is left out."""
        with self._reading() as session:
            return tuple(rows.all_kept(session, measured=True))

    def export_all(self, now: datetime) -> bytes:
        """Everything as JSON (format formulator/consultations/1).

        What was tampered with is left out; the trail in the export shows that it is missing. The export is an entry of
        the trail, but where the disk takes none, it must still be possible to carry everything away.
        """
        with suppress(FaultsFound), self._writing() as session:
            rows.append(session, moment_text(now), "exported")
        with self._reading() as session:
            return as_bytes(document_of(session))

    def import_all(self, content: bytes, now: datetime) -> Merged:
        """Adds exported consultations, all or nothing, without doubling; what was deleted here stays deleted.

        Raises FaultsFound where keeping is off, or the content is no sound export whose trail fits.
        """
        document = read_document(content)
        with self._writing() as session:
            if not rows.is_on(session):
                raise trouble(self.path, "Keeping consultations is off; nothing was imported.", "Switch it on first.")
            return merge(session, document, moment_text(now))

    def _row(self, session: Any, identifier: str) -> ConsultationRow:
        row = session.get(ConsultationRow, identifier)
        if row is None:
            raise trouble(self.path, *_GONE)
        return row


def _take_any_text(connection: Any, _record: Any) -> None:
    """Bytes that are no text make the trail not fit; they must not keep anybody from reading the rest."""
    connection.text_factory = lambda content: content.decode("utf-8", "replace")


def _identity(now: datetime, moment: str) -> Mapping[str, str]:
    return {"id": uuid4().hex, "salt": secrets.token_hex(16), moment: moment_text(now)}


def _checked(model: Any, **values: Any) -> Any:
    """A record of checked values; raises FaultsFound that names the field and never quotes a value."""
    try:
        return model(**values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)[0]
        problem = f"It cannot be kept: {found['msg'].removeprefix('Value error, ')}."
        raise FaultsFound([Fault(Place("entry"), str(found["loc"][0]) if found["loc"] else "", problem)]) from None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def open_consultations(now: datetime, path: Path | None = None) -> ConsultationStore | None:
    """What is kept on this machine; None where nothing ever was, and then no file is made. Raises as `KeptFile`."""
    place = path or consultations_file()
    return ConsultationStore(place, now) if place.exists() else None
