"""The trainee's progress in one local file: each step of a running attempt, each decision, each lesson that returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from formulator.engine.answer import Recommendation
from formulator.faults import FaultsFound
from formulator.keeping import KeptFile
from formulator.keeping.connection import canonical
from formulator.keeping.records import in_utc
from formulator.keeping.troubles import trouble
from formulator.learn.cases import Case
from formulator.learn.commitment import Commitment, plain_commitment
from formulator.learn.diagnosis.remark import Feedback, Lesson, Remark, lesson_of
from formulator.learn.progress.exchange import (
    Merged,
    add_reviews,
    as_bytes,
    attempt_of,
    columns_of,
    document_of,
    merge,
    read_document,
    row_of,
)
from formulator.learn.progress.kind import PROGRESS, progress_file
from formulator.learn.progress.records import AttemptRecord, Due, RemarkRecord, ReviewRecord
from formulator.learn.progress.schedule import grades
from formulator.learn.progress.tables import Attempt, CardRow, RemarkRow


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision as it was judged: the feedback, the engine's decision and indication, and what the case is about."""

    feedback: Feedback
    decision_right: bool
    indication: str | None
    at_stake: tuple[Lesson, ...]
    knowledge_version: str
    knowledge_sha256: str


def judged(
    case: Case, answer: Recommendation, commitment: Commitment, feedback: Feedback, due: tuple[Lesson, ...] = ()
) -> Judged:
    """What `commit_attempt` keeps of an answer and its feedback; the lessons of a case are rules.

    `due` are the lessons for which the case was proposed: they are at stake although the case is about others, so that
    a lesson does not stay due after the case that was to ask for it.
    """
    return Judged(
        feedback=feedback,
        decision_right=commitment.decision == answer.decision,
        indication=answer.indication,
        at_stake=(*(Lesson("rule", rule) for rule in case.lessons), *due),
        knowledge_version=answer.knowledge_version,
        knowledge_sha256=answer.knowledge_sha256,
    )


class ProgressStore(KeptFile):
    """Progress in one SQLite file, or in memory alone where `path` is None; threads and processes may share a file."""

    kind = PROGRESS

    def __init__(self, path: Path | None, now: datetime) -> None:
        """Opens or begins the file; raises as `KeptFile`."""
        super().__init__(path, in_utc(now))

    def begin_attempt(
        self, case: str, now: datetime, state: Mapping[str, Any] | None = None, attempt: str | None = None
    ) -> str:
        """A new running attempt at a case; its id is random unless given (32 hexadecimal digits)."""
        number = attempt or uuid4().hex
        now = in_utc(now)
        record = self._checked(id=number, case=case, started=now, saved=now, state=dict(state or {}))
        with self._writing() as session:
            session.add(row_of(record))
        return number

    def save_step(self, attempt: str, state: Mapping[str, Any], now: datetime) -> None:
        """Keeps what is revealed and entered so far, in coded choices; writes nothing where nothing changed.

        Raises FaultsFound where the attempt is gone or decided, or the state is no coded choice.
        """
        now = in_utc(now)
        with self._writing() as session:
            row = self._running(session, attempt)
            checked = self._checked(**{**columns_of(row), "state": dict(state), "saved": now})
            if canonical(row.state) != canonical(checked.state):
                row.state, row.saved = checked.state, checked.saved

    def open_attempts(self) -> tuple[AttemptRecord, ...]:
        """The attempts that are not decided yet, the last saved first."""
        with self._reading() as session:
            rows = session.scalars(
                select(Attempt).where(Attempt.committed_at.is_(None)).order_by(Attempt.saved.desc(), Attempt.id)
            )
            return tuple(map(attempt_of, rows))

    def resume(self, attempt: str) -> AttemptRecord:
        """A running attempt exactly as it was saved last; raises FaultsFound where it is gone or decided."""
        with self._reading() as session:
            return attempt_of(self._running(session, attempt))

    def abandon(self, attempt: str) -> None:
        """Forgets a running attempt; raises FaultsFound where it is gone or decided."""
        with self._writing() as session:
            session.delete(self._running(session, attempt))

    def commit_attempt(self, attempt: str, commitment: Commitment, result: Judged, now: datetime) -> tuple[Due, ...]:
        """Keeps the decision, its remarks and the lessons that come back, all or nothing.

        Gives the lessons of this attempt that have a date. Raises FaultsFound where the attempt is gone or was decided
        before: a decision is never replaced.
        """
        now = in_utc(now)
        remarks = [(one, False) for one in result.feedback.mistakes] + [(one, True) for one in result.feedback.right]
        with self._writing() as session:
            coming_back = frozenset(session.scalars(select(CardRow.lesson)))
            learnt = grades(result.feedback, result.at_stake, coming_back)
            row = self._running(session, attempt)
            record = self._checked(
                **attempt_of(row).model_dump(include={"id", "case", "started", "state"}),
                saved=now,
                committed=plain_commitment(commitment),
                committed_at=now,
                indication=result.indication,
                decision_right=result.decision_right,
                sure=commitment.sure,
                knowledge_version=result.knowledge_version,
                knowledge_sha256=result.knowledge_sha256,
                remarks=tuple(_remark(one, right) for one, right in remarks),
            )
            session.delete(row)
            session.flush()
            session.add(row_of(record))
            session.flush()
            add_reviews(
                session,
                [ReviewRecord(lesson=key, at=now, remembered=well, attempt=attempt) for key, well in learnt.items()],
            )
            return tuple(one for one in self._dates(session) if one.lesson.key in learnt)

    def review(self, lesson: Lesson, remembered: bool, now: datetime) -> None:
        """A lesson that was at stake outside a case, in a short exercise."""
        with self._writing() as session:
            add_reviews(session, [ReviewRecord(lesson=lesson.key, at=in_utc(now), remembered=remembered)])

    def history(self) -> tuple[AttemptRecord, ...]:
        """The decided attempts, the oldest first."""
        with self._reading() as session:
            decided = Attempt.committed_at.is_not(None)
            rows = session.scalars(select(Attempt).where(decided).order_by(Attempt.committed_at, Attempt.id))
            return tuple(map(attempt_of, rows))

    def scheduled(self) -> tuple[Due, ...]:
        """Every lesson that comes back, the earliest first."""
        with self._reading() as session:
            return self._dates(session)

    def due(self, now: datetime) -> tuple[Due, ...]:
        """The lessons that are due by now, the longest overdue first."""
        moment = in_utc(now)
        return tuple(one for one in self.scheduled() if one.due <= moment)

    def export_progress(self) -> bytes:
        """Everything as JSON (format formulator/progress/1); the same progress gives the same bytes."""
        with self._reading() as session:
            return as_bytes(document_of(session))

    def import_progress(self, content: bytes) -> Merged:
        """Adds exported progress, all or nothing, without doubling. Raises FaultsFound for anything else."""
        document = read_document(content)
        with self._writing() as session:
            return merge(session, document)

    def _running(self, session: Session, attempt: str) -> Attempt:
        row = session.get(Attempt, attempt)
        if row is None:
            raise trouble(self.path, "This attempt is not kept any more.", "Begin the case again.")
        if row.committed_at is not None:
            raise trouble(self.path, "This attempt is decided already.", "Look at its answer, or play another case.")
        return row

    def _checked(self, **values: Any) -> AttemptRecord:
        try:
            return AttemptRecord(**values)
        except ValidationError as error:
            where = ".".join(map(str, error.errors(include_url=False)[0]["loc"]))
            raise trouble(self.path, f"{where or 'The attempt'} cannot be kept: coded choices only.") from None

    def _dates(self, session: Session) -> tuple[Due, ...]:
        missed = {
            lesson: (case, at)
            for lesson, case, at in session.execute(
                select(RemarkRow.lesson, Attempt.case, Attempt.committed_at)
                .join(Attempt, Attempt.id == RemarkRow.attempt)
                .where(RemarkRow.right.is_(False))
                .order_by(Attempt.committed_at, Attempt.id)
            )
        }
        cards = session.scalars(select(CardRow).order_by(CardRow.due, CardRow.lesson))
        return tuple(_due(card, *missed.get(card.lesson, (None, None))) for card in cards)


def _due(card: CardRow, case: str | None, at: datetime | None) -> Due:
    return Due(lesson=lesson_of(card.lesson), due=card.due, missed_in=case, missed_at=at)


def _remark(one: Remark, right: bool) -> RemarkRecord:
    return RemarkRecord(right=right, kind=one.kind, skill=one.skill, lesson=one.lesson.key, subject=one.subject)


def open_progress(now: datetime, path: Path | None = None) -> ProgressStore:
    """The user's progress; where it cannot be opened, one in memory whose notices say that nothing will be kept."""
    place = path or progress_file()
    try:
        return ProgressStore(place, now)
    except FaultsFound as found:
        store = ProgressStore(None, now)
        reasons = tuple(" ".join(filter(None, (one.problem, one.advice))) for one in found.faults)
        store.notices = (f"Progress is not saved in this session. {' '.join(reasons)} The place: {place}",)
        return store
