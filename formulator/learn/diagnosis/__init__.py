"""From a decision to what was missed in it: an ordered list of diagnosers, and the decision that misses nothing."""

from formulator.learn.diagnosis.critique import critique_of_formulation
from formulator.learn.diagnosis.feedback import DIAGNOSERS, feedback_of
from formulator.learn.diagnosis.kinds import KINDS, MISTAKES, RIGHT, Kind
from formulator.learn.diagnosis.perfect import perfect_commitment
from formulator.learn.diagnosis.remark import SKILLS, Feedback, Lesson, Remark, Skill, is_in, lesson_of

__all__ = [
    "DIAGNOSERS",
    "KINDS",
    "MISTAKES",
    "RIGHT",
    "SKILLS",
    "Feedback",
    "Kind",
    "Lesson",
    "Remark",
    "Skill",
    "critique_of_formulation",
    "feedback_of",
    "is_in",
    "lesson_of",
    "perfect_commitment",
]
