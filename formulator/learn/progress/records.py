"""What is kept, as plain checked values: the same shapes for reading, for export and for import."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from formulator.keeping.records import Hash, Moment, Number, Record, Version
from formulator.knowledge.items.parts import Identifier
from formulator.learn.commitment import Commitment, plain_commitment
from formulator.learn.diagnosis.remark import Lesson, Skill, lesson_of

EXPORT = "formulator/progress/1"
_CODE = re.compile(r"[A-Za-z0-9_.,+:/%*^-]{0,200}")
_UNIT = re.compile(r"[A-Za-z0-9µ/%. ]{0,40}")
_DEEPEST, _MOST_VALUES = 6, 3000
_MOST_DIGITS = 12


def is_coded(value: Any) -> bool:
    """Whether a value is made of coded choices alone, of bounded size: no spaces, so no sentence and no full name."""
    counted = 0
    waiting: list[tuple[str, Any, int]] = [("", value, 0)]
    while waiting:
        key, one, depth = waiting.pop()
        counted += 1
        if counted > _MOST_VALUES or depth > _DEEPEST or not _is_code(key, one):
            return False
        if isinstance(one, dict):
            waiting += [(str(name), part, depth + 1) for name, part in one.items()]
        elif isinstance(one, list | tuple):
            waiting += [(key, part, depth + 1) for part in one]
    return True


def _is_code(key: str, value: Any) -> bool:
    if not _CODE.fullmatch(key):
        return False
    if isinstance(value, str):
        return bool((_UNIT if key == "unit" else _CODE).fullmatch(value))
    if isinstance(value, dict):
        return all(isinstance(name, str) for name in value)
    if isinstance(value, int | float):
        return abs(value) < 1e12
    return value is None or isinstance(value, list | tuple)


_COMMITMENT = TypeAdapter(Commitment)


def commitment_of(plain: dict[str, Any]) -> Commitment:
    """The decision that was written by `plain_commitment`; raises ValueError for anything else."""
    try:
        found = _COMMITMENT.validate_python(plain)
    except ValidationError:
        raise ValueError("no decision") from None
    amounts = [one for syringe in found.syringes for drawn in syringe for one in (drawn.strength, drawn.volume_ml)]
    bounded = all(one is None or abs(one.adjusted()) < _MOST_DIGITS for one in amounts)
    if not bounded or plain_commitment(found) != plain or not 0 <= found.sure <= 100:
        raise ValueError("no decision")
    return found


def _coded(value: dict[str, Any]) -> dict[str, Any]:
    if not is_coded(value):
        raise ValueError("coded choices only, of bounded size")
    return value


def _decision(value: dict[str, Any]) -> dict[str, Any]:
    commitment_of(_coded(value))
    return value


def _key(value: str) -> str:
    lesson_of(value)
    return value


Coded = Annotated[dict[str, Any], AfterValidator(_coded)]
Decided = Annotated[dict[str, Any], AfterValidator(_decision)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.,+:/-]{0,200}$")]
Key = Annotated[str, Field(pattern=r"^[a-z]+:[A-Za-z0-9_+]{1,190}$"), AfterValidator(_key)]


class RemarkRecord(Record):
    """What was right or wrong about a decision, without its sentences: those follow from the knowledge."""

    right: bool
    kind: Word
    skill: Skill
    lesson: Key
    subject: Word


class AttemptRecord(Record):
    """A case played once. Before the decision only `state` is known; after it everything from `committed` on.

    `sure` is the trainee's certainty in percent; `decision_right` whether the decision was the engine's.
    """

    id: Number
    case: Identifier
    started: Moment
    saved: Moment
    state: Coded
    committed: Decided | None = None
    committed_at: Moment | None = None
    indication: Identifier | None = None
    decision_right: bool | None = None
    sure: Annotated[int, Field(ge=0, le=100)] | None = None
    knowledge_version: Version | None = None
    knowledge_sha256: Hash | None = None
    remarks: Annotated[tuple[RemarkRecord, ...], Field(max_length=400)] = ()

    @model_validator(mode="after")
    def _whole(self) -> AttemptRecord:
        judged = (self.committed_at, self.decision_right, self.sure, self.knowledge_version, self.knowledge_sha256)
        if any((one is None) != (self.committed is None) for one in judged):
            raise ValueError("a decision is kept whole or not at all")
        if self.committed is None and (self.remarks or self.indication):
            raise ValueError("remarks belong to a decision")
        return self

    @property
    def mistakes(self) -> frozenset[str]:
        """The keys of the lessons that were missed."""
        return frozenset(one.lesson for one in self.remarks if not one.right)


class ReviewRecord(Record):
    """A lesson that was at stake at a moment, in an attempt or in a short exercise."""

    lesson: Key
    at: Moment
    remembered: bool
    attempt: Number | None = None

    @property
    def id(self) -> str:
        """Follows from the whole review, so that merging the same review twice keeps one."""
        text = f"{self.lesson}|{self.at.isoformat(timespec='microseconds')}|{self.attempt or ''}|{self.remembered}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class CardRecord(Record):
    """When a lesson is due, and the memory model's state behind it."""

    lesson: Key
    due: Moment
    state: dict[str, Any]


class Document(Record):
    """Everything that is kept, in one piece."""

    format: Literal["formulator/progress/1"] = EXPORT
    attempts: Annotated[tuple[AttemptRecord, ...], Field(max_length=20_000)] = ()
    reviews: Annotated[tuple[ReviewRecord, ...], Field(max_length=200_000)] = ()
    cards: Annotated[tuple[CardRecord, ...], Field(max_length=20_000)] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """A lesson with the moment at which it is due, and the case in which it was missed last, if it was in a case."""

    lesson: Lesson
    due: datetime
    missed_in: str | None
    missed_at: datetime | None
