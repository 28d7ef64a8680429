"""The parts of an answer: plain immutable values that every export and page reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

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
class Response:
    """What the evidence model says; here only that it says nothing, and why."""

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
    """An unknown field, why it matters, and what each answer would change."""

    field: str
    why: str
    answers: Mapping[str, tuple[str, ...]]


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
    """A medicine around the first session; stop_on is None where only its prescriber may decide."""

    medicine: str
    stop_on: date | None
    resume_on: date | None
    text: str
    sources: tuple[str, ...]


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
    """A topic on which sources differ, as it concerns this patient."""

    topic: str
    used: str
    positions: tuple[tuple[str, tuple[str, ...]], ...]
    why: str


@dataclass(frozen=True, slots=True)
class SyringeComponent:
    """One component inside one syringe, as injected (hold-up not counted).

    `concentration` is that of the final mixture in `unit` (mg/mL, U/mL, IU/mL); None where no strength is published.
    `volume_ml` is the part of the syringe's volume that this component fills; `dose` is what the patient gets a session.
    """

    id: str
    concentration: float | None
    unit: str
    volume_ml: float | None
    dose: float | None
    dose_unit: str
    stock_concentration: float | None = None
    sources: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Syringe:
    """One filling, given with one technique: all lengths in mm or cm, all volumes in mL, for one session.

    Where no area is known `points`, `volume_ml` and doses are None, and `per_cm2_ml` says how much a cm2 takes. A filling
    larger than one barrel is drawn into `barrels` syringes of `size_ml`. `drawn_ml` is volume plus hold-up.
    """

    components: tuple[SyringeComponent, ...]
    diluent: str | None
    volume_ml: float | None
    technique: str
    depth_mm: float | None
    points: int | None
    spacing_cm: float | None = None
    volume_per_point_ml: float | None = None
    per_cm2_ml: float | None = None
    area_cm2: float | None = None
    diluent_ml: float | None = None
    size_ml: float | None = None
    barrels: int | None = None
    graduation_ml: float | None = None
    hold_up_ml: float | None = None
    drawn_ml: float | None = None
    needle: str = ""
    rounding: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MixingState:
    """What is known about two components in one syringe: compatible, incompatible, conflicting or no_data.

    `together` says whether this formulation has both in one syringe; `conditions` under which the state holds.
    """

    pair: tuple[str, str]
    state: str
    sources: tuple[str, ...]
    text: str
    together: bool = False
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LimitCheck:
    """A limit of dose, volume, points, pH or osmolality: `within` is None where something to check it is unknown."""

    id: str
    component: str
    text: str
    value: float | None
    allowed: float | None
    unit: str
    within: bool | None
    needs: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScorePart:
    """A summand of the ranking: the effect (or role and certainty), or a penalty (negative), with its reason."""

    id: str
    value: float
    text: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Burden:
    """What one session costs the patient: needle points, syringes to fill, mL of blood drawn, highest cost class (0 to 3)."""

    points: int | None
    syringes: int
    blood_ml: float | None
    cost_class: int


@dataclass(frozen=True, slots=True)
class BloodDraw:
    """Platelet-rich plasma: mL of blood to draw for the volume needed, target, published spins, activation."""

    component: str
    blood_ml: float | None
    plasma_ml: float | None
    target: str
    activation: str
    spins: tuple[tuple[str, tuple[str, ...]], ...]
    why: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseDose:
    """What a course of so many sessions adds up to for one component."""

    id: str
    sessions: int
    dose: float | None
    dose_unit: str
    volume_ml: float | None


@dataclass(frozen=True, slots=True)
class Formulation:
    """Components chosen together, with amounts per session; `separate` is given another way (device, skin, mouth).

    Syringes stand in the order in which they are given. `why` says why it stands below the one above.
    """

    rank: int
    syringes: tuple[Syringe, ...]
    separate: tuple[str, ...]
    mixing: tuple[MixingState, ...]
    response: Response
    objections: tuple[Argument, ...]
    why: str
    components: tuple[str, ...] = ()
    score: float = 0.0
    score_parts: tuple[ScorePart, ...] = ()
    burden: Burden | None = None
    limits: tuple[LimitCheck, ...] = ()
    course: tuple[CourseDose, ...] = ()
    blood: tuple[BloodDraw, ...] = ()
    sequence: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    pareto: bool = False


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A constraint that clashes, the field or setting behind it, and the formulation that dropping it would allow."""

    constraint: str
    field: str
    text: str
    gives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Why no formulation exists: the smallest set of constraints that clash, and what relaxing each would give."""

    text: str
    clash: tuple[Relaxed, ...]


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
