"""The syringes of a formulation: drawing, components, how they are given."""

from __future__ import annotations

from typing import Any

from formulator.engine.formulation import Formulation, Syringe, SyringeComponent
from formulator.export.drawings import Layer, colour_of, syringe_svg
from formulator.export.worksheet.words import name_of, number
from formulator.knowledge import Knowledge


def syringe_entries(best: Formulation, knowledge: Knowledge) -> list[dict[str, Any]]:
    """Every syringe in the order in which it is given."""
    return [_entry(position, one, knowledge) for position, one in enumerate(best.syringes, start=1)]


def _entry(position: int, one: Syringe, knowledge: Knowledge) -> dict[str, Any]:
    share = one.drawn_ml / one.volume_ml if one.drawn_ml and one.volume_ml else 1.0
    rows = [_row(place, part, share, knowledge) for place, part in enumerate(one.components)]
    if one.diluent:
        rows.append(_diluent(len(rows), one, knowledge))
    drawing = _drawing(one, knowledge)
    return {
        "title": f"Syringe {position}",
        "barrels": _barrels(one),
        "how": _how(one, knowledge),
        "rows": rows,
        "svg": drawing,
        "alt": f"Syringe {position}, layers from the needle: {', '.join(row['name'] for row in rows)}",
        "notes": [*one.rounding, *one.notes],
    }


def _row(place: int, part: SyringeComponent, share: float, knowledge: Knowledge) -> dict[str, str]:
    """One line of the table to fill by: the volume is what is drawn up, hold-up included, the dose what is given."""
    strength = "as supplied" if part.concentration is None else f"{number(part.concentration)} {part.unit}"
    return {
        "colour": colour_of(place),
        "name": name_of(part.id, knowledge),
        "concentration": strength,
        "volume": "-" if part.volume_ml is None else f"{number(round(part.volume_ml * share, 2))} mL",
        "dose": "-" if part.dose is None else f"{number(part.dose)} {part.dose_unit}",
    }


def _diluent(place: int, one: Syringe, knowledge: Knowledge) -> dict[str, str]:
    return {
        "colour": colour_of(place),
        "name": f"{name_of(str(one.diluent), knowledge)} (diluent)",
        "concentration": "-",
        "volume": "to volume" if one.diluent_ml is None else f"{number(round(one.diluent_ml, 2))} mL",
        "dose": "-",
    }


def _barrels(one: Syringe) -> str:
    if one.volume_ml is None:
        if one.per_cm2_ml is not None:
            return f"{number(one.per_cm2_ml)} mL a cm²; the area is not given"
        return "no volume is published for this technique and area"
    size = f" in {one.barrels} x {number(one.size_ml)} mL" if one.barrels and one.size_ml else ""
    drawn = f", draw up {number(one.drawn_ml)} mL" if one.drawn_ml is not None else ""
    return f"{number(one.volume_ml)} mL{size}{drawn}"


def _how(one: Syringe, knowledge: Knowledge) -> str:
    technique = knowledge.techniques.get(one.technique)
    parts = [
        technique.name if technique else one.technique.replace("_", " "),
        f"{number(one.depth_mm)} mm deep" if one.depth_mm is not None else "",
        f"{one.points} points" if one.points is not None else "",
        f"{number(one.volume_per_point_ml)} mL a point" if one.volume_per_point_ml is not None else "",
        f"{number(one.spacing_cm)} cm apart" if one.spacing_cm is not None else "",
        f"needle {one.needle}" if one.needle else "",
    ]
    return ", ".join(part for part in parts if part)


def _drawing(one: Syringe, knowledge: Knowledge) -> str | None:
    """One barrel with its layers; None while the volume is unknown."""
    layers = [Layer(name_of(part.id, knowledge), part.volume_ml) for part in one.components if part.volume_ml]
    if one.diluent and one.diluent_ml:
        layers.append(Layer(one.diluent, one.diluent_ml))
    total = sum(layer.volume_ml for layer in layers)
    if not total:
        return None
    share = 1 / (one.barrels or 1)
    layers = [Layer(layer.name, layer.volume_ml * share) for layer in layers]
    return syringe_svg(layers, max(one.size_ml or 0, total * share), one.graduation_ml)
