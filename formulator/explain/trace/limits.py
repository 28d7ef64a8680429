"""The limits that a formulation was held against: what it gives, what is allowed, and how both were worked out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formulator.engine.formulation import LimitCheck
from formulator.engine.quantities import quantity
from formulator.engine.strengths import DOSE, PER_CM2, PER_KG, POINTS, VOLUME, Ceiling, ceilings_of
from formulator.explain.trace.amounts import SHOWN, Given, value_of
from formulator.explain.trace.reading import GIVEN, Reading
from formulator.explain.trace.tree import Trace, given, worked_out
from formulator.export.words import LIMIT_WORDS
from formulator.knowledge.items import Component


def limit_trace(check: LimitCheck, syringes: Sequence[Given], reading: Reading) -> Trace:
    """One limit; decisive where it could be checked."""
    component = reading.knowledge.components.get(check.component)
    label = f"Limit, {component.name}" if component else "Limit of the technique"
    ceiling = next((one for one in ceilings_of(component) if one.id == check.id), None) if component else None
    given_now = _given_now(check, ceiling, component, syringes)
    allowed = _allowed(check, ceiling, reading)
    needs = tuple(map(reading.fact, check.needs))
    children = tuple(one for one in (given_now, allowed, *needs) if one is not None)
    known = check.value is not None or bool(needs)
    words = LIMIT_WORDS[check.within]
    return Trace("part", label, words, check.text, "", check.sources, children, known, about=check.id)


def _allowed(check: LimitCheck, ceiling: Ceiling | None, reading: Reading) -> Trace | None:
    if check.allowed is None:
        return None
    weight = reading.patient.profile.get("weight_kg")
    if ceiling is None or ceiling.kind != PER_KG or not isinstance(weight, int | float):
        return given("Allowed", check.allowed, check.unit, sources=check.sources)
    each = given("Ceiling", float(ceiling.allowed.to(ceiling.unit)), ceiling.unit, ceiling.text, ceiling.sources)
    heavy = given(reading.label("weight_kg"), weight, "kg", GIVEN, about="weight_kg")
    return worked_out("Allowed for this weight", check.allowed, check.unit, "product", (each, heavy), SHOWN)


def _given_now(
    check: LimitCheck, ceiling: Ceiling | None, component: Component | None, syringes: Sequence[Given]
) -> Trace | None:
    """What the session gives of it, summed over the syringes that hold it."""
    if check.value is None:
        return None
    if component is None:
        mine = (one for one in syringes if check.id == f"{one.technique.id}_session_volume")
        parts = tuple(given(f"Syringe {one.number}", one.syringe.volume_ml or 0.0, "mL") for one in mine)
    elif ceiling is None:
        return given("Published", check.value, check.unit, check.text, check.sources)
    else:
        parts = tuple(_parts(check, ceiling, component, syringes))
    within = SHOWN + sum(_slack(one) for one in parts)
    return worked_out("Given in this session", check.value, check.unit, "sum", parts, within)


def _slack(one: Trace) -> float:
    return one.arithmetic.within if one.arithmetic and one.arithmetic.operation != "given" else SHOWN


def _parts(check: LimitCheck, ceiling: Ceiling, component: Component, syringes: Sequence[Given]) -> Iterator[Trace]:
    for one in syringes:
        for value, unit in _held(component, one):
            label = f"Syringe {one.number}"
            if ceiling.kind == POINTS:
                yield given(label, one.syringe.points or 0)
            elif ceiling.kind == VOLUME:
                yield given(label, one.syringe.volume_ml or 0.0, "mL")
            elif ceiling.kind in (DOSE, PER_KG):
                yield _product(label, check.unit, (value, unit), one.syringe.volume_ml or 0.0, "mL")
            elif ceiling.kind == PER_CM2:
                yield _product(label, check.unit, (value, unit), one.syringe.per_cm2_ml or 0.0, "mL/cm2")


def _product(label: str, shown: str, strength_is: tuple[float, str], much: float, of: str) -> Trace:
    """Strength times volume, or volume a cm2, in the unit of the limit."""
    above = shown.partition("/")[0]
    value, unit = strength_is
    strength = given("Strength", float(quantity(str(value), unit).to(f"{above}/mL")), f"{above}/mL")
    amount = given("Volume", much, of)
    within = SHOWN * (value_of(strength) + much)
    return worked_out(label, value_of(strength) * much, shown, "product", (strength, amount), within)


def _held(component: Component, one: Given) -> Iterator[tuple[float, str]]:
    """The strength of a component in a syringe, as itself or as a part of a ready-made product."""
    for each in one.syringe.components:
        product = one.reading.knowledge.components[each.id]
        contained = next((held for held in product.contains if held.id == component.id), None)
        if each.id == component.id:
            yield each.concentration or 0.0, each.unit or "mg/mL"
        elif contained is not None:
            yield contained.value, contained.unit
