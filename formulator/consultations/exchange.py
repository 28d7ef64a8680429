"""Everything that is kept as one JSON document, and back; an export whose trail does not fit is refused whole."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from formulator.consultations import rows
from formulator.consultations.records import Consultation, Document, Exported, Kept, answer_bytes
from formulator.consultations.trail import gone_for_good, standing, verified
from formulator.faults import Fault, FaultsFound, Place
from formulator.keeping.records import document_from

LARGEST_IMPORT = 200_000_000
"""Bytes; one consultation takes about half a million."""
_PLACE = "consultations to import"


@dataclass(frozen=True, slots=True)
class Merged:
    """What an import did: consultations and additions that are new, were here already, or were deleted here before."""

    added: int
    additions: int
    kept: int
    stay_deleted: int

    @property
    def words(self) -> str:
        """The result as a sentence."""
        gone = f" {self.stay_deleted} were deleted here for good and stay deleted." if self.stay_deleted else ""
        return (
            f"{self.added} consultations and {self.additions} additions were added, "
            f"{self.kept} consultations were here already.{gone}"
        )


def document_of(session: Session) -> Document:
    """Everything in the file that is as it was recorded, oldest first, and the whole trail."""
    trail, contents = rows.entries(session), rows.contents(session)
    sound = {subject for subject, one in standing(trail).items() if contents.get(subject) == one.content_sha256}
    kept = [one for one in rows.all_kept(session) if one.consultation.id in sound]
    return Document(
        consultations=tuple(Exported(consultation=one.consultation, answer=one.document) for one in reversed(kept)),
        given=tuple(one for one in rows.all_given(session) if one.id in sound),
        outcomes=tuple(one for one in rows.all_outcomes(session) if one.id in sound),
        trail=trail,
    )


def as_bytes(document: Document) -> bytes:
    """A document as JSON; answers keep the order of their keys, on which their hash rests."""
    return json.dumps(document.model_dump(mode="json"), ensure_ascii=False, allow_nan=False).encode() + b"\n"


def read_document(content: bytes) -> Document:
    """An exported document in which everything is as its trail says; the export leaves out what was tampered with.

    Raises FaultsFound for anything else, naming what is wrong and never quoting it.
    """
    document = document_from(content, Document, _PLACE, LARGEST_IMPORT)
    records = [*(one.consultation for one in document.consultations), *document.given, *document.outcomes]
    contents = {one.id: rows.record_hash(one) for one in records}
    if len(contents) < len(records):
        raise _refused("Something stands twice.")
    try:
        for one in document.consultations:
            Kept(consultation=one.consultation, answer=answer_bytes(one.answer))
    except (ValueError, RecursionError):
        raise _refused("An answer is not the one that was kept.") from None
    found = verified(document.trail, contents, None)
    breaks = [one for one in found.breaks if not one.is_gone]
    if breaks:
        raise _refused(f"Its trail does not fit: {breaks[0]}")
    return document


def _refused(problem: str) -> FaultsFound:
    return FaultsFound([Fault(Place(_PLACE), "", problem, advice="Nothing was imported.")])


def merge(session: Session, document: Document, at: str) -> Merged:
    """Adds what is new, each with an entry of the trail; what is here already is never replaced."""
    gone = gone_for_good(rows.entries(session))
    here = set(rows.contents(session))
    offered = [one for one in document.consultations if one.consultation.id not in gone]
    new = [one for one in offered if one.consultation.id not in here]
    for one in new:
        session.add(rows.consultation_row(one.consultation, answer_bytes(one.answer)))
        _entered(session, one.consultation, at)
    known = here | {one.consultation.id for one in new}
    additions = _new_additions(session, (*document.given, *document.outcomes), known, here | gone, at)
    return Merged(len(new), additions, len(offered) - len(new), len(document.consultations) - len(offered))


def _new_additions(
    session: Session, offered: Iterable[rows.Addition], known: set[str], not_again: set[str] | frozenset[str], at: str
) -> int:
    new = [one for one in offered if one.consultation in known and one.id not in not_again]
    for one in new:
        session.add(rows.addition_row(one))
        _entered(session, one, at)
    return len(new)


def _entered(session: Session, record: Consultation | rows.Addition, at: str) -> None:
    about = (record.id, "") if isinstance(record, Consultation) else (record.consultation, record.id)
    rows.append(session, at, "imported", about, rows.record_hash(record))
