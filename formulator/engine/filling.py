"""From a volume to a drawn syringe: which barrel, how many, hold-up, what is drawn from the vial and what is added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cache

from formulator.engine.quantities import Quantity, quantity
from formulator.knowledge.items import Barrel, Composition

NO_VOLUME = quantity(0, "mL")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn up: `volume` in all, in `barrels` syringes, hold-up included."""

    volume: Quantity
    hold_up: Quantity
    barrel: Barrel
    barrels: int


def draw(volume: Quantity, per_point: Quantity | None, composition: Composition) -> Drawn:
    """The smallest barrel that holds the volume and shows one point; else several of the largest such.

    Dead space of syringe and needle is added for each, and the fill is rounded up to a mark: what is left over is
    discarded, the injected dose does not grow.
    """
    usable = [one for one in composition.barrels if per_point is None or quantity(one.graduation_ml, "mL") <= per_point]
    usable = sorted(usable or composition.barrels[:1], key=lambda one: one.capacity_ml)
    fitting = [one for one in usable if volume <= _room(one, composition)]
    barrel = (fitting or usable[-1:])[0]
    room = _room(barrel, composition)
    barrels = max(1, int((volume / room).to("ratio").to_integral_value(ROUND_CEILING)))
    each = Quantity(volume.base / barrels, volume.dimension) + _hold_up(barrel, composition)
    filled = each.whole(quantity(barrel.graduation_ml, "mL"), up=True)
    hold_up = _times(_hold_up(barrel, composition), barrels)
    return Drawn(_times(filled, barrels), hold_up, barrel, barrels)


def _times(one: Quantity, number: int) -> Quantity:
    return Quantity(one.base * number, one.dimension)


def _hold_up(barrel: Barrel, composition: Composition) -> Quantity:
    return quantity(barrel.dead_space_ml, "mL") + quantity(composition.needle_dead_space.ml, "mL")


def _room(barrel: Barrel, composition: Composition) -> Quantity:
    """What one barrel can deliver: the fill, rounded up to a mark, must not pass its capacity."""
    fill = quantity(barrel.capacity_ml, "mL").whole(quantity(barrel.graduation_ml, "mL"))
    return fill - _hold_up(barrel, composition)


@dataclass(frozen=True, slots=True)
class Part:
    """One component in the filling: mL from its vial, the concentration that results, and how it was rounded."""

    from_vial: Quantity
    concentration: Quantity
    rounding: str


def part(wanted: Quantity, made_from: Quantity, drawn: Quantity, composition: Composition) -> Part:
    """What to draw from a vial for a concentration in a drawn volume, rounded down: never stronger than wanted."""
    exact = Quantity(drawn.base * (wanted / made_from).to("ratio"), drawn.dimension)
    mark = finest_mark(exact, composition)
    taken = exact.whole(mark)
    if taken.base == 0:
        taken = exact
    concentration = Quantity(made_from.base * (taken / drawn).to("ratio"), made_from.dimension)
    rounding = (
        "" if taken == exact else f"{plain(exact, 'mL')} mL from the vial rounded down to {plain(taken, 'mL')} mL."
    )
    return Part(taken, concentration, rounding)


def finest_mark(volume: Quantity, composition: Composition) -> Quantity:
    """The marks of the smallest barrel that holds the volume."""
    ordered: Sequence[Barrel] = sorted(composition.barrels, key=lambda one: one.capacity_ml)
    barrel = next((one for one in ordered if volume <= quantity(one.capacity_ml, "mL")), ordered[-1])
    return quantity(barrel.graduation_ml, "mL")


@cache
def _places(number: int) -> Decimal:
    return Decimal(1).scaleb(-number)


def number(one: Quantity, unit: str, places: int = 4) -> float:
    """A quantity as a number in a unit, for the answer; four decimal places, which is finer than any mark."""
    return float(one.to(unit).quantize(_places(places)))


def plain(one: Quantity, unit: str) -> str:
    """The same as text without trailing zeros."""
    return f"{number(one, unit):g}"
