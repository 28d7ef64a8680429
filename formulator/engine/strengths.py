"""How strong a component is in the syringe, what it is made from, and which ceilings its monograph names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formulator.engine.quantities import Quantity, is_unit, quantity
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Amount, Component

PER_KG, PER_CM2, POINTS, VOLUME, DOSE = "per kg", "per cm2", "points", "volume", "dose"
_SHOWN_AS_MG_PER_ML = "%"
_FROM_BLOOD = "autologous biologic"


@dataclass(frozen=True, slots=True)
class Strength:
    """Concentration in the syringe and of the vial in `unit`; `made_from` is None where it comes ready."""

    concentration: Quantity
    unit: str
    made_from: Quantity | None
    text: str
    sources: tuple[str, ...]

    @property
    def dose_unit(self) -> str:
        """The unit of a dose: what stands above the line in the concentration."""
        return self.unit.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A limit that is never exceeded in one session."""

    id: str
    component: str
    kind: str
    allowed: Quantity
    unit: str
    text: str
    sources: tuple[str, ...]

    @property
    def only_published(self) -> bool:
        """Whether it is only the largest dose that anybody published, not a ceiling that somebody set."""
        return only_published(self.id)


def only_published(limit: str) -> bool:
    """Whether the limit of this id is only the largest dose that anybody published."""
    return limit.endswith("_published")


def strength_of(component: Component) -> Strength | None:
    """The strength that is marked as used, None where no strength for the skin has been published."""
    line = next((one for one in component.concentrations if one.used is not None and is_unit(one.unit)), None)
    if line is None:
        return None
    unit = "mg/mL" if line.unit == _SHOWN_AS_MG_PER_ML else line.unit
    stock = next((one for one in component.stock if one.high is not None), None)
    made_from = quantity(stock.high, stock.unit) if stock and stock.high is not None else None
    return Strength(
        quantity(line.used or 0, line.unit), unit, made_from, f"{line.why} {line.text}", _sources(line, stock)
    )


def _sources(line: Amount, stock: Amount | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*line.sources, *(stock.sources if stock else ()))))


def ceilings_of(component: Component) -> Iterator[Ceiling]:
    """The limits in a monograph, those of its dose lines that carry `limit`."""
    for line in component.doses:
        if line.limit and line.high is not None:
            allowed = quantity(line.high, line.unit)
            yield Ceiling(line.limit, component.id, _kind(line.unit), allowed, line.unit, line.text, line.sources)


def _kind(unit: str) -> str:
    if unit.endswith("/kg"):
        return PER_KG
    if unit.endswith("/cm2"):
        return PER_CM2
    return POINTS if unit == "injections" else VOLUME if unit == "mL" else DOSE


def substances(component: Component, knowledge: Knowledge) -> dict[str, Quantity | None]:
    """Everything dosed in one mL of the filling: the component itself (None: strength unknown), and what it holds."""
    strength = strength_of(component)
    found = {component.id: strength.concentration if strength else None}
    for one in component.contains:
        if one.id in knowledge.components:
            found[one.id] = quantity(one.value, one.unit)
    return found


def is_blood(component: Component) -> bool:
    """Whether a component is made from the patient's own blood."""
    return component.component_class == _FROM_BLOOD
