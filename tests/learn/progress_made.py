"""Moments, remarks and decisions from which tests of progress are put together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from formulator.learn.commitment import Commitment, Course, Drawn
from formulator.learn.diagnosis.remark import Feedback, Lesson, Remark, Skill, lesson_of
from formulator.learn.progress import Judged, ProgressStore

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
DAY = timedelta(days=1)
HASH = "ab" * 32


def remark(key: str, skill: Skill = "safety") -> Remark:
    """A remark about a lesson; whether it praises or blames is for the feedback to say."""
    return Remark("missed", skill, lesson_of(key), "prp", "A sentence that is not kept.")


def result(
    missed: tuple[str, ...] = (),
    right: tuple[str, ...] = (),
    at_stake: tuple[str, ...] = (),
    decision_right: bool = True,
    skill: Skill = "safety",
    indication: str | None = "melasma",
) -> Judged:
    """A judged decision with these lessons missed, right, and part of the case."""
    feedback = Feedback(tuple(remark(one, skill) for one in missed), tuple(remark(one, skill) for one in right))
    return Judged(
        feedback, decision_right, indication, tuple(Lesson("rule", one) for one in at_stake), "2026.11.1", HASH
    )


def decision(sure: int = 70) -> Commitment:
    """A decision with something in every part."""
    return Commitment(
        cause="postpartum",
        asked=("ferritin",),
        decision="treat_after",
        components={"prp": "main"},
        exclusions={"treatment": "pregnancy"},
        graded={"prp": "low"},
        believed={"claim_one": False},
        course=Course(3, 28, None),
        syringes=((Drawn("prp", None, "mL per mL of blood"),),),
        sure=sure,
    )


def played(store: ProgressStore, case: str, now: datetime, judged: Judged, sure: int = 70, number: int = 0) -> str:
    """A case begun and decided at one moment; `number` makes its id."""
    attempt = store.begin_attempt(case, now, attempt=f"{number:032x}" if number else None)
    store.commit_attempt(attempt, decision(sure), judged, now)
    return attempt
