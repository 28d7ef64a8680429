"""What the engine's answer asks of a trainee: main parts, facts to know, grades that stand, ranges of the course."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor

from formulator.engine.answer import ComponentAnswer, Recommendation
from formulator.engine.findings import CERTAINTY_ORDER
from formulator.engine.options import candidates
from formulator.engine.patient import Patient
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Phase, Protocol

REVIEW_LEEWAY_WEEKS = 4
"""A look so much earlier or later is the same look: appointments slip by a month (our judgement, no source)."""


def main_parts(answer: Recommendation, patient: Patient) -> tuple[str, ...]:
    """The components that are a main part of the answer and can be given.

    Of those that are brought into the skin, those of the best formulation where there is one: a further one is a
    choice, not a duty. Of two that exclude each other, the first.
    """
    best = frozenset(name for one in answer.formulations[:1] for name in one.components)
    can_enter = best or {one.id for one in candidates(patient, answer.components).options}
    into_skin = patient.knowledge.into_skin
    found: list[str] = []
    for one in answer.components:
        can_be_given = one.stocked and (one.id in can_enter or one.id not in into_skin)
        stood_in_for = alternatives_of(one.id, patient.knowledge) & set(found)
        if one.status == "recommended" and can_be_given and not stood_in_for:
            found.append(one.id)
    return tuple(found)


def alternatives_of(name: str, knowledge: Knowledge) -> frozenset[str]:
    """The components of which one session holds this one or those, never both."""
    groups = (set(one.components) for one in knowledge.composition.one_of if name in one.components)
    return frozenset().union(*groups) - {name}


def certainties_of(part: ComponentAnswer) -> tuple[int, ...]:
    """The certainties that stand about a component, as places in CERTAINTY_ORDER, best first.

    Those of what speaks for it and of the trials; where neither speaks, those of what speaks against it.
    """
    words = [one.certainty for one in part.arguments if one.role]
    words += [part.response.certainty] if part.response.certainty else []
    words = words or [one.certainty for one in part.arguments if one.kind == "against"]
    return tuple(sorted({CERTAINTY_ORDER.index(one) for one in words}))


@dataclass(frozen=True, slots=True)
class Ranges:
    """The published ranges of a course, both ends included: sessions, days between them, weeks to the reassessment."""

    sessions: tuple[int, int] | None
    interval_days: tuple[int, int]
    reassess_weeks: tuple[int, int]


def ranges_of(protocol: Protocol, chosen: Iterable[str], answer: Recommendation, patient: Patient) -> Ranges:
    """The ranges for what was chosen: each component's own course where it has one, else that of the indication.

    Sessions may be those of the induction or of everything before maintenance. A wish for fewer sessions and an event
    that leaves room for fewer widen the range downwards.
    """
    courses = courses_of(protocol, chosen, patient.knowledge)
    phases = [one for course in courses for one in course]
    intervals = [one.interval_days for one in phases]
    weeks = [one.week for one in protocol.reassess]
    first_effect = [protocol.onset_weeks.low] if protocol.onset_weeks else []
    return Ranges(
        _sessions(courses, answer, patient),
        (floor(min(one.low for one in intervals)), ceil(max(one.high for one in intervals))),
        (
            max(1, floor(min(*first_effect, *weeks, min(weeks) - REVIEW_LEEWAY_WEEKS))),
            ceil(max(weeks)) + REVIEW_LEEWAY_WEEKS,
        ),
    )


def courses_of(protocol: Protocol, chosen: Iterable[str], knowledge: Knowledge) -> list[tuple[Phase, ...]]:
    """The courses before maintenance that what is brought into the skin follows; all, where nothing was chosen."""
    own = {one.id: one.phases for one in protocol.components}
    names = [name for name in chosen if name in knowledge.into_skin]
    found = [own.get(name, protocol.phases) for name in names] if names else [protocol.phases, *own.values()]
    active = [tuple(one for one in phases if one.name != "maintenance") or phases for phases in found]
    return list(dict.fromkeys(active))


def _sessions(courses: list[tuple[Phase, ...]], answer: Recommendation, patient: Patient) -> tuple[int, int] | None:
    counted = [[one.sessions for one in course if one.sessions] for course in courses]
    counted = [one for one in counted if one]
    if not counted:
        return None
    low = floor(min(one[0].low for one in counted))
    high = ceil(max(sum(each.high for each in one) for one in counted))
    wanted = patient.profile.get("max_sessions")
    if isinstance(wanted, int):
        low, high = min(low, wanted), min(high, wanted)
    dated = dated_sessions(answer)
    return (min(low, dated), high) if dated else (low, high)


def dated_sessions(answer: Recommendation) -> int:
    """The sessions of the plan before maintenance; 0 where none is dated."""
    return sum(one.phase != "maintenance" for one in answer.plan.sessions) if answer.plan else 0
