"""What is drawn up for one syringe: each component with its strength and dose, diluent, hold-up, marks."""

from __future__ import annotations

from formulator.engine.amounts import dilutable
from formulator.engine.filling import finest_mark, number, part
from formulator.engine.formulation import SyringeComponent
from formulator.engine.quantities import quantity
from formulator.engine.strengths import strength_of
from formulator.explain.trace.amounts import SHOWN, Given, value_of
from formulator.explain.trace.tree import Trace, given, worked_out
from formulator.knowledge.items import Barrel


def syringe_trace(one: Given) -> Trace:
    """One syringe with every amount that stands on it."""
    names = " + ".join(one.reading.knowledge.components[each.id].name for each in one.syringe.components)
    point = one.point()
    points = one.points(point) if point else None
    volume = one.volume(point, points)
    per_cm2 = _per_cm2(one)
    drawn = _drawn(one, volume)
    components = tuple(_component(each, one, volume) for each in one.syringe.components)
    amounts = (points, None if points else point, volume, per_cm2, drawn, *components, _diluent(one, components))
    return Trace(
        "part",
        f"Syringe {one.number}: {names}",
        one.technique.name,
        sources=one.syringe.sources,
        children=tuple(each for each in amounts if each is not None),
        about=one.technique.id,
    )


def _per_cm2(one: Given) -> Trace | None:
    """What a square centimetre takes, where the area is needed and not known."""
    density, point, cell = one.syringe.per_cm2_ml, one.widest_point, one.cell
    if density is None or point is None or cell is None:
        return None
    found = worked_out("Volume a cm2", density, "mL/cm2", "quotient", (point, cell), SHOWN)
    return found._replace(decisive=one.syringe.volume_ml is None)


def _barrel(one: Given) -> Barrel | None:
    shown = one.syringe
    barrels = one.reading.knowledge.composition.barrels
    return next(
        (each for each in barrels if (each.capacity_ml, each.graduation_ml) == (shown.size_ml, shown.graduation_ml)),
        None,
    )


def _drawn(one: Given, volume: Trace | None) -> Trace | None:
    """The volume drawn up: an even share for each barrel, with its hold-up, rounded up to a mark."""
    shown, barrel = one.syringe, _barrel(one)
    if shown.drawn_ml is None or shown.barrels is None or barrel is None or volume is None:
        return None
    needle = one.reading.knowledge.composition.needle_dead_space
    barrels = given("Barrels", shown.barrels)
    share = worked_out("Volume a barrel", value_of(volume) / shown.barrels, "mL", "quotient", (volume, barrels))
    dead = given("Dead space of the barrel", barrel.dead_space_ml, "mL", sources=barrel.sources)
    hub = given("Dead space of the needle", needle.ml, "mL", needle.text, needle.sources)
    filled = value_of(share) + barrel.dead_space_ml + needle.ml
    full = worked_out("With hold-up", filled, "mL", "sum", (share, dead, hub))
    mark = given("Mark of the barrel", barrel.graduation_ml, "mL", sources=barrel.sources)
    each = worked_out("Fill of a barrel", shown.drawn_ml / shown.barrels, "mL", "rounded up", (full, mark), SHOWN)
    hold_up = shown.hold_up_ml or 0.0
    one_barrel = worked_out("Dead space", barrel.dead_space_ml + needle.ml, "mL", "sum", (dead, hub))
    held = worked_out("Hold-up", hold_up, "mL", "product", (barrels, one_barrel), SHOWN)
    return worked_out(
        "Drawn up", shown.drawn_ml, "mL", "product", (barrels, each), SHOWN, (held._replace(decisive=False),)
    )


def _component(each: SyringeComponent, one: Given, volume: Trace | None) -> Trace:
    """A component in the syringe: strength, the volume that it takes, dose."""
    name = one.reading.knowledge.components[each.id].name
    if each.concentration is None:
        return Trace("part", name, "no strength", each.text, "", each.sources, about=each.id)
    strength = _strength(each, one)
    dose = _dose(each, strength, volume)
    share = _share(each, strength, volume)
    children = tuple(found for found in (strength, share, dose) if found is not None)
    return Trace("part", name, sources=each.sources, children=children, about=each.id)


def _strength(each: SyringeComponent, one: Given) -> Trace:
    """The concentration: as published, or what the marks of the barrel make of it when it is diluted."""
    shown = each.concentration or 0.0
    strength = strength_of(one.reading.knowledge.components[each.id])
    drawn_ml, settings = one.syringe.drawn_ml, one.reading.knowledge.composition
    if (
        strength is None
        or strength.made_from is None
        or drawn_ml is None
        or not dilutable(each.id, one.reading.knowledge)
    ):
        return given("Concentration", shown, each.unit, each.text, each.sources)
    drawn = quantity(drawn_ml, "mL")
    taken = part(strength.concentration, strength.made_from, drawn, settings)
    wanted = given(
        "Concentration wanted", number(strength.concentration, each.unit), each.unit, each.text, each.sources
    )
    vial = given("Concentration of the vial", number(strength.made_from, each.unit), each.unit)
    whole = given("Drawn up", drawn_ml, "mL")
    exact = drawn_ml * value_of(wanted) / value_of(vial)
    from_vial = worked_out("Exactly from the vial", exact, "mL", "share", (whole, wanted, vial))
    if taken.rounding:
        mark = given("Mark", float(finest_mark(quantity(exact, "mL"), settings).base), "mL")
        rounded = number(taken.from_vial, "mL")
        from_vial = worked_out("From the vial", rounded, "mL", "rounded down", (from_vial, mark), SHOWN)
    return worked_out("Concentration", shown, each.unit, "share", (vial, from_vial, whole), SHOWN)


def _share(each: SyringeComponent, strength: Trace, volume: Trace | None) -> Trace | None:
    """The part of the filling that comes from the component's vial; hidden where it is the whole filling."""
    if each.volume_ml is None or volume is None:
        return None
    if strength.arithmetic and strength.arithmetic.operation == "share" and each.stock_concentration:
        vial = given("Concentration of the vial", each.stock_concentration, each.unit)
        within = SHOWN * (1 + value_of(volume) / each.stock_concentration)
        return worked_out("Of the volume", each.volume_ml, "mL", "share", (volume, strength, vial), within)
    return given("Of the volume", each.volume_ml, "mL", "fills the syringe")._replace(decisive=False)


def _dose(each: SyringeComponent, strength: Trace, volume: Trace | None) -> Trace | None:
    if each.dose is None or volume is None:
        return None
    within = SHOWN * (1 + value_of(volume) + value_of(strength))
    return worked_out("Dose", each.dose, each.dose_unit, "product", (volume, strength), within)


def _diluent(one: Given, components: tuple[Trace, ...]) -> Trace | None:
    """What fills the syringe up: what is drawn less what comes from vials."""
    shown = one.syringe
    if shown.diluent is None or shown.diluent_ml is None or shown.drawn_ml is None:
        return None
    from_vials = tuple(
        node
        for component in components
        for strength in component.children[:1]
        for node in strength.children[1:2]
        if strength.arithmetic and strength.arithmetic.operation == "share"
    )
    whole = given("Drawn up", shown.drawn_ml, "mL")
    name = one.reading.knowledge.components[shown.diluent].name
    within = SHOWN * (1 + len(from_vials))
    return worked_out(name, shown.diluent_ml, "mL", "difference", (whole, *from_vials), within, about=shown.diluent)
