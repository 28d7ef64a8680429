"""What the feedback says: mistakes, each with its kind and the lesson behind it, and what was right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formulator.engine.answer import Because

Skill = Literal["diagnosis", "safety", "evidence", "formulation", "schedule"]
SKILLS: dict[str, str] = {
    "diagnosis": "Diagnosis",
    "safety": "Safety",
    "evidence": "Evidence",
    "formulation": "Formulation",
    "schedule": "Schedule",
}
LessonKind = Literal["rule", "claim", "mixing", "limit", "course"]


@dataclass(frozen=True, slots=True, order=True)
class Lesson:
    """What can be missed and comes back later: a rule, a claim, a pair in the mixing table, a limit, a course.

    `id` is the id of the rule, claim, component (limit) or indication (course); of a pair `first+second`, sorted.
    """

    kind: LessonKind
    id: str

    @property
    def key(self) -> str:
        """The lesson in one word, such as `rule:breastfeeding_wait`."""
        return f"{self.kind}:{self.id}"


def lesson_of(key: str) -> Lesson:
    """The lesson with this key; raises ValueError for anything else."""
    kind, _, identifier = key.partition(":")
    if kind not in ("rule", "claim", "mixing", "limit", "course") or not identifier:
        raise ValueError(key)
    return Lesson(kind, identifier)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was right or wrong about a decision: its kind, the skill, the lesson and a sentence.

    `text` stays under 140 characters, `detail` says more; `subject` is a component, `treatment`, a field or a claim.
    """

    kind: str
    skill: Skill
    lesson: Lesson
    subject: str
    text: str
    detail: str = ""
    because: tuple[Because, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feedback:
    """Mistakes with the gravest first, and what was right; never only a number."""

    mistakes: tuple[Remark, ...]
    right: tuple[Remark, ...]
