"""What to learn next, in order: lessons that are due, the weakest skill, an indication never met, whatever is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from formulator.knowledge import Knowledge
from formulator.learn.cases import Casebook
from formulator.learn.diagnosis.remark import SKILLS, Lesson, lesson_of
from formulator.learn.progress.exercises import Exercise, index_of, next_case_for
from formulator.learn.progress.records import AttemptRecord, Due
from formulator.learn.progress.skills import of_known_cases, weakest_first
from formulator.learn.progress.store import ProgressStore
from formulator.proof.questions import PairQuestion

Why = Literal["due", "skill", "indication", "unplayed"]
MOST = 5


@dataclass(frozen=True, slots=True)
class NextStep:
    """A case or a question, and why. `lesson` is for after the case: named before, it would give the answer away."""

    why: Why
    sentence: str
    case: str | None = None
    question: PairQuestion | None = None
    lesson: Lesson | None = None


def next_steps(
    store: ProgressStore, book: Casebook, knowledge: Knowledge, now: datetime, most: int = MOST
) -> tuple[NextStep, ...]:
    """Up to `most` steps; no case stands twice, and none that is under way.

    Raises FaultsFound where the progress cannot be read.
    """
    history = of_known_cases(store.history(), book.cases)
    under_way = {one.case for one in store.open_attempts()}
    taken = set(under_way)
    played = under_way | {one.case for one in history}
    steps: list[NextStep] = []
    for step in (
        *_due(store.due(now), history, book, knowledge, played, now),
        *_weakest(history, book, knowledge, played),
        *_unmet(history, book, knowledge, played),
        *_unplayed(book, played),
    ):
        if step.case is None or step.case not in taken:
            steps.append(step)
            taken.add(step.case or "")
    return tuple(steps[:most])


def _due(  # noqa: PLR0913 - what is due and missed, and everything from which a case is chosen
    due: tuple[Due, ...],
    history: tuple[AttemptRecord, ...],
    book: Casebook,
    knowledge: Knowledge,
    played: set[str],
    now: datetime,
) -> Iterator[NextStep]:
    skills = {one.lesson: SKILLS[one.skill] for attempt in history for one in attempt.remarks if not one.right}
    for one in due:
        found = next_case_for(one.lesson, book, knowledge, played, {one.missed_in or ""}, turn=now.toordinal())
        if found is not None:
            yield NextStep("due", _said_of_due(one, found, skills, played), found.case, found.question, found.lesson)


def _said_of_due(one: Due, found: Exercise, skills: Mapping[str, str], played: set[str]) -> str:
    """The skill and the dates; what the case teaches is for after it."""
    skill = skills.get(one.lesson.key, "Practice")
    missed = f", from {one.missed_at:%Y-%m-%d}" if one.missed_at else ""
    case = "a case that you know" if found.case in played else "a new case"
    return f"{skill}: due again since {one.due:%Y-%m-%d}{missed}; {'two patients' if found.question else case}."


def _weakest(
    history: tuple[AttemptRecord, ...], book: Casebook, knowledge: Knowledge, played: set[str]
) -> Iterator[NextStep]:
    """A case not played yet for the weakest skill that has one, by the lesson that was missed there last."""
    for progress in weakest_first(history):
        for lesson in _missed(history, progress.group):
            found = next_case_for(lesson, book, knowledge, played, played)
            if found and found.case and found.case not in played:
                share = f"{SKILLS[progress.group]}: {progress.whole.right} of {progress.whole.count} right so far"
                sentence = f"{share}; a new case."
                yield NextStep("skill", sentence, found.case, None, lesson)
                return


def _missed(history: tuple[AttemptRecord, ...], skill: str) -> Iterator[Lesson]:
    remarks = (one for attempt in reversed(history) for one in attempt.remarks)
    keys = dict.fromkeys(one.lesson for one in remarks if one.skill == skill and not one.right)
    yield from map(lesson_of, keys)


def _unmet(
    history: tuple[AttemptRecord, ...], book: Casebook, knowledge: Knowledge, played: set[str]
) -> Iterator[NextStep]:
    """The easiest unplayed case of each indication that was never met, easy ones first."""
    indications = index_of(book, knowledge).indications
    met = {one.indication for one in history} | {indications.get(case) for case in played}
    for case in _easy_first(book, played):
        indication = indications[case]
        if indication is not None and indication not in met:
            met.add(indication)
            yield NextStep("indication", "An indication that you have not met yet.", case)


def _unplayed(book: Casebook, played: set[str]) -> Iterator[NextStep]:
    yield from (
        NextStep("unplayed", "A case that you have not played yet.", case) for case in _easy_first(book, played)
    )


def _easy_first(book: Casebook, played: set[str]) -> list[str]:
    left = (case for case in book.cases.values() if case.id not in played)
    return [case.id for case in sorted(left, key=lambda one: (one.difficulty, one.id))]
