"""Progress as one JSON document, and back: everything is checked, nothing is doubled, nothing committed is replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from formulator.faults import Fault, FaultsFound, Place
from formulator.keeping.connection import canonical
from formulator.keeping.records import document_from
from formulator.learn.progress.records import AttemptRecord, CardRecord, Document, RemarkRecord, ReviewRecord
from formulator.learn.progress.schedule import card_after
from formulator.learn.progress.tables import Attempt, CardRow, RemarkRow, Review, Table

LARGEST_IMPORT = 20_000_000
"""Bytes; some thousand attempts take a few million."""
_PLACE = "progress to import"


@dataclass(frozen=True, slots=True)
class Merged:
    """What an import did: attempts that are new, that went on from an older state, and that were there already."""

    added: int
    updated: int
    kept: int
    reviews: int


def columns_of(row: Table) -> dict[str, Any]:
    """A row as a mapping of its columns."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def attempt_of(row: Attempt) -> AttemptRecord:
    """A row as a checked record; raises ValueError where the file holds anything else."""
    remarks = tuple(RemarkRecord(**_without(columns_of(one), "attempt", "position")) for one in row.remarks)
    return AttemptRecord(**columns_of(row), remarks=remarks)


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in names}


def row_of(record: AttemptRecord) -> Attempt:
    """A record as a row with its remarks."""
    remarks = [RemarkRow(position=place, **one.model_dump()) for place, one in enumerate(record.remarks)]
    return Attempt(**record.model_dump(exclude={"remarks"}), remarks=remarks)


def document_of(session: Session) -> Document:
    """Everything in the file, in an order that depends on its content alone.

    Raises ValueError where an entry is not what it should be.
    """
    attempts = session.scalars(select(Attempt).order_by(Attempt.started, Attempt.id))
    reviews = session.scalars(select(Review).order_by(Review.at, Review.id))
    cards = session.scalars(select(CardRow).order_by(CardRow.lesson))
    return Document(
        attempts=tuple(map(attempt_of, attempts)),
        reviews=tuple(ReviewRecord(**_without(columns_of(one), "id")) for one in reviews),
        cards=tuple(CardRecord(**columns_of(one)) for one in cards),
    )


def as_bytes(document: Document) -> bytes:
    """A document as JSON; the same content gives the same bytes."""
    return canonical(document.model_dump(mode="json")).encode() + b"\n"


def read_document(content: bytes) -> Document:
    """An exported document; raises FaultsFound for anything else, naming what is wrong and never quoting it."""
    document = document_from(content, Document, _PLACE, LARGEST_IMPORT)
    numbers = [one.id for one in document.attempts]
    if len(set(numbers)) < len(numbers):
        raise FaultsFound([Fault(Place(_PLACE), "attempts", "An attempt stands twice.", "each id once")])
    return document


def merge(session: Session, document: Document) -> Merged:
    """Adds what is new. An attempt goes on from the later state, and a decision that is kept is never replaced.

    Cards are not taken over but made anew from all reviews. Raises FaultsFound where a review names an attempt that is
    neither kept nor in the document.
    """
    counts = {"added": 0, "updated": 0, "kept": 0}
    for record in document.attempts:
        counts[_merge_attempt(session, record)] += 1
    session.flush()
    known = set(session.scalars(select(Attempt.id)))
    if any(one.attempt is not None and one.attempt not in known for one in document.reviews):
        raise FaultsFound([Fault(Place(_PLACE), "reviews", "A review names an attempt that is not there.")])
    new = add_reviews(session, document.reviews)
    return Merged(**counts, reviews=new)


def _merge_attempt(session: Session, record: AttemptRecord) -> str:
    kept = session.get(Attempt, record.id)
    if kept is None:
        session.add(row_of(record))
        return "added"
    later = record.committed is not None or record.saved > kept.saved
    if kept.committed is not None or kept.case != record.case or not later:
        return "kept"
    session.delete(kept)
    session.flush()
    session.add(row_of(record))
    return "updated"


def add_reviews(session: Session, reviews: Iterable[ReviewRecord]) -> int:
    """Adds the reviews that are not there yet and brings the cards of their lessons up to date; says how many."""
    by_lesson: dict[str, dict[str, ReviewRecord]] = defaultdict(dict)
    for one in reviews:
        by_lesson[one.lesson][one.id] = one
    return sum(_add_to_lesson(session, lesson, offered) for lesson, offered in sorted(by_lesson.items()))


def _add_to_lesson(session: Session, lesson: str, offered: dict[str, ReviewRecord]) -> int:
    rows = session.scalars(select(Review).where(Review.lesson == lesson))
    kept = {one.id: ReviewRecord(**_without(columns_of(one), "id")) for one in rows}
    new = {number: one for number, one in offered.items() if number not in kept}
    session.add_all(Review(id=number, **one.model_dump()) for number, one in new.items())
    card = card_after(lesson, {**kept, **new}.values()) if new else None
    if card is not None:
        session.merge(CardRow(lesson=lesson, state=dict(card.to_dict()), due=card.due))
    return len(new)
