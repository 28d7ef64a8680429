"""Which mistakes a case invites: what the diagnosers say to three wrong answers that somebody could give."""

from __future__ import annotations

from collections.abc import Iterator

from formulator.engine.answer import USABLE, Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of
from formulator.learn.commitment import Commitment, Course
from formulator.learn.diagnosis import Lesson, Remark, Skill, feedback_of

_HASTY = Course(sessions=20, interval_days=3, reassess_weeks=52)
_FOR = ("for", "confirms")


def invited_mistakes(
    case: Case, book: Casebook, knowledge: Knowledge, model: EvidenceModel | None
) -> dict[str, list[Remark]]:
    """The remarks by kind of mistake, each once, in the order in which the diagnosers speak."""
    answer = answer_of(case, knowledge, model)
    found: dict[str, dict[tuple[str, str], Remark]] = {}
    for commitment in wrong_answers(case, answer):
        for one in feedback_of(commitment, case, book, knowledge, model).mistakes:
            found.setdefault(one.kind, {}).setdefault((one.lesson.key, one.subject), one)
    return {kind: list(remarks.values()) for kind, remarks in found.items()}


def wrong_answers(case: Case, answer: Recommendation) -> Iterator[Commitment]:
    """Somebody who asks nothing and treats, the same with another cause, and somebody who refuses whatever is asked."""
    tempting = {
        one.id: "main"
        for one in answer.components
        if one.status not in USABLE and any(each.kind in _FOR for each in one.arguments)
    }
    used = {one.id: "main" for one in answer.components if one.status in USABLE}
    hasty = Commitment(
        cause=case.cause,
        decision="treat",
        components={**used, **tempting},
        graded=dict.fromkeys((*used, *tempting), "high"),
        believed=dict.fromkeys(case.claims, True),
        course=_HASTY,
        sure=100,
    )
    yield hasty
    other = next((one for one in case.causes if one != case.cause), None)
    yield Commitment(cause=other, decision="treat", components=hasty.components, sure=100)
    everything = tuple(one.id for one in case.findings)
    excluded = dict.fromkeys(used, "age")
    yield Commitment(cause=case.cause, asked=everything, decision="do_not_treat", exclusions=excluded, sure=100)


def skills_at_stake(case: Case, book: Casebook, knowledge: Knowledge, model: EvidenceModel | None) -> frozenset[Skill]:
    """The skills in which somebody is wanting who misses what the case is about, as the diagnosers say it."""
    taught = {Lesson("rule", one) for one in case.lessons} | {Lesson("claim", one) for one in case.claims}
    found = invited_mistakes(case, book, knowledge, model)
    return frozenset(one.skill for remarks in found.values() for one in remarks if one.lesson in taught)
