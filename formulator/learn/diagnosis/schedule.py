"""The course: sessions, interval and reassessment against the published ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from formulator.engine.plan import PLANNED
from formulator.knowledge.items import Protocol
from formulator.learn.commitment import Course
from formulator.learn.diagnosis.expected import Ranges, ranges_of
from formulator.learn.diagnosis.remark import Lesson, Remark
from formulator.learn.diagnosis.review import Review, backed, patient_of, remark
from formulator.learn.diagnosis.words import counted, sentence

_WORDS: dict[str, Callable[[int], str]] = {
    "sessions": lambda number: counted(number, "session"),
    "interval_days": lambda number: f"{counted(number, 'day')} between sessions",
    "reassess_weeks": lambda number: f"reassessment in week {number}",
}


def schedule_out_of_range(review: Review) -> Iterator[Remark]:
    """A number of the course lies outside its published range."""
    protocol = _protocol(review)
    if protocol is None or _fits_the_cause_named(review):
        return
    for name, value, (low, high) in _judged(review, protocol):
        if not low <= value <= high:
            published = f"{low}" if low == high else f"{low} to {high}"
            if name == "reassess_weeks":
                published = " and ".join(f"{one.week:g}" for one in protocol.reassess)
            text = sentence(f"{_WORDS[name](value)}: published for this course - {published}.")
            yield _about(name, text, "schedule_out_of_range", protocol)


def schedule_in_range(review: Review) -> Iterator[Remark]:
    """Every number of the course that was given lies in its range."""
    protocol = _protocol(review)
    judged = list(_judged(review, protocol)) if protocol else []
    if protocol and judged and all(low <= value <= high for _, value, (low, high) in judged):
        said = ", ".join(_WORDS[name](value) for name, value, _ in judged)
        yield _about("course", sentence(f"{said} - as published."), "schedule_in_range", protocol)


def _about(subject: str, text: str, kind: str, protocol: Protocol) -> Remark:
    phase = protocol.phases[0]
    sources = phase.interval_days.sources if subject == "interval_days" else protocol.sources
    detail = protocol.reassess[0].text if subject == "reassess_weeks" else ""
    return backed(remark(kind, Lesson("course", protocol.id), subject, text), detail, sources)


def _protocol(review: Review) -> Protocol | None:
    """The course that holds here; none where neither the rules nor the trainee come to sessions."""
    planned = review.answer.decision in PLANNED and review.commitment.decision in PLANNED
    return review.knowledge.protocols.get(review.answer.indication or "") if planned else None


def _judged(review: Review, protocol: Protocol) -> list[tuple[str, int, tuple[int, int]]]:
    ranges = ranges_of(protocol, review.chosen, review.answer, review.patient)
    return _against(review.commitment.course, ranges)


def _against(course: Course, ranges: Ranges) -> list[tuple[str, int, tuple[int, int]]]:
    """Each number that was given, with its range."""
    pairs = (
        ("sessions", course.sessions, ranges.sessions),
        ("interval_days", course.interval_days, ranges.interval_days),
        ("reassess_weeks", course.reassess_weeks, ranges.reassess_weeks),
    )
    return [(name, value, allowed) for name, value, allowed in pairs if value is not None and allowed is not None]


def _fits_the_cause_named(review: Review) -> bool:
    """Whether the course is right for the wrong cause that was named: then the cause is the mistake, not the course."""
    named = review.commitment.cause
    if review.case is None or named is None or named == review.case.cause or named not in review.other_causes:
        return False
    patient = patient_of({**review.answer.profile, "cause": named}, review.answer, review.knowledge)
    protocol = review.knowledge.protocols.get(str(patient.facts.get("indication")))
    if protocol is None:
        return False
    ranges = ranges_of(protocol, review.chosen, review.answer, patient)
    return all(low <= value <= high for _, value, (low, high) in _against(review.commitment.course, ranges))
