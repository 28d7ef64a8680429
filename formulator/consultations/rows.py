"""Rows of the file as checked records and back, and the trail beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from formulator.consultations.records import Amount, Consultation, Given, Kept, Outcome, packed, unpacked
from formulator.consultations.tables import HEAD, ConsultationRow, GivenRow, Meta, OutcomeRow, Table, TrailRow
from formulator.consultations.trail import Action, Entry, content_hash, head_text, next_entry
from formulator.keeping.connection import canonical
from formulator.keeping.records import Record

_AMOUNTS = TypeAdapter(tuple[Amount, ...])
_KINDS: tuple[type[ConsultationRow | GivenRow | OutcomeRow], ...] = (ConsultationRow, GivenRow, OutcomeRow)
Addition = Given | Outcome
Checked = TypeVar("Checked", bound=Record)


def _columns(row: Table) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def _hash_of(row: Table) -> str:
    return content_hash(str(row.__table__.name), _columns(row))  # type: ignore[attr-defined] - a Table has a name


def consultation_row(record: Consultation, answer: bytes) -> ConsultationRow:
    """A consultation as a row."""
    return ConsultationRow(**record.model_dump(), answer=packed(answer))


def addition_row(record: Addition) -> GivenRow | OutcomeRow:
    """What was given, or an outcome, as a row."""
    if isinstance(record, Outcome):
        return OutcomeRow(**record.model_dump())
    return GivenRow(**{**record.model_dump(), "components": canonical([one.model_dump() for one in record.components])})


def record_hash(record: Consultation | Addition) -> str:
    """The content hash that the row of a record has."""
    return _hash_of(consultation_row(record, b"") if isinstance(record, Consultation) else addition_row(record))


def _consultation_of(row: ConsultationRow) -> Consultation:
    values = _columns(row)
    del values["answer"]
    return Consultation(**values)


def _given_of(row: GivenRow) -> Given:
    return Given(**{**_columns(row), "components": _AMOUNTS.validate_json(row.components)})


def _outcome_of(row: OutcomeRow) -> Outcome:
    return Outcome(**_columns(row))


def all_consultations(session: Session) -> Iterator[Consultation]:
    """The consultations that can be read, the last kept first; one that was tampered with is for the trail to name."""
    for row in session.scalars(select(ConsultationRow).order_by(ConsultationRow.kept_at.desc(), ConsultationRow.id)):
        with suppress(ValueError):
            yield _consultation_of(row)


def all_given(session: Session, consultation: str = "") -> Iterator[Given]:
    """What was given, of one consultation or all, by day; what cannot be read is left out."""
    asked = select(GivenRow).order_by(GivenRow.day, GivenRow.recorded_at, GivenRow.id)
    for row in session.scalars(asked.where(GivenRow.consultation == consultation) if consultation else asked):
        with suppress(ValueError):
            yield _given_of(row)


def all_outcomes(session: Session, consultation: str = "") -> Iterator[Outcome]:
    """The outcomes, of one consultation or all, by day; what cannot be read is left out."""
    asked = select(OutcomeRow).order_by(OutcomeRow.day, OutcomeRow.recorded_at, OutcomeRow.id)
    for row in session.scalars(asked.where(OutcomeRow.consultation == consultation) if consultation else asked):
        with suppress(ValueError):
            yield _outcome_of(row)


def kept_of(session: Session, row: ConsultationRow) -> Kept:
    """A consultation with all that belongs to it; raises ValueError where its row is not as it was written."""
    return Kept(
        consultation=_consultation_of(row),
        answer=unpacked(row.answer),
        given=tuple(all_given(session, row.id)),
        outcomes=tuple(all_outcomes(session, row.id)),
    )


def all_kept(session: Session, measured: bool = False) -> Iterator[Kept]:
    """All consultations, or those with an outcome, the last kept first; what was tampered with is left out."""
    asked = select(ConsultationRow).order_by(ConsultationRow.kept_at.desc(), ConsultationRow.id)
    chosen = asked.where(ConsultationRow.id.in_(select(OutcomeRow.consultation))) if measured else asked
    for row in session.scalars(chosen):
        with suppress(ValueError):
            yield kept_of(session, row)


def remove_all_of(session: Session, consultation: str) -> None:
    """Every row of a consultation."""
    session.execute(delete(GivenRow).where(GivenRow.consultation == consultation))
    session.execute(delete(OutcomeRow).where(OutcomeRow.consultation == consultation))
    session.execute(delete(ConsultationRow).where(ConsultationRow.id == consultation))


def find_addition(session: Session, identifier: str) -> GivenRow | OutcomeRow | None:
    """The row of what was given, or of an outcome."""
    return session.get(GivenRow, identifier) or session.get(OutcomeRow, identifier)


def contents(session: Session) -> dict[str, str]:
    """The content hash of every row by its id; empty where an answer is not the one that the row says it is."""
    found: dict[str, str] = {}
    for kind in _KINDS:
        for row in session.scalars(select(kind)).yield_per(50):
            whole = not isinstance(row, ConsultationRow) or _is_whole(row)
            found[row.id] = _hash_of(row) if whole and row.id not in found else ""
            session.expunge(row)
    return found


def _is_whole(row: ConsultationRow) -> bool:
    try:
        return hashlib.sha256(unpacked(row.answer)).hexdigest() == row.answer_sha256
    except ValueError:
        return False


def entries(session: Session) -> tuple[Entry, ...]:
    """The trail in its order, as it stands in the file, whatever it says."""
    rows = session.scalars(select(TrailRow).order_by(TrailRow.number))
    return tuple(map(_entry_of, rows))


def _entry_of(row: TrailRow) -> Entry:
    """An entry with whatever somebody may have put there, as text."""
    values: dict[str, Any] = {
        name: one if isinstance(one, str | int) else repr(one) for name, one in _columns(row).items()
    }
    return Entry(**values)


def append(session: Session, at: str, action: Action, about: tuple[str, str] = ("", ""), content: str = "") -> Entry:
    """Adds an entry in the running transaction, which must hold the writer's lock."""
    row = session.scalars(select(TrailRow).order_by(TrailRow.number.desc()).limit(1)).first()
    last = _entry_of(row) if row else None
    entry = next_entry(last, at, action, about, content)
    session.add(TrailRow(**entry.model_dump()))
    session.merge(Meta(key=HEAD, value=head_text([entry])))
    session.flush()
    return entry


def is_on(session: Session) -> bool:
    """Whether keeping is switched on: what the last switch in the trail says."""
    switches = select(TrailRow.action).where(TrailRow.action.in_(("switched_on", "switched_off")))
    return session.scalars(switches.order_by(TrailRow.number.desc()).limit(1)).first() == "switched_on"


def head(session: Session) -> str:
    """What the file says about its last entry."""
    found = session.get(Meta, HEAD)
    return found.value if found else ""
