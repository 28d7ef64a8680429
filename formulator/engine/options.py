"""Which components may enter a formulation, and which constraint keeps each of the others out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from formulator.engine.amounts import dilutable
from formulator.engine.answer import USABLE, ComponentAnswer
from formulator.engine.coverage import cover, tightest
from formulator.engine.delivery import EXCLUDED, Way, Ways, ways_for
from formulator.engine.findings import CERTAINTY_ORDER
from formulator.engine.patient import Patient
from formulator.engine.quantities import Quantity, quantity
from formulator.engine.strengths import is_blood, strength_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Technique

STOCK, NEEDLES, PLACE, SESSIONS, CONTENTS = "stock", "needle_aversion", "place", "max_sessions", "contents"
CONSTRAINTS = {
    STOCK: ("stocked_components", "Only what is in stock."),
    NEEDLES: ("needle_aversion", "No syringe needle."),
    PLACE: ("site", "A published technique for this site."),
    SESSIONS: ("max_sessions", "No more sessions than are wanted."),
    CONTENTS: ("", "Nothing that holds, or is diluted with, what is excluded for this patient."),
}
"""Each constraint with the field behind it and its words."""
WEAKEST = ("very_low", "expert")
_TIERS = ("recommended", "adjunct", "optional")


@dataclass(frozen=True, slots=True)
class Option:
    """One component as it would be given; `device` stands for a step without a syringe."""

    id: str
    tier: int
    certainty: str
    way: Way | None
    device: bool
    points: int
    blood: bool
    cost: int
    unpublished: bool

    @property
    def weak(self) -> bool:
        """Whether only very low certainty or opinion speaks for it."""
        return self.certainty in WEAKEST


@dataclass(frozen=True, slots=True)
class Candidates:
    """Options that meet every constraint, and for each usable component the constraints that it breaks."""

    options: tuple[Option, ...]
    broken: tuple[tuple[str, frozenset[str]], ...]


def candidates(patient: Patient, answers: Sequence[ComponentAnswer], technique: str | None = None) -> Candidates:
    """Judge every usable component that is brought into the skin; `technique` is taken wherever it fits."""
    usable = [one for one in answers if one.status in USABLE and one.id in patient.knowledge.into_skin]
    ways = replace(ways_for(patient, answers), preferred=technique)
    found = {one.id: None if is_device(one.id, patient) else _way(one.id, ways) for one in usable}
    broken = tuple(sorted((one.id, _broken(one, found[one.id], answers, patient)) for one in usable))
    fine = {name for name, constraints in broken if not constraints}
    costs = _costs(patient)
    options = [_option(one, found[one.id], patient, costs) for one in usable if one.id in fine]
    return Candidates(tuple(sorted(options, key=lambda one: one.id)), broken)


def _way(name: str, ways: Ways) -> Way | None:
    return ways.of(ways.patient.knowledge.components[name])


def _broken(
    one: ComponentAnswer, way: Way | None, answers: Sequence[ComponentAnswer], patient: Patient
) -> frozenset[str]:
    found = set() if one.stocked else {STOCK}
    if not _enough_sessions(one.id, patient):
        found.add(SESSIONS)
    if way is None and not is_device(one.id, patient):
        found.add(_missing_for_a_way(one.id, answers, patient))
    if comes_with(one.id, patient.knowledge) & {each.id for each in answers if each.status in EXCLUDED}:
        found.add(CONTENTS)
    return frozenset(found)


def comes_with(name: str, knowledge: Knowledge) -> set[str]:
    """What enters the patient besides the component: what the product holds, and its diluent."""
    component = knowledge.components[name]
    diluent = {component.diluent} if dilutable(name, knowledge) else set()
    return {one.id for one in component.contains} | diluent


def _missing_for_a_way(name: str, answers: Sequence[ComponentAnswer], patient: Patient) -> str:
    """The one constraint without which a technique would be found."""
    anyway = [replace(each, stocked=True) for each in answers]
    if _way(name, ways_for(patient, anyway)):
        return STOCK
    return NEEDLES if _way(name, ways_for(patient, anyway, averse=False)) else PLACE


def is_device(name: str, patient: Patient) -> bool:
    """Whether a component is a step with a device and not something that is filled."""
    return name in patient.knowledge.members("devices")


def _enough_sessions(name: str, patient: Patient) -> bool:
    """Whether the shortest published induction fits into the sessions wanted."""
    wanted = patient.profile.get("max_sessions")
    protocol = patient.knowledge.protocols.get(str(patient.facts.get("indication")))
    if not isinstance(wanted, int) or protocol is None:
        return True
    own = next((one.phases for one in protocol.components if one.id == name), protocol.phases)
    shortest = own[0].sessions.low if own[0].sessions else 1
    return shortest <= wanted


def _costs(patient: Patient) -> dict[str, int]:
    return {name: one.value for one in patient.knowledge.composition.cost_classes for name in one.components}


def _option(one: ComponentAnswer, way: Way | None, patient: Patient, costs: dict[str, int]) -> Option:
    component = patient.knowledge.components[one.id]
    device = is_device(one.id, patient)
    return Option(
        id=one.id,
        tier=_TIERS.index(one.status),
        certainty=certainty_of(one),
        way=way,
        device=device,
        points=points_of(way.technique, patient) if way else 0,
        blood=is_blood(component),
        cost=costs.get(one.id, 0),
        unpublished=not device and not is_blood(component) and strength_of(component) is None,
    )


def certainty_of(one: ComponentAnswer) -> str:
    """The best certainty of what speaks for a component."""
    found = [CERTAINTY_ORDER.index(each.certainty) for each in one.arguments if each.kind in ("for", "confirms")]
    return CERTAINTY_ORDER[min(found, default=len(CERTAINTY_ORDER) - 1)]


def points_of(technique: Technique, patient: Patient) -> int:
    """Punctures of one pass with this technique, before limits are shared."""
    area = area_of(patient)
    return cover(technique, area, tightest(())).points or 0


def area_of(patient: Patient) -> Quantity | None:
    """The area to treat, None where it was not given."""
    value = patient.profile.get("area_cm2")
    return quantity(str(value), "cm2") if isinstance(value, int | float) and value > 0 else None


def carriers(options: Iterable[Option]) -> frozenset[str]:
    """Devices that bring in what is chosen."""
    return frozenset(one.way.carrier for one in options if one.way and one.way.carrier)
