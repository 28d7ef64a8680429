"""How sure: claims believed or doubted, evidence graded above or below what stands."""

from __future__ import annotations

from collections.abc import Iterator

from formulator.engine.answer import Argument
from formulator.engine.findings import CERTAINTY_ORDER
from formulator.knowledge.items import Claim
from formulator.learn.cases.agreement import rules_used
from formulator.learn.diagnosis.choice import speaking_for
from formulator.learn.diagnosis.expected import certainties_of
from formulator.learn.diagnosis.remark import Lesson, Remark
from formulator.learn.diagnosis.review import Review, backed, remark, remark_of
from formulator.learn.diagnosis.words import CERTAINTY, sentence

_LAW = ("jurisdiction", "in_eu")
_CONTRADICTED, _USED = "contradicted", "used"


def marketing_claim_believed(review: Review) -> Iterator[Remark]:
    """A claim was believed that the sources contradict."""
    for claim, believed in _weighed(review):
        if believed and claim.verdict == _CONTRADICTED:
            yield _about_claim("marketing_claim_believed", claim, f'"{claim.claim}" is contradicted by the sources.')


def sound_claim_doubted(review: Review) -> Iterator[Remark]:
    """A claim was doubted although rules that it refers to speak about this very patient."""
    used = rules_used(review.answer)
    for claim, believed in _weighed(review):
        if not believed and claim.verdict == _USED and used.intersection(claim.refers_to):
            yield _about_claim("sound_claim_doubted", claim, f'"{claim.claim}" is sound: the answer here rests on it.')


def claim_weighed_right(review: Review) -> Iterator[Remark]:
    """A contradicted claim was doubted, or a sound one taken up."""
    for claim, believed in _weighed(review):
        if not believed and claim.verdict == _CONTRADICTED:
            yield _about_claim("claim_weighed_right", claim, f'"{claim.claim}" rightly doubted.')
        if believed and claim.verdict == _USED:
            yield _about_claim("claim_weighed_right", claim, f'"{claim.claim}" rightly taken up.')


def _weighed(review: Review) -> Iterator[tuple[Claim, bool]]:
    claims = review.knowledge.claims
    return ((claims[name], believed) for name, believed in review.commitment.believed.items())


def _about_claim(kind: str, claim: Claim, text: str) -> Remark:
    return backed(remark(kind, Lesson("claim", claim.id), claim.id, sentence(text)), claim.text, claim.sources)


def evidence_overrated(review: Review) -> Iterator[Remark]:
    """The evidence was graded higher than anything that stands."""
    for name, place, allowed in _graded(review):
        if place < allowed[0]:
            yield _about_grade("evidence_overrated", name, place, "no more", review)


def evidence_underrated(review: Review) -> Iterator[Remark]:
    """The evidence was graded lower than anything that stands."""
    for name, place, allowed in _graded(review):
        if place > allowed[1]:
            yield _about_grade("evidence_underrated", name, place, "no less", review)


def grade_right(review: Review) -> Iterator[Remark]:
    """The grade is one that stands, or next to it where several stand."""
    for name, place, allowed in _graded(review):
        if allowed[0] <= place <= allowed[1]:
            yield _with_reason("grade_right", name, _rightly_graded(name, place, review), review)


def _rightly_graded(name: str, place: int, review: Review) -> str:
    standing = certainties_of(review.parts[name])
    given, component = CERTAINTY[CERTAINTY_ORDER[place]], review.name(name)
    if place in standing:
        return sentence(f"{component}: its use here carries {given}, as you said.")
    near = CERTAINTY[CERTAINTY_ORDER[min(standing, key=lambda one: abs(one - place))]]
    return sentence(f"{component}: its use here carries {near}; you said {given}, which is near enough.")


def _graded(review: Review) -> Iterator[tuple[str, int, tuple[int, int]]]:
    """Each graded component with the place of its grade and the places that are right.

    Where sources and trials carry several certainties, one step beyond them is right too.
    """
    for name, word in review.commitment.graded.items():
        standing = certainties_of(review.parts[name])
        if len(standing) > 0:
            step = 1 if len(standing) > 1 else 0
            yield name, CERTAINTY_ORDER.index(word), (min(standing) - step, max(standing) + step)


def _about_grade(kind: str, name: str, place: int, bound: str, review: Review) -> Remark:
    standing = certainties_of(review.parts[name])
    word = CERTAINTY[CERTAINTY_ORDER[min(standing) if bound == "no more" else max(standing)]]
    given = CERTAINTY[CERTAINTY_ORDER[place]]
    component = review.name(name)
    text = sentence(
        f"{component}: what is known of its use here carries {word} and {bound}, you said {given}.",
        f"{component}: its use here carries {word}, you said {given}.",
    )
    return _with_reason(kind, name, text, review)


def _with_reason(kind: str, name: str, text: str, review: Review) -> Remark:
    part = review.parts[name]
    against = [one for one in part.arguments if one.limits_to and not _is_law(one)]
    reasons = speaking_for(part.arguments) or against
    if reasons:
        return remark_of(kind, reasons[0], name, text)
    return backed(remark(kind, Lesson("component", name), name, text), part.response.sentence)


def _is_law(argument: Argument) -> bool:
    return any(one.field in _LAW for one in argument.because)
