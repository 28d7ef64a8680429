"""Every limit held against what the session gives, and pH and osmolality where sources give numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from formulator.engine.amounts import Filled, Given, allowed_dose
from formulator.engine.filling import number
from formulator.engine.formulation import LimitCheck
from formulator.engine.quantities import Quantity, quantity
from formulator.engine.strengths import DOSE, PER_CM2, PER_KG, POINTS, Ceiling, ceilings_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Chemistry


def checks(filled: Sequence[Filled], given: Given, knowledge: Knowledge) -> tuple[LimitCheck, ...]:
    """Limits of components, then of techniques, then pH and osmolality."""
    found = [*component_checks(filled, given, knowledge), *technique_checks(filled, knowledge)]
    found += [one for each in filled for one in _acidity(each, knowledge)]
    found += _osmolality(filled, knowledge)
    return tuple(found)


def component_checks(filled: Sequence[Filled], given: Given, knowledge: Knowledge) -> Iterator[LimitCheck]:
    """Every ceiling of everything that is dosed, held against what the session gives of it."""
    for name in sorted({name for one in filled for name in one.doses}):
        for ceiling in ceilings_of(knowledge.components[name]):
            yield _component_check(ceiling, name, filled, given)


def _component_check(ceiling: Ceiling, name: str, filled: Sequence[Filled], given: Given) -> LimitCheck:
    holders = [one for one in filled if name in one.doses]
    value, allowed, unit = _measured(ceiling, name, holders, given)
    needs = ("weight_kg",) if ceiling.kind == PER_KG and not given.weight else ()
    within = None if value is None or allowed is None else value <= allowed
    return LimitCheck(
        id=ceiling.id,
        component=name,
        text=f"Largest dose published, no ceiling is known: {ceiling.text}" if ceiling.only_published else ceiling.text,
        value=number(value, unit) if value else None,
        allowed=number(allowed, unit) if allowed else None,
        unit=unit,
        within=within,
        needs=needs,
        sources=ceiling.sources,
    )


def _measured(
    ceiling: Ceiling, name: str, holders: Sequence[Filled], given: Given
) -> tuple[Quantity | None, Quantity | None, str]:
    """What is given, what is allowed, and the unit of both."""
    if ceiling.kind == POINTS:
        counts = [one.coverage.points for one in holders]
        total = quantity(sum(one or 0 for one in counts), "injections") if None not in counts else None
        return total, ceiling.allowed, "injections"
    if ceiling.kind in (DOSE, PER_KG):
        unit = ceiling.unit.partition("/")[0]
        return _sum(one.doses[name] for one in holders), allowed_dose(ceiling, given), unit
    if ceiling.kind == PER_CM2:
        return _per_area(name, holders), ceiling.allowed, ceiling.unit
    return _sum(one.coverage.volume for one in holders), ceiling.allowed, "mL"


def _per_area(name: str, holders: Sequence[Filled]) -> Quantity | None:
    """Dose a cm2: dose a volume, times volume a cm2."""
    found = []
    for one in holders:
        dose, volume, density = one.doses[name], one.coverage.volume, one.coverage.per_cm2
        if dose and volume and volume.base and density:
            found.append(dose / volume * density)
    return _sum(found)


def _sum(amounts: Iterable[Quantity | None]) -> Quantity | None:
    total: Quantity | None = None
    for one in amounts:
        if one is None:
            return None
        total = one if total is None else total + one
    return total


def technique_checks(filled: Sequence[Filled], knowledge: Knowledge) -> Iterator[LimitCheck]:
    """The published volume of a session of each technique, held against what is given with it."""
    for name in dict.fromkeys(one.filling.way.technique.id for one in filled):
        figure = knowledge.techniques[name].volume_per_session_ml
        if figure is None:
            continue
        total = _sum(one.coverage.volume for one in filled if one.filling.way.technique.id == name)
        allowed = quantity(figure.high, "mL")
        yield LimitCheck(
            id=f"{name}_session_volume",
            component="",
            text=f"Published volume of a session: up to {figure.high:g} mL.",
            value=number(total, "mL") if total else None,
            allowed=figure.high,
            unit="mL",
            within=total <= allowed if total else None,
            needs=() if total else ("area_cm2",),
            sources=figure.sources,
        )


def _acidity(one: Filled, knowledge: Knowledge) -> Iterator[LimitCheck]:
    low, high = knowledge.composition.setting("mixture_ph_low"), knowledge.composition.setting("mixture_ph_high")
    sources = tuple(
        source for each in knowledge.composition.settings if each.id.startswith("mixture_ph") for source in each.sources
    )
    for name in one.filling.components:
        fact = _chemistry(name, "pH", knowledge)
        known = fact is not None and fact.low is not None and fact.high is not None
        component = knowledge.components[name].name
        text = fact.text if fact and known else f"No pH is published for {component} in this form: nothing was checked."
        worst = _farthest(fact, low, high) if fact and known else None
        within = None if worst is None else low <= worst <= high
        allowed = None if worst is None else low if worst < low else high
        cited = (*(fact.sources if fact else ()), *dict.fromkeys(sources))
        yield LimitCheck("mixture_ph", name, text, worst, allowed, "pH", within, (), cited)


def _farthest(fact: Chemistry, low: float, high: float) -> float | None:
    middle = (low + high) / 2
    return max((fact.low or 0, fact.high or 0), key=lambda value: abs(value - middle))


def _chemistry(name: str, word: str, knowledge: Knowledge) -> Chemistry | None:
    facts = [one for one in knowledge.components[name].chemistry if one.property.startswith(word)]
    return next((one for one in facts if one.low is not None), facts[0] if facts else None)


def _osmolality(filled: Sequence[Filled], knowledge: Knowledge) -> Iterator[LimitCheck]:
    """Sources ask for isotonic fluid and give no range: a published figure is shown, never judged."""
    for name in dict.fromkeys(name for one in filled for name in one.filling.components):
        fact = _chemistry(name, "osmolality", knowledge)
        component = knowledge.components[name].name
        text = fact.text if fact else f"No osmolality is published for {component}: nothing was checked."
        value = fact.high if fact else None
        yield LimitCheck("osmolality", name, text, value, None, "mOsm/kg", None, (), fact.sources if fact else ())
