"""The words of a formulation: syringes with their amounts, mixing, limits, burden, and why nothing is feasible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from formulator.engine.answer import Argument, Response


@dataclass(frozen=True, slots=True)
class SyringeComponent:
    """One component inside one syringe, as injected (hold-up not counted).

    `concentration` is that of the final mixture in `unit` (mg/mL, U/mL, IU/mL); None where no strength is published.
    `volume_ml` is the part of the syringe's volume that this component fills; `dose` is given a session.
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

    Where no area is known `points`, `volume_ml` and doses are None, and `per_cm2_ml` says what a cm2 takes. A filling
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
    """What a session costs the patient: needle points, syringes, mL of blood, highest cost class (0 to 3)."""

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

    Syringes stand in the order in which they are given. `why` says why it stands below the one above. `beaten_by` says
    for each rank above how often that one scores more when effects are drawn (None: trials have no say, rules decide),
    `not_told_apart_from` the ranks above for which that is too seldom; see engine/firmness.py.
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
    beaten_by: tuple[float | None, ...] = ()
    not_told_apart_from: tuple[int, ...] = ()


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
