"""Platelet-rich plasma: how much blood, which target, which spins are published, and whether to activate."""

from __future__ import annotations

from decimal import ROUND_CEILING

from formulator.engine.amounts import Filled
from formulator.engine.filling import number
from formulator.engine.formulation import BloodDraw
from formulator.engine.quantities import Quantity, quantity
from formulator.engine.strengths import is_blood
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Chemistry, Component

_TARGETS = ("million platelets/uL", "times baseline platelet count")


def blood_for(filled: Filled, knowledge: Knowledge) -> tuple[BloodDraw, ...]:
    """What to draw for each blood product in a filling."""
    return tuple(
        _draw(knowledge.components[name], filled)
        for name in filled.filling.components
        if is_blood(knowledge.components[name])
    )


def _draw(component: Component, filled: Filled) -> BloodDraw:
    plasma = quantity(filled.syringe.drawn_ml, "mL") if filled.syringe.drawn_ml is not None else None
    yields = published_fact(component, "plasma yield")
    blood = _blood(plasma, yields) if plasma and yields else None
    activation = published_fact(component, "activation")
    spins = tuple((f"{one.property}: {one.text}", one.sources) for one in component.chemistry if "spin" in one.property)
    target = "; ".join(
        f"{one.low:g} to {one.high:g} {one.unit} ({one.text})"
        for one in component.concentrations
        if one.unit in _TARGETS and one.low is not None and one.high is not None
    )
    cited = [source for one in (yields, activation) if one for source in one.sources]
    return BloodDraw(
        component=component.id,
        blood_ml=number(blood, "mL") if blood else None,
        plasma_ml=number(plasma, "mL") if plasma else None,
        target=target or "No target count is published.",
        activation=activation.text if activation else "No source speaks of activation: none is done.",
        spins=spins,
        why=yields.text if yields else "No yield is published: the tube's instructions say how much blood it takes.",
        sources=tuple(dict.fromkeys((*cited, *component.sources))),
    )


def _blood(plasma: Quantity, yields: Chemistry) -> Quantity | None:
    """Plasma over the lowest published yield, rounded up to whole mL."""
    if not yields.low:
        return None
    exact = plasma.to("mL") / quantity(yields.low, "ratio").to("ratio")
    return quantity(exact.to_integral_value(ROUND_CEILING), "mL")


def published_fact(component: Component, word: str) -> Chemistry | None:
    """The first chemistry fact of this name, None where nobody published one."""
    return next((one for one in component.chemistry if one.property == word), None)
