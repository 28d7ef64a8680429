"""Which case asks for a lesson again: another one than the case in which it was missed, or two patients who differ."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

from formulator.engine.answer import USABLE, Recommendation
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of
from formulator.learn.cases.agreement import rules_used
from formulator.learn.diagnosis.remark import Lesson
from formulator.proof.pairs import load_pairs
from formulator.proof.questions import PairQuestion, questions_of


@dataclass(frozen=True, slots=True)
class Exercise:
    """What to do about a lesson: a case by its id, or a question about two patients where no other case asks for it."""

    lesson: Lesson
    case: str | None = None
    question: PairQuestion | None = None


@dataclass(frozen=True, slots=True)
class CaseIndex:
    """For each lesson the cases that ask for it, those that are about it first, then easy ones; and each indication."""

    cases: Mapping[str, tuple[str, ...]]
    indications: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Compared by what is in knowledge and casebook, so that an index is made once for both."""

    digest: tuple[str, str]
    book: Casebook = field(compare=False)
    knowledge: Knowledge = field(compare=False)


def index_of(book: Casebook, knowledge: Knowledge) -> CaseIndex:
    """The index of a casebook under a knowledge; made once for the content of both.

    Raises FaultsFound where the patient of a case is not valid.
    """
    digest = hashlib.sha256()
    for name in sorted(book.cases):
        digest.update(book.cases[name].model_dump_json().encode())
    return _index(_Asked((knowledge.sha256, digest.hexdigest()), book, knowledge))


@lru_cache(maxsize=4)
def _index(asked: _Asked) -> CaseIndex:
    found: dict[str, list[Case]] = defaultdict(list)
    indications: dict[str, str | None] = {}
    for case in asked.book.cases.values():
        answer = answer_of(case, asked.knowledge)
        indications[case.id] = answer.indication
        for key in {*_about(case), *_asked_for(answer)}:
            found[key].append(case)
    return CaseIndex({key: _ordered(key, cases) for key, cases in found.items()}, indications)


def _about(case: Case) -> Iterator[str]:
    yield from (f"rule:{rule}" for rule in case.lessons)
    yield from (f"claim:{claim}" for claim in case.claims)


def _asked_for(answer: Recommendation) -> Iterator[str]:
    """The lessons that an answer can teach, by their keys.

    Rules that argue; usable components with their limits and, as pairs, their mixing; the indication, and its course
    where there is a plan.
    """
    yield from (f"rule:{rule}" for rule in rules_used(answer))
    usable = sorted(part.id for part in answer.components if part.status in USABLE)
    yield from (f"{kind}:{name}" for kind in ("component", "limit") for name in usable)
    yield from (f"mixing:{one}+{other}" for one, other in combinations(usable, 2))
    if answer.indication:
        yield from (f"{kind}:{answer.indication}" for kind in ("indication", *(("course",) if answer.plan else ())))


def _ordered(key: str, cases: list[Case]) -> tuple[str, ...]:
    about = {case.id for case in cases if key in _about(case)}
    return tuple(case.id for case in sorted(cases, key=lambda one: (one.id not in about, one.difficulty, one.id)))


@dataclass(frozen=True, slots=True)
class _Known:
    """Compared by the hash of the knowledge."""

    sha256: str
    knowledge: Knowledge = field(compare=False)


@lru_cache(maxsize=4)
def _questions(known: _Known) -> Mapping[str, tuple[PairQuestion, ...]]:
    pairs = tuple(pair for pair in load_pairs() if pair.rule in known.knowledge.rules)
    found: dict[str, list[PairQuestion]] = defaultdict(list)
    for one in questions_of(pairs, known.knowledge):
        found[one.rule].append(one)
    return {rule: tuple(questions) for rule, questions in found.items()}


def questions_about(lesson: Lesson, knowledge: Knowledge) -> tuple[PairQuestion, ...]:
    """The questions about two patients whom this rule tells apart; none for lessons of another kind."""
    return _questions(_Known(knowledge.sha256, knowledge)).get(lesson.id, ()) if lesson.kind == "rule" else ()


def next_case_for(  # noqa: PLR0913 - what was played and missed, and which of several questions is next
    lesson: Lesson,
    book: Casebook,
    knowledge: Knowledge,
    played: Collection[str],
    missed_in: Collection[str] = (),
    turn: int = 0,
) -> Exercise | None:
    """Where to meet a lesson again.

    A case not played yet; else one that was played, but in which the lesson was not missed; else a question about two
    patients (the one whose turn it is); else the case in which it was missed. None where nothing asks for it any more.
    """
    cases = index_of(book, knowledge).cases.get(lesson.key, ())
    other = [name for name in cases if name not in missed_in]
    for name in (*(name for name in other if name not in played), *other):
        return Exercise(lesson, case=name)
    questions = questions_about(lesson, knowledge)
    if questions:
        return Exercise(lesson, question=questions[turn % len(questions)])
    return Exercise(lesson, case=cases[0]) if cases else None


def due_in(case: Case, due: Iterable[Lesson], book: Casebook, knowledge: Knowledge) -> tuple[Lesson, ...]:
    """Of the lessons that are due, those that this case asks for again."""
    cases = index_of(book, knowledge).cases
    return tuple(lesson for lesson in due if case.id in cases.get(lesson.key, ()))
