"""A surface as text: a grid of letters with its legend, a table of what moves; and as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from formulator.cohort.sweep.axes import Axis, Point
from formulator.cohort.sweep.surface import IMPOSSIBLE, Outcome, Surface, condensed
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.explain.difference_lines import some_of
from formulator.export.words import field_label
from formulator.knowledge import Knowledge

SCHEMA = "formulator/sweep/1"
WORDS = {**DECISION_WORDS, **STATUS_WORDS, IMPOSSIBLE: "No patient can have this"}
LETTERS = {
    "treat": "T",
    "treat_after": "A",
    "refer_first": "R",
    "do_not_treat": "N",
    "recommended": "R",
    "adjunct": "A",
    "optional": "O",
    "deferred": "D",
    "not_indicated": "-",
    "contraindicated": "X",
    IMPOSSIBLE: "/",
}
"""One letter for each decision or status: a decision and a status never stand in the same grid."""


def shown_at(outcome: Outcome, component: str | None) -> str:
    """The decision, or the status of a component, at one combination."""
    if outcome.refused or component is None:
        return outcome.decision
    return outcome.statuses[component]


def surface_text(surface: Surface, knowledge: Knowledge, component: str | None = None) -> str:
    """The grid (rows: first field, columns: second; one grid for each value of a third), then what moves."""
    subject = knowledge.components[component].name if component else "Decision"
    lines = [subject, *_legend(surface, component), ""]
    units = {name: one.unit for name, one in knowledge.catalogue.fields.items()}
    moving = [knowledge.components[name].name for name in surface.moving]
    surface = condensed(surface, lambda one: shown_at(one, component), units)
    first, *rest = surface.axes
    for third, grid in _grids(surface):
        if third is not None:
            lines.append(f"{field_label(knowledge, rest[1].field)}: {third.words}")
        lines += [*_grid(grid, first, rest[0] if rest else None, knowledge, component), ""]
    lines.append(f"Components that move: {some_of(moving, '; ') or 'none'}.")
    lines.append(f"Knowledge {knowledge.version} {knowledge.sha256[:12]}")
    return "\n".join(lines) + "\n"


def _legend(surface: Surface, component: str | None) -> Iterator[str]:
    found = {shown_at(one, component) for one in surface.outcomes}
    yield from (f"  {LETTERS[name]}  {WORDS[name]}" for name in LETTERS if name in found)


Row = tuple[tuple[Point, ...], Outcome]


def _grids(surface: Surface) -> Iterator[tuple[Point | None, list[Row]]]:
    rows = list(surface.rows())
    if len(surface.axes) < 3:
        yield None, rows
        return
    for point in surface.axes[2].points:
        yield point, [row for row in rows if row[0][2] == point]


def _grid(
    rows: Sequence[Row], first: Axis, second: Axis | None, knowledge: Knowledge, component: str | None
) -> Iterator[str]:
    width = max(len(point.words) for point in first.points) + 2
    if second is None:
        for points, outcome in rows:
            value = shown_at(outcome, component)
            yield f"{points[0].words:<{width}}{LETTERS[value]}  {WORDS[value]}"
        return
    yield f"{field_label(knowledge, first.field)} down, {field_label(knowledge, second.field)} across:"
    yield from (f"  {number}: {point.words}" for number, point in enumerate(second.points, start=1))
    columns = [f"{number:>3}" for number in range(1, len(second.points) + 1)]
    yield " " * width + "".join(columns)
    for point, members in groupby(rows, key=lambda row: row[0][0]):
        yield f"{point.words:<{width}}" + "".join(f"{LETTERS[shown_at(one, component)]:>3}" for _, one in members)


def surface_rows(surface: Surface, knowledge: Knowledge, component: str | None = None) -> list[dict[str, Any]]:
    """One row a combination: the values, decision, indication, and the status of every component that moves.

    Where one component is shown, its status stands alone beside the decision, whether it moves or not.
    """
    return [
        {
            **{axis.field: point.words for axis, point in zip(surface.axes, points, strict=True)},
            "decision": outcome.decision,
            **({} if component else {"indication": outcome.indication or ""}),
            **{name: outcome.statuses.get(name, "") for name in ((component,) if component else surface.moving)},
            "impossible_because": outcome.refused,
        }
        for points, outcome in surface.rows()
    ]


def surface_csv(surface: Surface, knowledge: Knowledge, component: str | None = None) -> str:
    """The rows as CSV."""
    rows = surface_rows(surface, knowledge, component)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def surface_json(surface: Surface, knowledge: Knowledge, component: str | None = None) -> str:
    """The rows as JSON, with the exact stretch that each number stands for."""
    axes = [
        {
            "field": axis.field,
            "points": [
                {"value": one.value, "words": one.words, "low": one.low, "high": one.high} for one in axis.points
            ],
        }
        for axis in surface.axes
    ]
    document = {
        "schema": SCHEMA,
        "axes": axes,
        "rows": surface_rows(surface, knowledge, component),
        "knowledge": {"version": knowledge.version, "sha256": knowledge.sha256},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
