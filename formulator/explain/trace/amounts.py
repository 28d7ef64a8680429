"""The amounts of one syringe: points, volumes and what caps them, as numbers that follow from one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from formulator.engine.amounts import Bound, Filling, bounds
from formulator.engine.compose import given_of
from formulator.engine.coverage import used_of
from formulator.engine.delivery import way_by
from formulator.engine.formulation import Formulation, Syringe
from formulator.engine.quantities import Quantity
from formulator.engine.strengths import PER_CM2, PER_KG, POINTS, VOLUME, Ceiling
from formulator.explain.trace.reading import GIVEN, Reading
from formulator.explain.trace.tree import Trace, given, worked_out
from formulator.knowledge.items import Technique

SHOWN = 5.1e-5
"""Half of the last decimal of an amount that is shown."""
_BASE_UNITS = {"mass": "mg", "units": "U", "international units": "IU", "volume": "mL", "points": ""}
_FINEST_POINT = 0.01


@dataclass(frozen=True)
class Given:
    """One syringe of a formulation, with everything that caps it as the engine counts it."""

    syringe: Syringe
    number: int
    filling: Filling
    fillings: tuple[Filling, ...]
    reading: Reading

    @property
    def technique(self) -> Technique:
        """How it is given."""
        return self.filling.way.technique

    @cached_property
    def bounds(self) -> tuple[Bound, ...]:
        """What caps it."""
        patient = self.reading.patient
        return tuple(bounds(self.filling, self.fillings, given_of(patient), patient.knowledge))

    @cached_property
    def area(self) -> Trace | None:
        """The area to treat, where it was given."""
        area = self.syringe.area_cm2
        return None if area is None else given(self.reading.label("area_cm2"), area, "cm2", GIVEN, about="area_cm2")

    @cached_property
    def cell(self) -> Trace | None:
        """The area of one point of the grid."""
        figure = self.technique.spacing_cm
        if self.syringe.spacing_cm is None or figure is None:
            return None
        spacing = given("Spacing", self.syringe.spacing_cm, "cm", self.technique.name, figure.sources)
        side = self.syringe.spacing_cm
        return worked_out("Area of a point", side * side, "cm2", "product", (spacing, spacing))

    @cached_property
    def widest_point(self) -> Trace | None:
        """The volume of a point before limits of the session shrink it."""
        figure, caps = self.technique.volume_per_point_ml, list(self._caps("per_point"))
        used = used_of(figure)
        if figure is None or used is None:
            return None
        published = given("Volume a point, published", used, "mL", self.technique.name, figure.sources)
        return _least("Volume a point", "mL", (published, *caps)) if caps else published

    @cached_property
    def volume_caps(self) -> tuple[Trace, ...]:
        """Each cap on the volume of the filling."""
        return tuple(self._caps("volume"))

    @cached_property
    def point_caps(self) -> tuple[Trace, ...]:
        """Each cap on its number of points."""
        return tuple(self._caps("points"))

    def _caps(self, name: str) -> Iterator[Trace]:
        for bound in self.bounds:
            cap = getattr(bound.caps, name)
            if cap is not None:
                yield _cap(bound, cap, self)

    def points(self, point: Trace) -> Trace | None:
        """How many points: what the area or the session volume holds, inside every cap."""
        if self.syringe.points is None or value_of(point) <= 0:
            return None
        available = () if self.on_grid else self._from_session()
        wanted = (self._by_area(),) if self.on_grid else (_whole("Points of the session volume", available, point),)
        by_volume = tuple(_whole(f"Points inside {one.label}", (one,), point) for one in self.volume_caps)
        caps = (*wanted, *by_volume, *self.point_caps)
        return _least("Points", "", caps, self.syringe.points)

    @property
    def on_grid(self) -> bool:
        """Whether the points lie on a grid over a known area."""
        return self.area is not None and self.cell is not None and bool(value_of(self.widest_point))

    def _by_area(self) -> Trace:
        area, cell = self.area, self.cell
        operands = tuple(one for one in (area, cell) if one is not None)
        return worked_out(
            "Points of the grid",
            _steps(value_of(area), value_of(cell)),
            "",
            "whole steps",
            operands,
            sentence="rounded down",
        )

    def _from_session(self) -> tuple[Trace, ...]:
        figure = self.technique.volume_per_session_ml
        used = used_of(figure)
        if figure is None or used is None:
            return ()
        return (given("Volume of a session, published", used, "mL", self.technique.name, figure.sources),)

    def point(self) -> Trace | None:
        """The volume of a point: as published, or smaller where the session would pass a cap."""
        widest, shown = self.widest_point, self.syringe.volume_per_point_ml
        if widest is None or shown is None:
            return None
        if abs(value_of(widest) - shown) <= SHOWN:
            return widest
        figure = self.technique.volume_per_point_ml
        smallest = min(value_of(widest), figure.low) if figure else value_of(widest)
        floor = given("Smallest published point", smallest, "mL", sources=figure.sources if figure else ())
        counted = _least("Points wanted", "", (self._by_area(), *self.point_caps))
        volume = _least("Volume allowed", "mL", self.volume_caps)
        share = worked_out("Shared evenly", value_of(volume) / value_of(counted), "mL", "quotient", (volume, counted))
        step = given("Step", _FINEST_POINT, "mL")
        evenly = worked_out(
            "Rounded down", _steps(value_of(share), _FINEST_POINT) * _FINEST_POINT, "mL", "rounded down", (share, step)
        )
        enough = worked_out(
            "At least the smallest point", max(value_of(evenly), smallest), "mL", "largest", (evenly, floor)
        )
        return _least("Volume a point", "mL", (widest, enough), shown)

    def volume(self, point: Trace | None, points: Trace | None) -> Trace | None:
        """The volume of the filling: points times volume a point, or the published volume inside its caps."""
        shown = self.syringe.volume_ml
        if shown is None:
            return None
        if point is not None and points is not None:
            within = value_of(points) * SHOWN
            return worked_out("Volume", shown, "mL", "product", (points, point), within)
        return _least("Volume", "mL", (*self._from_session(), *self.volume_caps), shown)


def syringes_of(one: Formulation, reading: Reading) -> tuple[Given, ...]:
    """The syringes of a formulation with their fillings as the engine fills them."""
    knowledge = reading.knowledge
    fillings = tuple(
        Filling(
            tuple(each.id for each in syringe.components), way_by(knowledge.techniques[syringe.technique], knowledge)
        )
        for syringe in one.syringes
    )
    pairs = enumerate(zip(one.syringes, fillings, strict=True), 1)
    return tuple(Given(syringe, number, filling, fillings, reading) for number, (syringe, filling) in pairs)


def value_of(one: Trace | None) -> float:
    """The number of a node; 0 where there is none."""
    return one.arithmetic.result if one and one.arithmetic else 0.0


def _steps(value: float, step: float) -> int:
    return int(round(value / step, 9) // 1)


def _whole(label: str, above: Sequence[Trace], point: Trace) -> Trace:
    return worked_out(label, _steps(value_of(above[0]), value_of(point)), "", "whole steps", (*above, point))


def _least(label: str, unit: str, values: Sequence[Trace], shown: float | None = None) -> Trace:
    """The smallest of some numbers; the larger ones did not matter."""
    result = min(map(value_of, values)) if shown is None else shown
    marked = tuple(one if value_of(one) <= result + SHOWN else one._replace(decisive=False) for one in values)
    return worked_out(label, result, unit, "smallest", marked, SHOWN)


def _cap(bound: Bound, cap: Quantity | int, one: Given) -> Trace:
    """One cap with its arithmetic: what is allowed, over the concentration, over the fillings that share it."""
    value = float(cap) if isinstance(cap, int) else float(cap.base)
    unit = "" if isinstance(cap, int) else "mL"
    if bound.ceiling is None:
        figure = one.technique.volume_per_session_ml
        allowed = given("Most in a session, published", figure.high if figure else value, "mL", one.technique.name)
        return _shared(f"the session volume of {one.technique.name}", value, unit, allowed, bound)
    allowed = _allowed(bound.ceiling, one)
    if bound.ceiling.kind in (POINTS, VOLUME):
        return _shared(_ceiling_label(bound.ceiling, one), value, unit, allowed, bound)
    return _by_dose(value, allowed, bound, one)


def _shared(label: str, value: float, unit: str, allowed: Trace, bound: Bound) -> Trace:
    sharing = given("Fillings that share it", bound.sharing)
    operation = "whole steps" if unit == "" else "quotient"
    return worked_out(label, value, unit, operation, (allowed, sharing), sources=allowed.sources)


def _by_dose(value: float, allowed: Trace, bound: Bound, one: Given) -> Trace:
    """The volume, or the volume a point, that keeps a ceiling on a dose."""
    label = _ceiling_label(bound.ceiling, one) if bound.ceiling else ""
    strength = given("Concentration", float(bound.concentration.base) if bound.concentration else 0.0, "a mL")
    if bound.ceiling and bound.ceiling.kind == PER_CM2:
        dose = worked_out(
            "Dose a point", value_of(allowed) * value_of(one.cell), "", "product", _known(allowed, one.cell)
        )
        return worked_out(label, value, "mL", "quotient", (dose, strength))
    volume = worked_out(
        "Volume of that dose", value_of(allowed) / value_of(strength), "mL", "quotient", (allowed, strength)
    )
    return _shared(label, value, "mL", volume, bound)


def _known(*nodes: Trace | None) -> tuple[Trace, ...]:
    return tuple(one for one in nodes if one is not None)


def _allowed(ceiling: Ceiling, one: Given) -> Trace:
    """What a ceiling allows this patient, in base units."""
    first = next((name for name, _ in ceiling.allowed.dimension), "")
    unit = _BASE_UNITS.get(first, "")
    most = given("Ceiling", float(ceiling.allowed.base), unit, ceiling.text, ceiling.sources)
    weight = one.reading.patient.profile.get("weight_kg")
    if ceiling.kind != PER_KG or not isinstance(weight, int | float):
        return most
    heavy = given(one.reading.label("weight_kg"), weight, "kg", GIVEN, about="weight_kg")
    return worked_out("Allowed for this weight", value_of(most) * weight, unit, "product", (most, heavy))


def _ceiling_label(ceiling: Ceiling, one: Given) -> str:
    return f"the limit of {one.reading.knowledge.components[ceiling.component].name.lower()}"
