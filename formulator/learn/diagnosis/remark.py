"""What the feedback says: mistakes, each with its kind and the lesson behind it, and what was right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from formulator.engine.answer import Because
from formulator.knowledge import Knowledge

Skill = Literal["diagnosis", "safety", "evidence", "formulation", "schedule"]
SKILLS: dict[str, str] = {
    "diagnosis": "Diagnosis",
    "safety": "Safety",
    "evidence": "Evidence",
    "formulation": "Formulation",
    "schedule": "Schedule",
}
LessonKind = Literal["rule", "claim", "mixing", "limit", "course", "indication", "component"]


@dataclass(frozen=True, slots=True, order=True)
class Lesson:
    """What can be missed and comes back later.

    A rule, a claim, a pair in the mixing table, a limit, a course; how an indication is recognised; what a component is
    for, where no rule speaks for or against it. `id` is the id of the rule, claim, component (component, limit) or
    indication (indication, course); of a pair `first+second`, sorted.
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
    if kind not in get_args(LessonKind) or not identifier:
        raise ValueError(key)
    return Lesson(kind, identifier)  # type: ignore[arg-type] - the line above has looked


def is_in(lesson: Lesson, knowledge: Knowledge) -> bool:
    """Whether the knowledge still holds what a lesson is about."""
    places = {
        "rule": knowledge.rules,
        "claim": knowledge.claims,
        "course": knowledge.protocols,
        "indication": knowledge.indications,
    }
    return all(name in places.get(lesson.kind, knowledge.components) for name in lesson.id.split("+"))


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
