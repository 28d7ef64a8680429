"""From a decision to its feedback: every diagnoser in order, the gravest first, each mistake said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from formulator.evidence.answer import EvidenceModel
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.learn.cases import Case, Casebook, answer_of
from formulator.learn.commitment import Commitment
from formulator.learn.diagnosis import causes, choice, decision, evidence, exclusions, schedule, syringes
from formulator.learn.diagnosis.kinds import KINDS
from formulator.learn.diagnosis.remark import Feedback, Remark
from formulator.learn.diagnosis.review import Review

Diagnoser = Callable[[Review], Iterable[Remark]]

DIAGNOSERS: tuple[Diagnoser, ...] = (
    decision.missed_red_flag,
    decision.treated_before_work_up,
    decision.nothing_left_to_inject,
    decision.over_caution,
    choice.contraindication_overlooked,
    choice.unlawful_as_ordinary,
    syringes.dose_beyond_limit,
    causes.wrong_cause,
    causes.decided_without_knowing,
    causes.wrong_first_step,
    syringes.unsafe_mixture,
    syringes.too_many_parts,
    choice.right_component_wrong_cause,
    choice.no_indication,
    choice.unsupported_beside_the_decision,
    exclusions.false_exclusion,
    choice.missed_main_part,
    exclusions.wrong_reason,
    choice.cannot_be_given,
    choice.role_misjudged,
    evidence.evidence_overrated,
    evidence.evidence_underrated,
    evidence.marketing_claim_believed,
    evidence.sound_claim_doubted,
    schedule.schedule_out_of_range,
    causes.needless_tests,
)
"""What can be wrong, gravest first."""

CONFIRMERS: tuple[Diagnoser, ...] = (
    decision.right_decision,
    causes.right_cause,
    causes.needed_finding_asked,
    causes.right_first_step,
    exclusions.rightly_excluded,
    choice.component_right,
    syringes.mixture_safe,
    syringes.dose_within_limit,
    schedule.schedule_in_range,
    evidence.grade_right,
    evidence.claim_weighed_right,
)
"""What can be right."""
ALWAYS_CREDITED = frozenset(("needed_finding_asked",))
"""To have asked is right, whatever was made of the answer."""


def feedback_of(
    commitment: Commitment, case: Case, book: Casebook, knowledge: Knowledge, model: EvidenceModel | None = None
) -> Feedback:
    """What was missed and what was right in one decision; pure, the same for the same decision.

    Raises FaultsFound where no decision was made.
    """
    if commitment.decision is None:
        allowed = ", ".join(reversed(GRAVEST_FIRST))
        raise FaultsFound([Fault(Place("commitment"), "decision", "Nothing was decided yet.", allowed)])
    answer = answer_of(case, knowledge, model)
    return judged(Review(commitment, answer, knowledge, model, case, book), DIAGNOSERS, CONFIRMERS)


def judged(review: Review, diagnosers: Iterable[Diagnoser], confirmers: Iterable[Diagnoser]) -> Feedback:
    """What these find: mistakes once each in the order of their kinds; what was missed is not also praised.

    Nobody is blamed for what rests on a fact that nothing could have told.
    """
    found = [one for diagnose in diagnosers for one in diagnose(review) if not review.beyond_reach(one.because)]
    order = list(KINDS)
    mistakes = tuple(_said_once(sorted(found, key=lambda one: order.index(one.kind))))
    missed = {one.lesson for one in mistakes}
    praised = (one for confirm in confirmers for one in confirm(review))
    right = (one for one in praised if one.kind in ALWAYS_CREDITED or one.lesson not in missed)
    return Feedback(mistakes, tuple(dict.fromkeys(right)))


def _said_once(remarks: Iterable[Remark]) -> Iterator[Remark]:
    """About one subject of one topic the gravest alone; about decision, facts and doses each lesson once."""
    said: set[tuple[str, str]] = set()
    for one in remarks:
        keys = _keys(one)
        if not keys & said:
            said |= keys
            yield one


def _keys(one: Remark) -> set[tuple[str, str]]:
    topic = KINDS[one.kind].topic
    by_lesson = {("lesson", one.lesson.key)} if topic in ("decision", "known", "dose") else set()
    return by_lesson if topic in ("decision", "dose") else by_lesson | {(topic, one.subject)}
