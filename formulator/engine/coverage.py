"""From area, spacing and volume a point to points and volume, inside every cap: exact, with each step said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal

from formulator.engine.filling import plain
from formulator.engine.quantities import Quantity, quantity
from formulator.knowledge.items import Figure, Technique

_FINEST_POINT = quantity("0.01", "mL")


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be given in this filling; None where nothing limits it."""

    volume: Quantity | None = None
    points: int | None = None
    per_point: Quantity | None = None

    def tightened(self, other: Caps) -> Caps:
        """Both caps together."""
        return Caps(
            least(self.volume, other.volume), _fewest(self.points, other.points), least(self.per_point, other.per_point)
        )


def least(one: Quantity | None, other: Quantity | None) -> Quantity | None:
    """The smaller of two, None counts as no limit."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda each: each.base)


def _fewest(one: int | None, other: int | None) -> int | None:
    return min((each for each in (one, other) if each is not None), default=None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one filling covers; volume None: the area must be measured first, `per_cm2` says what it takes."""

    points: int | None
    per_point: Quantity | None
    volume: Quantity | None
    per_cm2: Quantity | None
    notes: tuple[str, ...]
    needs_area: bool = False


def used_of(figure: Figure | None) -> float | None:
    """The value that is used of a published range: the low end where none is marked."""
    if figure is None:
        return None
    return figure.low if figure.used is None else figure.used


def cover(technique: Technique, area: Quantity | None, caps: Caps) -> Coverage:
    """Points and volume for an area, or for the published session volume where the area is unknown."""
    spacing, per_point = used_of(technique.spacing_cm), used_of(technique.volume_per_point_ml)
    point = least(quantity(per_point, "mL"), caps.per_point) if per_point is not None else None
    cell = quantity(spacing, "cm") * quantity(spacing, "cm") if spacing is not None else None
    per_cm2 = point / cell if point and cell else None
    if point and cell and area:
        return replace(_grid(technique, area, cell, point, caps), per_cm2=per_cm2)
    return replace(
        _session_volume(technique, point, caps, area), per_cm2=per_cm2, needs_area=area is None and bool(cell)
    )


def _grid(technique: Technique, area: Quantity, cell: Quantity, point: Quantity, caps: Caps) -> Coverage:
    """A point in every cell of the grid; where a cap is passed, smaller points first, then a smaller area."""
    wanted = _whole(area, cell)
    notes = [f"{plain(area, 'cm2')} cm2 / {plain(cell, 'cm2')} cm2 a point = {wanted} points (rounded down)."]
    points = min(wanted, caps.points) if caps.points is not None else wanted
    if caps.volume is not None and points and point.base * points > caps.volume.base:
        point, points = _inside(technique, point, points, caps.volume)
        notes.append(f"At most {plain(caps.volume, 'mL')} mL: {plain(point, 'mL')} mL a point.")
    if points < wanted:
        covered = Quantity(cell.base * points, cell.dimension)
        notes.append(
            f"The limit is reached at {points} points, {plain(covered, 'cm2')} cm2: the rest in another session."
        )
    volume = Quantity(point.base * points, point.dimension)
    notes.append(f"{points} points x {plain(point, 'mL')} mL = {plain(volume, 'mL')} mL.")
    return Coverage(points, point, volume, None, tuple(notes))


def _inside(technique: Technique, point: Quantity, points: int, most: Quantity) -> tuple[Quantity, int]:
    """The largest point of the published range that fits, in steps of 0.01 mL; else fewer of the smallest points."""
    figure = technique.volume_per_point_ml
    smallest = least(point, quantity(figure.low, "mL")) if figure else point
    evenly = Quantity(most.base / points, most.dimension).whole(_FINEST_POINT)
    if smallest is None or smallest <= evenly:
        return evenly, points
    return smallest, min(points, _whole(most, smallest))


def _session_volume(technique: Technique, point: Quantity | None, caps: Caps, area: Quantity | None) -> Coverage:
    """The published session volume, where the area is unknown or the technique names no spacing."""
    used = used_of(technique.volume_per_session_ml)
    if used is None:
        return Coverage(None, point, None, None, ("No session volume is published for this technique.",))
    volume = least(quantity(used, "mL"), caps.volume) or quantity(used, "mL")
    why = "the area is not given" if area is None else "no spacing is published, so the area does not enter"
    notes = [f"{plain(volume, 'mL')} mL, inside the published volume of a session: {why}."]
    if point is None or point.base == 0:
        return Coverage(None, None, volume, None, tuple(notes))
    points = _whole(volume, point)
    points = min(points, caps.points) if caps.points is not None else points
    volume = Quantity(point.base * points, point.dimension)
    notes.append(f"{points} points x {plain(point, 'mL')} mL = {plain(volume, 'mL')} mL.")
    return Coverage(points, point, volume, None, tuple(notes))


def _whole(one: Quantity, step: Quantity) -> int:
    if step.base <= Decimal(0):
        return 0
    return int((one / step).to("ratio").to_integral_value(ROUND_FLOOR))


def tightest(caps: Iterable[Caps]) -> Caps:
    """All caps together."""
    found = Caps()
    for one in caps:
        found = found.tightened(one)
    return found
