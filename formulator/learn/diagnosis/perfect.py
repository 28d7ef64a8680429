"""The engine's own answer as a decision: what a trainee who misses nothing would commit; the model solution."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from formulator.engine.answer import USABLE, Argument, Recommendation
from formulator.engine.compose import sessions_of
from formulator.engine.findings import CERTAINTY_ORDER
from formulator.engine.formulation import Syringe, SyringeComponent
from formulator.engine.plan import PLANNED
from formulator.engine.schedule import used_interval
from formulator.knowledge import Knowledge
from formulator.knowledge.items import TREATMENT
from formulator.learn.cases import Case
from formulator.learn.commitment import Commitment, Course, Drawn, shown_to
from formulator.learn.diagnosis.causes import blocking_questions
from formulator.learn.diagnosis.expected import certainties_of, courses_of, dated_sessions, main_parts
from formulator.learn.diagnosis.review import Review
from formulator.learn.diagnosis.words import telling

_ROLES = {"recommended": "main", "adjunct": "adjunct", "optional": "optional"}


def perfect_commitment(case: Case, answer: Recommendation, knowledge: Knowledge) -> Commitment:
    """The decision that misses nothing about a case; `answer` is what the engine answers for its whole patient.

    Only what must be known is asked for, only what would come into question is excluded, and no number of the course
    stands where nothing is planned.
    """
    commitment = Commitment(cause=case.cause, asked=_needed(case), decision=answer.decision)
    review = Review(commitment, answer, knowledge, case=case)
    components = _components(review)
    chosen = replace(
        commitment,
        components=components,
        exclusions=_exclusions(review),
        graded={name: _grade(name, review) for name in components},
        believed={name: knowledge.claims[name].verdict != "contradicted" for name in case.claims},
        course=_course(review, components),
        syringes=tuple(_syringe(one) for one in answer.formulations[0].syringes) if answer.formulations else (),
        sure=100,
    )
    return _settled(_asked(chosen, review), review)


def _needed(case: Case) -> tuple[str, ...]:
    return tuple(one.id for one in case.findings if one.needed)


def _asked(commitment: Commitment, review: Review) -> Commitment:
    """With what the decision and the choice rest on asked for too: by a finding that shows it, else freely."""
    now = replace(review, commitment=commitment)
    wanted = [name for one in review.decision_arguments for name in now.hidden(one.because)]
    wanted += [name for _, fields in blocking_questions(now, now.chosen) for name in fields]
    for name in wanted:
        commitment = _asking(name, commitment, review)
    more = [
        name for _, fields in blocking_questions(replace(review, commitment=commitment), now.chosen) for name in fields
    ]
    for name in more:
        commitment = _asking(name, commitment, review)
    return commitment


def _asking(field: str, commitment: Commitment, review: Review) -> Commitment:
    """With one field asked for; a fact that follows from others is asked through what it follows from."""
    inputs = review.inputs(field) & set(review.patient.profile.values) - {"cause"}
    for name in sorted(inputs):
        if review.case is not None and name not in shown_to(commitment, review.case):
            shows = (one.id for one in review.case.findings if name in one.shows)
            commitment = replace(commitment, asked=(*commitment.asked, next(shows, name)))
    return commitment


def _settled(commitment: Commitment, review: Review) -> Commitment:
    """With what the treatment waits for: the facts behind the rules that delay it."""
    if commitment.decision != "treat_after":
        return commitment
    delaying = [one for one in review.decision_arguments if review.weight_of(one) == "treat_after"]
    return replace(commitment, settle=tuple(dict.fromkeys(name for one in delaying for name in _fields(one, review))))


def _fields(argument: Argument, review: Review) -> list[str]:
    """The input fields that an argument rests on, those that can be asked before those that frame it."""
    catalogue = review.knowledge.catalogue.fields
    read = [one.field for one in telling(argument.because)]
    own = [name for name in read if name in catalogue]
    return own or [name for one in read for name in sorted(review.inputs(one)) if name in catalogue]


def _components(review: Review) -> dict[str, str]:
    """Main parts, and what stands in the best formulation with the devices that carry it."""
    best = review.answer.formulations[:1]
    named = [*main_parts(review.answer, review.patient), *(name for one in best for name in one.components)]
    named += [name for one in best for name in one.separate]
    found = {name: review.parts[name].status for name in dict.fromkeys(named)}
    return {name: _ROLES[status] for name, status in found.items() if status in USABLE}


def _exclusions(review: Review) -> dict[str, str]:
    """The fact that forbids the treatment, and for each component that has support here the fact that excludes it."""
    found: dict[str, list[str]] = {}
    if review.answer.decision != "treat":
        found[TREATMENT] = [name for one in review.decision_arguments[:1] for name in _fields(one, review)]
    for part in review.answer.components:
        excluding = [one for one in part.arguments if one.kind == "excludes" and not review.decides(one)]
        if any(one.role for one in part.arguments):
            found[part.id] = [name for one in excluding[:1] for name in _fields(one, review)]
    return {name: fields[0] for name, fields in found.items() if fields}


def _grade(name: str, review: Review) -> str:
    """The best certainty that stands; where no rule and no trial speaks, opinion."""
    standing = certainties_of(review.parts[name])
    return CERTAINTY_ORDER[standing[0]] if standing else "expert"


def _course(review: Review, components: Iterable[str]) -> Course:
    """The numbers of the plan, from the course of what leads the sessions."""
    answer, knowledge = review.answer, review.knowledge
    protocol = knowledge.protocols.get(answer.indication or "")
    if protocol is None or answer.plan is None or answer.decision not in PLANNED:
        return Course()
    into_skin = [name for name in components if name in knowledge.into_skin]
    phase = courses_of(protocol, into_skin[:1], knowledge)[0][0]
    dated = dated_sessions(answer)
    sessions = sessions_of(into_skin[0], review.patient) if into_skin else 0
    if answer.plan.event and dated:
        sessions = min(sessions, dated)
    return Course(sessions or None, round(used_interval(phase)), round(protocol.reassess[0].week))


def _syringe(one: Syringe) -> tuple[Drawn, ...]:
    """What is injected: strength times volume of each part is the dose of the session."""
    if len(one.components) == 1:
        part = one.components[0]
        return (Drawn(part.id, _decimal(part.concentration), part.unit, _decimal(one.volume_ml)),)
    return tuple(_from_its_vial(part) for part in one.components)


def _from_its_vial(part: SyringeComponent) -> Drawn:
    strength = part.concentration if part.stock_concentration is None else part.stock_concentration
    return Drawn(part.id, _decimal(strength), part.unit, _decimal(part.volume_ml))


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
