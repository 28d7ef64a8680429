"""Amounts of one session: syringes with points, volumes and doses, never above a limit, and the checks that show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formulator.engine.coverage import Caps, Coverage, cover, tightest, used_of
from formulator.engine.delivery import WITHOUT_SYRINGE_NEEDLE, Way
from formulator.engine.filling import Drawn, Part, draw, number, part, plain
from formulator.engine.formulation import Syringe, SyringeComponent
from formulator.engine.quantities import Quantity, quantity
from formulator.engine.strengths import (
    DOSE,
    PER_CM2,
    PER_KG,
    POINTS,
    Ceiling,
    ceilings_of,
    is_blood,
    strength_of,
    substances,
)
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Technique

_NO_STRENGTH = "No strength for the skin is published: as the product is supplied."
_HANDLING = ("stability", "units", "adherence to plastic", "vehicle", "excipient", "excipients", "preservative")


@dataclass(frozen=True, slots=True)
class Filling:
    """Components that share a syringe, and how it is given."""

    components: tuple[str, ...]
    way: Way


@dataclass(frozen=True, slots=True)
class Given:
    """What is known about the patient's size: area in cm2, weight in kg."""

    area: Quantity | None
    weight: Quantity | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A filling with its amounts in units, and the syringe as it is shown."""

    filling: Filling
    coverage: Coverage
    doses: Mapping[str, Quantity | None]
    syringe: Syringe


def fill_all(fillings: Sequence[Filling], given: Given, knowledge: Knowledge) -> tuple[Filled, ...]:
    """Every syringe of a session; fillings that share a technique or a limited substance share its limit equally."""
    return tuple(_fill(one, fillings, given, knowledge) for one in fillings)


def _sharing(one: Filling, fillings: Sequence[Filling]) -> int:
    return sum(other.way.technique.id == one.way.technique.id for other in fillings)


@dataclass(frozen=True, slots=True)
class Bound:
    """What caps a filling: a ceiling of something that it holds, or the technique's session volume (ceiling None).

    `sharing` is the number of fillings among which it is shared equally.
    """

    caps: Caps
    ceiling: Ceiling | None
    sharing: int
    concentration: Quantity | None = None


def bounds(one: Filling, fillings: Sequence[Filling], given: Given, knowledge: Knowledge) -> Iterator[Bound]:
    """Everything that caps one filling of a session."""
    technique = one.way.technique
    sharing = _sharing(one, fillings)
    if technique.volume_per_session_ml:
        yield Bound(Caps(_share(quantity(technique.volume_per_session_ml.high, "mL"), sharing)), None, sharing)
    for name, concentration in _held(one, knowledge).items():
        holders = sum(name in _held(other, knowledge) for other in fillings)
        for ceiling in ceilings_of(knowledge.components[name]):
            caps = _caps_of(ceiling, concentration, holders, technique, given)
            yield Bound(caps, ceiling, holders, concentration)


def _held(one: Filling, knowledge: Knowledge) -> dict[str, Quantity | None]:
    held: dict[str, Quantity | None] = {}
    for name in one.components:
        held |= substances(knowledge.components[name], knowledge)
    return held


def _share(whole: Quantity, parts: int) -> Quantity:
    return Quantity(whole.base / max(1, parts), whole.dimension)


def _caps_of(
    ceiling: Ceiling, concentration: Quantity | None, holders: int, technique: Technique, given: Given
) -> Caps:
    """A ceiling as the most volume, points or volume a point that keeps it."""
    if ceiling.kind == POINTS:
        return Caps(points=int(_share(ceiling.allowed, holders).to("injections")))
    if ceiling.kind == PER_CM2:
        return _per_area(ceiling, concentration, technique)
    if ceiling.kind in (DOSE, PER_KG):
        dose = allowed_dose(ceiling, given)
        return Caps(_share(dose / concentration, holders)) if dose and concentration else Caps()
    return Caps(_share(ceiling.allowed, holders))


def _per_area(ceiling: Ceiling, concentration: Quantity | None, technique: Technique) -> Caps:
    spacing = technique.spacing_cm
    if concentration is None or spacing is None:
        return Caps()
    side = quantity(used_of(spacing) or 0, "cm")
    return Caps(per_point=ceiling.allowed * side * side / concentration)


def allowed_dose(ceiling: Ceiling, given: Given) -> Quantity | None:
    """The dose that a ceiling allows this patient; None where it hangs on an unknown weight."""
    if ceiling.kind != PER_KG:
        return ceiling.allowed
    return ceiling.allowed * given.weight if given.weight else None


def _fill(one: Filling, fillings: Sequence[Filling], given: Given, knowledge: Knowledge) -> Filled:
    technique, sharing = one.way.technique, _sharing(one, fillings)
    caps = tightest(each.caps for each in bounds(one, fillings, given, knowledge))
    coverage = cover(technique, given.area, caps)
    injected = coverage.volume if technique.route not in WITHOUT_SYRINGE_NEEDLE else None
    drawn = draw(injected, coverage.per_point, knowledge.composition) if injected else None
    parts = _parts(one, drawn, knowledge)
    shown, doses = _components(one, parts, coverage, knowledge)
    syringe = Syringe(
        components=shown,
        **_way_shown(technique),
        **_coverage_shown(coverage, given),
        **_drawn_shown(drawn, parts, knowledge),
        rounding=_rounding(coverage, drawn, {knowledge.components[name].name: one for name, one in parts.items()}),
        notes=tuple(_notes(one, sharing, knowledge)),
        sources=_sources(technique, drawn, knowledge),
    )
    return Filled(one, coverage, doses, syringe)


def _parts(one: Filling, drawn: Drawn | None, knowledge: Knowledge) -> dict[str, Part]:
    """What comes from which vial, for the components that are diluted here."""
    found: dict[str, Part] = {}
    for name in one.components:
        strength = strength_of(knowledge.components[name])
        if strength and strength.made_from and drawn and dilutable(name, knowledge):
            found[name] = part(strength.concentration, strength.made_from, drawn.volume, knowledge.composition)
    return found


def dilutable(name: str, knowledge: Knowledge) -> bool:
    """Whether the vial is stronger than the syringe and a source names the diluent as compatible."""
    component = knowledge.components[name]
    strength = strength_of(component)
    stronger = bool(strength and strength.made_from and strength.concentration < strength.made_from)
    return bool(stronger and component.diluent and knowledge.mixing.of(name, component.diluent).state == "compatible")


def _components(
    one: Filling, parts: Mapping[str, Part], coverage: Coverage, knowledge: Knowledge
) -> tuple[tuple[SyringeComponent, ...], dict[str, Quantity | None]]:
    shown: list[SyringeComponent] = []
    doses: dict[str, Quantity | None] = {}
    for name in one.components:
        component = knowledge.components[name]
        strength = strength_of(component)
        concentration = parts[name].concentration if name in parts else strength.concentration if strength else None
        for held, content in substances(component, knowledge).items():
            value = concentration if held == name else content
            dose = coverage.volume * value if coverage.volume and value else None
            doses[held] = dose
        shown.append(_shown(name, concentration, doses[name], coverage, knowledge))
    return tuple(shown), doses


def _shown(
    name: str, concentration: Quantity | None, dose: Quantity | None, coverage: Coverage, knowledge: Knowledge
) -> SyringeComponent:
    strength = strength_of(knowledge.components[name])
    diluted = dilutable(name, knowledge)
    volume = coverage.volume
    if strength is None or concentration is None:
        share = number(volume, "mL") if volume else None
        blood = is_blood(knowledge.components[name])
        text = "Prepared from the patient's blood: the target stands there." if blood else _NO_STRENGTH
        return SyringeComponent(name, None, "", share, None, "", None, knowledge.components[name].sources, text)
    if volume and diluted and strength.made_from:
        volume = Quantity(volume.base * (concentration / strength.made_from).to("ratio"), volume.dimension)
    return SyringeComponent(
        id=name,
        concentration=number(concentration, strength.unit),
        unit=strength.unit,
        volume_ml=number(volume, "mL") if volume else None,
        dose=number(dose, strength.dose_unit) if dose else None,
        dose_unit=strength.dose_unit,
        stock_concentration=number(strength.made_from, strength.unit) if strength.made_from else None,
        sources=strength.sources,
        text=strength.text,
    )


def _way_shown(technique: Technique) -> dict[str, Any]:
    return {
        "technique": technique.id,
        "depth_mm": used_of(technique.depth_mm),
        "spacing_cm": used_of(technique.spacing_cm),
        "needle": technique.needle,
    }


def _coverage_shown(coverage: Coverage, given: Given) -> dict[str, Any]:
    return {
        "volume_ml": number(coverage.volume, "mL") if coverage.volume else None,
        "points": coverage.points,
        "volume_per_point_ml": number(coverage.per_point, "mL") if coverage.per_point else None,
        "per_cm2_ml": number(coverage.per_cm2, "mL/cm2") if coverage.per_cm2 else None,
        "area_cm2": number(given.area, "cm2") if given.area else None,
    }


def _drawn_shown(drawn: Drawn | None, parts: Mapping[str, Part], knowledge: Knowledge) -> dict[str, Any]:
    """The barrel, and the diluent that fills it up where something is diluted."""
    if drawn is None:
        return {"diluent": None}
    shown = {
        "diluent": None,
        "size_ml": drawn.barrel.capacity_ml,
        "barrels": drawn.barrels,
        "graduation_ml": drawn.barrel.graduation_ml,
        "hold_up_ml": number(drawn.hold_up, "mL"),
        "drawn_ml": number(drawn.volume, "mL"),
    }
    if parts:
        left = drawn.volume
        for each in parts.values():
            left = left - each.from_vial
        shown |= {"diluent": knowledge.components[next(iter(parts))].diluent, "diluent_ml": number(left, "mL")}
    return shown


def _rounding(coverage: Coverage, drawn: Drawn | None, parts: Mapping[str, Part]) -> tuple[str, ...]:
    lines = list(coverage.notes)
    if drawn and coverage.volume:
        each = Quantity(drawn.volume.base / drawn.barrels, drawn.volume.dimension)
        lines.append(
            f"Hold-up {plain(drawn.hold_up, 'mL')} mL added, rounded up to a mark ({drawn.barrel.graduation_ml:g} mL): "
            f"{drawn.barrels} x {plain(each, 'mL')} mL in {drawn.barrel.capacity_ml:g} mL syringes."
        )
    lines += [f"{name}: {one.rounding}" for name, one in parts.items() if one.rounding]
    return tuple(lines)


def _notes(one: Filling, sharing: int, knowledge: Knowledge) -> Iterable[str]:
    if sharing > 1 and one.way.technique.volume_per_session_ml:
        yield f"The published volume of a session is shared by {sharing} syringes: less of each than alone."
    if one.way.carrier:
        yield f"Brought in by {knowledge.components[one.way.carrier].name.lower()}; no volume a point is published."
    for name in one.components:
        component = knowledge.components[name]
        strength = strength_of(component)
        if strength and strength.made_from and not dilutable(name, knowledge):
            shown = plain(strength.concentration, strength.unit)
            yield f"{component.name}: obtain ready at {shown} {strength.unit}; no source names a compatible diluent."
        for held in component.contains:
            known = knowledge.components.get(held.id)
            yield f"{component.name} holds {known.name if known else held.id} {held.value:g} {held.unit}: it counts."
        for fact in component.chemistry:
            if fact.property in _HANDLING:
                yield f"{component.name}, {fact.property}: {fact.text}"


def _sources(technique: Technique, drawn: Drawn | None, knowledge: Knowledge) -> tuple[str, ...]:
    needle = knowledge.composition.needle_dead_space.sources if drawn else ()
    return tuple(dict.fromkeys((*technique.sources, *(drawn.barrel.sources if drawn else ()), *needle)))
