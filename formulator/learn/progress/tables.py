"""The tables of the progress file: ids of cases, coded choices, keys of lessons; never a name, never a patient."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from formulator.keeping import MetaColumns

SCHEMA = 1
"""The version of these tables; a file of a later one is refused, not touched."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC as text of fixed width, so that order in the file is order in time."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """The moment as text; raises ValueError for one without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The moment in UTC; raises ValueError for anything else."""
        return None if value is None else datetime.fromisoformat(value).astimezone(UTC)


class Table(DeclarativeBase):
    """What all tables share: how moments and coded choices are written."""

    type_annotation_map = {datetime: Instant, dict[str, Any]: JSON(none_as_null=True)}  # noqa: RUF012 - read by SQLAlchemy


class Attempt(Table):
    """One case played once: what is revealed and entered so far, and the decision once it is committed."""

    __tablename__ = "attempts"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case: Mapped[str]
    started: Mapped[datetime]
    saved: Mapped[datetime]
    state: Mapped[dict[str, Any]]
    committed: Mapped[dict[str, Any] | None]
    committed_at: Mapped[datetime | None]
    indication: Mapped[str | None]
    decision_right: Mapped[bool | None]
    sure: Mapped[int | None]
    knowledge_version: Mapped[str | None]
    knowledge_sha256: Mapped[str | None]
    remarks: Mapped[list[RemarkRow]] = relationship(
        order_by="RemarkRow.position", cascade="all, delete-orphan", lazy="selectin"
    )


class RemarkRow(Table):
    """One thing that was right or wrong about a committed decision."""

    __tablename__ = "remarks"
    attempt: Mapped[str] = mapped_column(ForeignKey("attempts.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    right: Mapped[bool]
    kind: Mapped[str]
    skill: Mapped[str]
    lesson: Mapped[str]
    subject: Mapped[str]
    __table_args__ = (Index("remarks_by_lesson", "lesson"),)


class Review(Table):
    """A lesson that was at stake once. Rows are added and never changed; `id` follows from the other columns."""

    __tablename__ = "reviews"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    lesson: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime]
    remembered: Mapped[bool]
    attempt: Mapped[str | None] = mapped_column(ForeignKey("attempts.id"))


class CardRow(Table):
    """When a missed lesson is due again. It follows from the reviews and is kept beside them for reading."""

    __tablename__ = "cards"
    lesson: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]]
    due: Mapped[datetime] = mapped_column(index=True)


class Meta(MetaColumns, Table):
    """What the file says about itself."""
