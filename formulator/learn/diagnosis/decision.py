"""May we treat? Red flags missed, a work-up skipped, too much or too little caution, reasons of a right decision."""

from __future__ import annotations

from collections.abc import Iterator

from formulator.engine.answer import Argument
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import TREATMENT
from formulator.learn.diagnosis.remark import Remark
from formulator.learn.diagnosis.review import Review, remark, remark_of
from formulator.learn.diagnosis.words import CALLS_FOR, TO_DECIDE, fact_words, sentence, telling


def missed_red_flag(review: Review) -> Iterator[Remark]:
    """A referral or a prohibition holds, and the decision was lighter."""
    for one in _graver_than_decided(review):
        if review.weight_of(one) != "treat_after" and not _nothing_left(one, review):
            yield remark_of("missed_red_flag", one, TREATMENT, _missed(one, review))


def treated_before_work_up(review: Review) -> Iterator[Remark]:
    """Something must come first, and the decision was to treat at once."""
    for one in _graver_than_decided(review):
        if review.weight_of(one) == "treat_after":
            yield remark_of("treated_before_work_up", one, TREATMENT, _missed(one, review))


def nothing_left_to_inject(review: Review) -> Iterator[Remark]:
    """Nothing that may be injected has support, and the decision was to treat."""
    for one in _graver_than_decided(review):
        if _nothing_left(one, review):
            text = sentence(f"Nothing to inject has support here; you chose {_decided(review)}.")
            yield remark_of("nothing_to_inject", one, TREATMENT, text)


def over_caution(review: Review) -> Iterator[Remark]:
    """The rules allow more than was decided."""
    if not review.graver:
        return
    allowed = TO_DECIDE[review.answer.decision]
    text = sentence(f"The rules say {allowed} here; you chose {_decided(review)}.")
    reason = next(iter(_reasons(review)), None)
    if reason is None:
        lesson = review.indication_lesson
        yield remark("over_caution", lesson, TREATMENT, text)
    else:
        yield remark_of("over_caution", reason, TREATMENT, text)


def right_decision(review: Review) -> Iterator[Remark]:
    """The decision is right: each rule behind it."""
    if review.commitment.decision != review.answer.decision:
        return
    for one in _reasons(review):
        fact = fact_words(one.because, review.knowledge)
        decided = f"Right {_decided(review)}"
        text = sentence(f"{decided}: {fact}." if fact else f"{decided}.", f"{decided}.")
        yield remark_of("right_decision", one, TREATMENT, text)


def _reasons(review: Review) -> Iterator[Argument]:
    """The arguments that lead to the decision itself, not those for a lighter one."""
    return (one for one in review.decision_arguments if review.weight_of(one) == review.answer.decision)


def _graver_than_decided(review: Review) -> Iterator[Argument]:
    decided = GRAVEST_FIRST.index(str(review.commitment.decision))
    for one in review.decision_arguments:
        if GRAVEST_FIRST.index(review.weight_of(one)) < decided:
            yield one


def _nothing_left(argument: Argument, review: Review) -> bool:
    return review.knowledge.rules[argument.rule].when_nothing_is_left


def _decided(review: Review) -> str:
    return TO_DECIDE[str(review.commitment.decision)]


def _missed(argument: Argument, review: Review) -> str:
    """Which fact calls for what, and whether it was known at all."""
    fact = fact_words(argument.because, review.knowledge) or "This patient"
    core = f"{fact} - {CALLS_FOR[review.weight_of(argument)]}"
    asked = ""
    if review.hidden(argument.because):
        asked = " It was never asked for."
    elif review.was_found(telling(argument.because)):
        asked = " You saw it and did not use it."
    return sentence(f"{core}; you chose {_decided(review)}.{asked}", f"{core}.{asked}", f"{core}.")
