"""The points of one syringe on the outline of its site."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, product

from formulator.export.drawings.outlines import VIEWS, ZONES, View, Zone
from formulator.export.drawings.paper import PAPER

MOST_DRAWN = 250
_WIDEST, _NARROWEST, _STEP = 14.0, 1.4, 0.96
_UNSAID = 5.0
_LARGEST_DOT = 1.1


@dataclass(frozen=True, slots=True)
class PointsMap:
    """A drawing, what it shows in words, and how many points stand on it."""

    svg: str
    words: str
    drawn: int
    height: float


def points_map(site: str, points: int | None) -> PointsMap | None:
    """The outline of a site with as many points as are planned, at most MOST_DRAWN; None for a site without a drawing.

    Without a number of points the zone is filled evenly, to show where, not how many.
    """
    zone = ZONES.get(site)
    if zone is None:
        return None
    view = VIEWS[zone.view]
    wanted = None if points is None else min(points, MOST_DRAWN)
    dots = _grid(zone, view, _UNSAID) if wanted is None else _filled(zone, view, wanted)
    return PointsMap(_svg(zone, view, dots), zone.words, len(dots), view.height)


Dot = tuple[float, float]


def _filled(zone: Zone, view: View, wanted: int) -> list[Dot]:
    """An even grid with as many dots as wanted: the widest that holds them, without its outermost ones."""
    spacing = _WIDEST
    dots = _grid(zone, view, spacing)
    while len(dots) < wanted and spacing > _NARROWEST:
        spacing *= _STEP
        dots = _grid(zone, view, spacing)
    by_depth = sorted(dots, key=lambda dot: (round(zone.off_centre(*dot), 6), dot))
    return sorted(by_depth[:wanted])


def _grid(zone: Zone, view: View, spacing: float) -> list[Dot]:
    """A square grid, symmetrical about the middle line, inside a zone."""
    steps = int(50 / spacing) + 1
    across = [50 + spacing * (step + 0.5) for step in range(-steps, steps)]
    rows = [spacing * (step + 0.5) for step in range(int(view.height / spacing))]
    return [(x, y) for x, y in product(across, rows) if zone.holds(x, y)]


def _svg(zone: Zone, view: View, dots: list[Dot]) -> str:
    outline = "".join(f'<path d="{path}"/>' for path in view.paths)
    radius = min(_LARGEST_DOT, 0.32 * _gap(dots))
    marks = "".join(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}"/>' for x, y in dots)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 {view.height:g}" width="100"'
        f' height="{view.height:g}">{PAPER}'
        f'<g fill="none" stroke="#4a4a4a" stroke-width="0.7" stroke-linecap="round">{outline}</g>'
        f'<g fill="#0b6e69">{marks}</g></svg>'
    )


def _gap(dots: list[Dot]) -> float:
    """The distance between neighbouring columns of the grid."""
    columns = sorted({x for x, _ in dots})
    return min((right - left for left, right in pairwise(columns)), default=_UNSAID)
