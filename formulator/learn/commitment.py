"""What the trainee decides before anything is revealed, and what was known at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook

IN_GENERAL = ""
"""The reason of an exclusion that rests on no fact of this patient."""
FREE_GROUPS = ("condition", "allergy", "medication", "lab")
"""Groups of fields that may be asked about freely; any other fact must be told by the story or by a finding."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A component in a syringe: strength and volume as the trainee wrote them, None where nothing was said."""

    component: str
    strength: Decimal | None = None
    unit: str = ""
    volume_ml: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """The schedule: number of sessions, days between them, weeks to the reassessment; None where nothing was said."""

    sessions: int | None = None
    interval_days: int | None = None
    reassess_weeks: int | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """The trainee's whole decision about one case. What is left empty was not decided, and is never guessed.

    `asked` holds the ids of findings in the order in which they were asked for, and names of further fields that were
    asked about freely. `settle` are fields that must be settled or measured before the first session. `components`
    maps a component to its role, `exclusions` a component (or `treatment`) to the field that forbids it (`IN_GENERAL`
    where none of this patient does), `graded` a component to the certainty that the trainee gives its evidence,
    `believed` a claim to whether it holds. `sure` is the trainee's own certainty in the decision, in percent.
    """

    cause: str | None = None
    asked: tuple[str, ...] = ()
    settle: tuple[str, ...] = ()
    decision: str | None = None
    components: Mapping[str, str] = field(default_factory=dict)
    exclusions: Mapping[str, str] = field(default_factory=dict)
    graded: Mapping[str, str] = field(default_factory=dict)
    believed: Mapping[str, bool] = field(default_factory=dict)
    course: Course = Course()
    syringes: tuple[tuple[Drawn, ...], ...] = ()
    sure: int = 50


def shown_to(commitment: Commitment, case: Case) -> frozenset[str]:
    """The fields that the trainee knew at the moment of the decision: told, shown by findings, or asked freely."""
    findings = {one.id: one.shows for one in case.findings}
    asked = (name for entry in commitment.asked for name in findings.get(entry, (entry,)))
    return frozenset((*case.known, *asked))


def tellable_in(case: Case, knowledge: Knowledge) -> frozenset[str]:
    """The fields that the story, a finding or a free question can tell; the cause is for the trainee to find."""
    free = (one.name for group in FREE_GROUPS for one in knowledge.catalogue.group(group))
    return frozenset((*case.known, *free, "cause", *(name for one in case.findings for name in one.shows)))


def effort_of(commitment: Commitment, case: Case, book: Casebook) -> int:
    """What the questions cost, in the points of data/cases/steps.csv; a free question costs one of history."""
    steps = {one.id: one.step for one in case.findings}
    return sum(book.steps[steps.get(entry, "history")].effort for entry in commitment.asked)


def plain_commitment(commitment: Commitment) -> dict[str, Any]:
    """The decision as JSON-ready values, read back by `commitment_from`."""
    return {
        "cause": commitment.cause,
        "asked": list(commitment.asked),
        "settle": list(commitment.settle),
        "decision": commitment.decision,
        "components": dict(commitment.components),
        "exclusions": dict(commitment.exclusions),
        "graded": dict(commitment.graded),
        "believed": dict(commitment.believed),
        "course": {
            "sessions": commitment.course.sessions,
            "interval_days": commitment.course.interval_days,
            "reassess_weeks": commitment.course.reassess_weeks,
        },
        "syringes": [[_plain_drawn(one) for one in syringe] for syringe in commitment.syringes],
        "sure": commitment.sure,
    }


def _plain_drawn(drawn: Drawn) -> dict[str, Any]:
    def number(value: Decimal | None) -> str | None:
        return None if value is None else str(value)

    return {
        "component": drawn.component,
        "strength": number(drawn.strength),
        "unit": drawn.unit,
        "volume_ml": number(drawn.volume_ml),
    }
