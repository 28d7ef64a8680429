"""The parts of an answer: plain immutable values that every export and page reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from formulator.engine.formulation import Formulation, Infeasible

SCHEMA = "formulator/recommendation/1"

STATUSES = ("recommended", "adjunct", "optional", "deferred", "not_indicated", "contraindicated")
USABLE = frozenset(("recommended", "adjunct", "optional"))
MOVABLE = USABLE | {"deferred"}


@dataclass(frozen=True, slots=True)
class Because:
    """A field and the value that was read; the value None stands for unknown."""

    field: str
    value: Any


@dataclass(frozen=True, slots=True)
class Argument:
    """One reason for or against a subject, with the values that it read and its sources."""

    rule: str
    subject: str
    kind: str
    text: str
    detail: str
    because: tuple[Because, ...]
    certainty: str
    sources: tuple[str, ...]
    role: str | None = None
    limits_to: str | None = None
    until: str = ""
    harm: str | None = None


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A rule whose answer hangs on unknown fields."""

    rule: str
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Natural:
    """An interval in the unit that clinicians use."""

    effect: float
    low: float
    high: float
    unit: str


@dataclass(frozen=True, slots=True)
class Response:
    """What a comparable trial would find, over an inert control; numbers are None unless it is estimable.

    `effect`, `low`, `high` are in SDs of the outcome, positive is better; `code` says why there is no number.
    `own` is the average with its 95 % interval, without what any arm gains by being the tested one.
    """

    estimable: bool
    reason: str
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.8
    scale: str | None = None
    p_better_than_control: float | None = None
    studies: int = 0
    patients: int = 0
    certainty: str | None = None
    code: str = ""
    sentence: str = ""
    family: str = ""
    natural: Natural | None = None
    own: tuple[float | None, float | None, float | None] | None = None


@dataclass(frozen=True, slots=True)
class ComponentAnswer:
    """One component of the knowledge base, judged for this patient."""

    id: str
    status: str
    cautions: tuple[Argument, ...]
    arguments: tuple[Argument, ...]
    not_evaluated: tuple[NotEvaluated, ...]
    response: Response
    stocked: bool


@dataclass(frozen=True, slots=True)
class Assumption:
    """A fact taken as absent because nobody knows it; to be asked before the first session."""

    field: str
    value: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """An unknown field, why it matters, what each answer would change, and the answer that would change most."""

    field: str
    why: str
    answers: Mapping[str, tuple[str, ...]]
    worst: str = ""


@dataclass(frozen=True, slots=True)
class PlannedPhase:
    """A phase of the plan: number of sessions and the published range of intervals."""

    name: str
    sessions: int | None
    interval_days_low: float
    interval_days_high: float
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """One dated session; components are those that are due on the day."""

    number: int
    phase: str
    date: date
    components: tuple[str, ...]
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Reassess:
    """A date to look again, and at what."""

    date: date
    what: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedWashout:
    """A medicine around one session; no dates and no session where only its prescriber may decide."""

    medicine: str
    stop_on: date | None
    resume_on: date | None
    text: str
    sources: tuple[str, ...]
    session: int | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A way to bring the components in, and what effect it gives up against injection."""

    technique: str
    text: str
    given_up: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The dated course. `provisional` names the questions that must be answered before any date holds."""

    phases: tuple[PlannedPhase, ...]
    sessions: tuple[Session, ...]
    reassess: tuple[Reassess, ...]
    stop_rule: str
    maintenance: str
    washouts: tuple[PlannedWashout, ...]
    technique: tuple[str, ...]
    deliveries: tuple[Delivery, ...]
    could_be_added: tuple[str, ...]
    left_out: tuple[str, ...]
    settle_first: tuple[str, ...]
    provisional: tuple[str, ...]
    event: date | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for before or after a session, or an expectation."""

    id: str
    text: str
    sources: tuple[str, ...]
    hours: float | None = None
    days: float | None = None
    weeks_low: float | None = None
    weeks_high: float | None = None
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class DisagreementShown:
    """A topic on which sources differ, as it concerns this patient; `id` is that of the disagreement or threshold."""

    id: str
    topic: str
    used: str
    positions: tuple[tuple[str, tuple[str, ...]], ...]
    why: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The whole answer, with the hashes that made it."""

    decision: str
    decision_arguments: tuple[Argument, ...]
    indication: str | None
    components: tuple[ComponentAnswer, ...]
    plan: Plan | None
    assumptions: tuple[Assumption, ...]
    missing: tuple[Question, ...]
    before: tuple[Note, ...]
    after: tuple[Note, ...]
    expect: tuple[Note, ...]
    side_effects: tuple[Note, ...]
    disagreements: tuple[DisagreementShown, ...]
    notice: str
    knowledge_version: str
    knowledge_sha256: str
    model_version: str | None
    model_sha256: str | None
    profile: Mapping[str, Any]
    profile_sha256: str
    derived: Mapping[str, Any]
    date: date
    formulations: tuple[Formulation, ...] = ()
    infeasible: Infeasible | None = None

    def component(self, identifier: str) -> ComponentAnswer:
        """The answer about one component; raises KeyError for an id that is not in the knowledge base."""
        for component in self.components:
            if component.id == identifier:
                return component
        raise KeyError(identifier)
