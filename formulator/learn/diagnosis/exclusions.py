"""What was ruled out: rightly, for the wrong fact, or without reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formulator.engine.answer import Argument
from formulator.engine.options import CONSTRAINTS
from formulator.knowledge.items import TREATMENT
from formulator.learn.commitment import IN_GENERAL
from formulator.learn.diagnosis.choice import is_barred, speaking_for
from formulator.learn.diagnosis.remark import Remark
from formulator.learn.diagnosis.review import Review, remark, remark_of
from formulator.learn.diagnosis.words import fact_words, field_in_words, lowered, sentence

_OF_NO_PATIENT = frozenset(("jurisdiction", "in_eu", "domain", "concern", "indication"))
"""Facts of the place and of the complaint: a rule that reads nothing else holds in general."""


def false_exclusion(review: Review) -> Iterator[Remark]:
    """A component that may be used was ruled out; a caution that reads the fact is the lesson, if there is one."""
    for name, field in _excluded(review):
        if not review.usable(name) or _kept_out_by_a_wish(name, field, review):
            continue
        arguments = review.parts[name].arguments
        cautions = [one for one in arguments if one.kind == "against" and field and review.reads(one, field)]
        component, fact = review.name(name), field_in_words(field, review.knowledge) if field else ""
        if cautions:
            text = sentence(f"{component}: {fact} calls for care, and excludes nothing.")
            yield remark_of("false_exclusion", cautions[0], name, text)
        else:
            core = f"{fact} is no reason to leave it out" if fact else "it may be used here, nothing rules it out"
            text = sentence(f"{component}: {core}.", f"{component}: not excluded here.")
            yield remark_of("false_exclusion", speaking_for(arguments)[0], name, text)


def wrong_reason(review: Review) -> Iterator[Remark]:
    """It is right to leave something out, but not for the fact that was named."""
    for name, field in _excluded(review):
        if review.usable(name) or _right_reasons(name, field, review) or _nothing_speaks(name, field, review):
            continue
        reasons = _own(name, review) or _keeping_out(name, review)
        if reasons or field not in review.inputs("indication"):
            yield _wrong(name, field, reasons, review)
    field = review.commitment.exclusions.get(TREATMENT)
    if field is not None and review.answer.decision != "treat" and not review.lighter:
        arguments = review.decision_arguments
        if not any(_rests_on(one, field, review) for one in arguments):
            yield _wrong(TREATMENT, field, arguments, review)


def _wrong(name: str, field: str, reasons: Sequence[Argument], review: Review) -> Remark:
    subject = "Treatment" if name == TREATMENT else review.name(name)
    if not reasons:
        fact = field_in_words(field, review.knowledge)
        text = sentence(f"{subject}: nothing speaks for it here; {fact} does not forbid it.")
        return remark("wrong_reason", review.lesson_of_component(name), name, text)
    real = fact_words(reasons[0].because, review.knowledge)
    text = sentence(
        f"{subject}: {_instead(name, field, real, review)}.", f"{subject}: right, but for another reason than yours."
    )
    return remark_of("wrong_reason", reasons[0], name, text)


def _instead(name: str, field: str, real: str, review: Review) -> str:
    """What the reason is, and what the fact that was named does instead, if it does anything."""
    if field == IN_GENERAL:
        return f"the reason is a fact of this patient: {real}" if real else "the reason is a fact of this patient"
    fact = field_in_words(field, review.knowledge)
    own = f"the reason is {real}" if real else "it is out for everybody"
    delaying = [one for one in _delaying(name, review) if review.reads(one, field)]
    if delaying:
        known = lowered(fact_words(delaying[0].because, review.knowledge)) or fact
        return f"right, for another reason - {own}; {known} only delays the session"
    return f"the reason is not {fact} but {real}" if real else f"{own}, not for {fact}"


def _delaying(name: str, review: Review) -> list[Argument]:
    """What makes the whole procedure wait, and is no reason against this component."""
    arguments = review.parts[name].arguments if name != TREATMENT else ()
    return [one for one in arguments if review.decides(one) and review.weight_of(one) != "do_not_treat"]


def rightly_excluded(review: Review) -> Iterator[Remark]:
    """Something was ruled out for the fact that forbids it."""
    for name, field in _excluded(review):
        reasons = [] if review.usable(name) else _right_reasons(name, field, review)
        if reasons:
            yield _right(name, review.name(name), reasons[0], review)
        elif not review.usable(name) and _nothing_speaks(name, field, review):
            text = sentence(f"{review.name(name)}: rightly left out - no rule speaks for it here.")
            yield remark("rightly_excluded", review.lesson_of_component(name), name, text)
    field = review.commitment.exclusions.get(TREATMENT)
    if field is not None and review.answer.decision != "treat":
        reasons = [one for one in review.decision_arguments if _rests_on(one, field, review)]
        if reasons:
            yield _right(TREATMENT, "Treatment", reasons[0], review)


def _right(name: str, subject: str, reason: Argument, review: Review) -> Remark:
    fact = fact_words(reason.because, review.knowledge) or "it is out for everybody"
    text = sentence(f"{subject}: rightly ruled out - {fact}.", f"{subject}: rightly ruled out.")
    return remark_of("rightly_excluded", reason, name, text)


def _excluded(review: Review) -> Iterator[tuple[str, str]]:
    return ((name, field) for name, field in review.commitment.exclusions.items() if name != TREATMENT)


def _rests_on(argument: Argument, field: str, review: Review) -> bool:
    """Whether an argument rests on the fact that was named, or on none of this patient where none was."""
    if field == IN_GENERAL:
        return {one.field for one in argument.because} <= _OF_NO_PATIENT
    return review.reads(argument, field)


def _nothing_speaks(name: str, field: str, review: Review) -> bool:
    """Whether it was left out in general, and no rule says anything about it."""
    return field == IN_GENERAL and not _keeping_out(name, review)


def _keeping_out(name: str, review: Review) -> list[Argument]:
    """What excludes a component or limits it to nothing; what excludes comes first."""
    arguments = review.parts[name].arguments
    excluding = [one for one in arguments if one.kind == "excludes"]
    return [*excluding, *(one for one in arguments if one.limits_to == "not_indicated")]


def _own(name: str, review: Review) -> list[Argument]:
    """What keeps this very component out for good; beside it a rule that makes every session wait is no reason."""
    kept = [one for one in _keeping_out(name, review) if review.weight_of(one) != "treat_after" or is_barred(one)]
    return [one for one in kept if not review.decides(one) and not one.until]


def _right_reasons(name: str, field: str, review: Review) -> list[Argument]:
    """The arguments that keep a component out and rest on the field."""
    reasons = _keeping_out(name, review)
    if any(one.kind == "excludes" or is_barred(one) for one in _own(name, review)):
        delaying = _delaying(name, review)
        reasons = [one for one in reasons if one not in delaying]
    return [one for one in reasons if _rests_on(one, field, review)]


def _kept_out_by_a_wish(name: str, field: str, review: Review) -> bool:
    """Whether stock, needles, place or sessions keep a usable component out, and the trainee named that."""
    return any(CONSTRAINTS[one][0] == field for one in review.broken.get(name, ()))
