"""What was ruled out: rightly, for the wrong fact, or without reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formulator.engine.answer import Argument
from formulator.engine.options import CONSTRAINTS
from formulator.knowledge.items import TREATMENT
from formulator.learn.diagnosis.choice import speaking_for
from formulator.learn.diagnosis.remark import Remark
from formulator.learn.diagnosis.review import Review, remark, remark_of
from formulator.learn.diagnosis.words import fact_words, field_in_words, sentence


def false_exclusion(review: Review) -> Iterator[Remark]:
    """A component that may be used was ruled out; a caution that reads the fact is the lesson, if there is one."""
    for name, field in _excluded(review):
        if not review.usable(name) or _kept_out_by_a_wish(name, field, review):
            continue
        arguments = review.parts[name].arguments
        cautions = [one for one in arguments if one.kind == "against" and review.reads(one, field)]
        component, fact = review.name(name), field_in_words(field, review.knowledge)
        if cautions:
            text = sentence(f"{component}: {fact} calls for care, and excludes nothing.")
            yield remark_of("false_exclusion", cautions[0], name, text)
        else:
            text = sentence(f"{component}: {fact} is no reason to leave it out.", f"{component}: not excluded here.")
            yield remark_of("false_exclusion", speaking_for(arguments)[0], name, text)


def wrong_reason(review: Review) -> Iterator[Remark]:
    """It is right to leave something out, but not for the fact that was named."""
    for name, field in _excluded(review):
        reasons = _keeping_out(name, review)
        for_another_cause = not reasons and field in review.inputs("indication")
        if not (review.usable(name) or for_another_cause or _right_reasons(name, field, review)):
            yield _wrong(name, field, reasons, review)
    field = review.commitment.exclusions.get(TREATMENT)
    if field and review.answer.decision != "treat" and not review.lighter:
        arguments = review.decision_arguments
        if not any(review.reads(one, field) for one in arguments):
            yield _wrong(TREATMENT, field, arguments, review)


def _wrong(name: str, field: str, reasons: Sequence[Argument], review: Review) -> Remark:
    fact = field_in_words(field, review.knowledge)
    subject = "Treatment" if name == TREATMENT else review.name(name)
    if not reasons:
        lesson = review.lesson_of_component(name)
        text = sentence(f"{subject}: nothing speaks for it here; {fact} does not forbid it.")
        return remark("wrong_reason", lesson, name, text)
    real = fact_words(reasons[0].because, review.knowledge)
    instead = f"the reason is not {fact} but {real}" if real else f"it is out for everybody, not for {fact}"
    text = sentence(f"{subject}: {instead}.", f"{subject}: the reason is another than {fact}.")
    return remark_of("wrong_reason", reasons[0], name, text)


def rightly_excluded(review: Review) -> Iterator[Remark]:
    """Something was ruled out for the fact that forbids it."""
    for name, field in _excluded(review):
        reasons = [] if review.usable(name) else _right_reasons(name, field, review)
        if reasons:
            yield _right(name, review.name(name), reasons[0], review)
    field = review.commitment.exclusions.get(TREATMENT)
    if field and review.answer.decision != "treat":
        reasons = [one for one in review.decision_arguments if review.reads(one, field)]
        if reasons:
            yield _right(TREATMENT, "Treatment", reasons[0], review)


def _right(name: str, subject: str, reason: Argument, review: Review) -> Remark:
    fact = fact_words(reason.because, review.knowledge)
    text = sentence(f"{subject}: rightly ruled out - {fact}.", f"{subject}: rightly ruled out.")
    return remark_of("rightly_excluded", reason, name, text)


def _excluded(review: Review) -> Iterator[tuple[str, str]]:
    return ((name, field) for name, field in review.commitment.exclusions.items() if name != TREATMENT)


def _keeping_out(name: str, review: Review) -> list[Argument]:
    """What excludes a component, else what limits it to nothing."""
    arguments = review.parts[name].arguments
    excluding = [one for one in arguments if one.kind == "excludes"]
    return excluding or [one for one in arguments if one.limits_to == "not_indicated"]


def _right_reasons(name: str, field: str, review: Review) -> list[Argument]:
    """The arguments that keep a component out and rest on the field."""
    arguments = [one for one in review.parts[name].arguments if one.kind == "excludes" or one.limits_to]
    return [one for one in arguments if review.reads(one, field)]


def _kept_out_by_a_wish(name: str, field: str, review: Review) -> bool:
    """Whether stock, needles, place or sessions keep a usable component out, and the trainee named that."""
    return any(CONSTRAINTS[one][0] == field for one in review.broken.get(name, ()))
