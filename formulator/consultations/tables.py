"""The tables of the consultations file. Every value is text as it is hashed; there is no name and no birth date.

Rows refer to one another by id without foreign keys: what does not fit is found by the trail, entry by entry, and shown
instead of making the file unreadable.
"""

from __future__ import annotations

from sqlalchemy import LargeBinary
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from formulator.keeping import Kind, MetaColumns

SCHEMA = 1
HEAD = "head"
"""The key of the table meta under which number and hash of the last entry stand, so that a cut-off trail is noticed."""
_APPEND_ONLY = tuple(
    f"CREATE TRIGGER trail_no_{verb.lower()} BEFORE {verb} ON trail "
    "BEGIN SELECT RAISE(ABORT, 'the trail is only ever added to'); END"
    for verb in ("UPDATE", "DELETE")
)


class Table(DeclarativeBase):
    """What all tables share."""


class Meta(MetaColumns, Table):
    """What the file says about itself."""


class ConsultationRow(Table):
    """One answer as it was given; `answer` is its JSON, compressed, and `answer_sha256` the hash of that JSON.

    `salt` is random and goes with the row: what stays in the trail after deletion can then not be guessed back.
    """

    __tablename__ = "consultations"
    id: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str]
    kept_at: Mapped[str]
    label: Mapped[str]
    program: Mapped[str]
    preferences: Mapped[str]
    date: Mapped[str]
    decision: Mapped[str]
    indication: Mapped[str]
    knowledge_version: Mapped[str]
    knowledge_sha256: Mapped[str]
    model_version: Mapped[str]
    model_sha256: Mapped[str]
    profile_sha256: Mapped[str]
    answer_sha256: Mapped[str]
    answer: Mapped[bytes] = mapped_column(LargeBinary)


class GivenRow(Table):
    """What was given in one session; `components` is a JSON list of component, amount and unit."""

    __tablename__ = "given"
    id: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str]
    consultation: Mapped[str] = mapped_column(index=True)
    recorded_at: Mapped[str]
    day: Mapped[str]
    technique: Mapped[str]
    components: Mapped[str]


class OutcomeRow(Table):
    """A value on an outcome scale on one day."""

    __tablename__ = "outcomes"
    id: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str]
    consultation: Mapped[str] = mapped_column(index=True)
    recorded_at: Mapped[str]
    day: Mapped[str]
    scale: Mapped[str]
    value: Mapped[str]


class TrailRow(Table):
    """One entry of the trail; see trail.py for how it is hashed."""

    __tablename__ = "trail"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]
    action: Mapped[str]
    consultation: Mapped[str]
    item: Mapped[str]
    content_sha256: Mapped[str]
    previous: Mapped[str]
    sha256: Mapped[str]


def _looked_through(session: Session) -> None:
    """Whether all tables and columns are there; a changed value is for the trail to find, not a reason to set aside."""
    for table in Table.metadata.sorted_tables:
        session.execute(table.select().limit(0)).all()


CONSULTATIONS = Kind(
    noun="consultations",
    mark=0x464D434E,
    schema=SCHEMA,
    metadata=Table.metadata,
    read=_looked_through,
    triggers=_APPEND_ONLY,
)
