"""A surface as a heat map: a letter and a colour in each field; its text twin stands below it."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from formulator.cohort.sweep.surface import IMPOSSIBLE, Surface, condensed
from formulator.cohort.sweep.words import LETTERS, WORDS, shown_at
from formulator.export.words import field_label
from formulator.knowledge import Knowledge

COLOURS = {
    "treat": "#9fd3b4",
    "recommended": "#9fd3b4",
    "adjunct": "#a9c9ec",
    "optional": "#dfe6e6",
    "treat_after": "#f6d79a",
    "deferred": "#f6d79a",
    "refer_first": "#f0b58c",
    "do_not_treat": "#e79c9c",
    "contraindicated": "#e79c9c",
    "not_indicated": "#c9c9c9",
    IMPOSSIBLE: "#eeeeee",
}
_STEP = 34


def surface_map(surface: Surface, knowledge: Knowledge, component: str | None) -> alt.LayerChart | alt.FacetChart:
    """The first field down, the second across, a map for each value of a third."""
    units = {name: one.unit for name, one in knowledge.catalogue.fields.items()}
    shown = condensed(surface, lambda one: shown_at(one, component), units)
    frame = pd.DataFrame(_rows(shown, component))
    present = [name for name in COLOURS if name in set(frame["value"])]
    base = alt.Chart(frame).encode(
        x=alt.X(**_axis("across", shown, 1, knowledge)),
        y=alt.Y(**_axis("down", shown, 0, knowledge)),
        tooltip=["down", "across", "says"],
    )
    colour = alt.Color(
        "says:N",
        title=None,
        scale=alt.Scale(domain=[WORDS[name] for name in present], range=[COLOURS[name] for name in present]),
        legend=alt.Legend(orient="top", labelLimit=400),
    )
    cells = base.mark_rect(stroke="white").encode(color=colour)
    letters = base.mark_text(fontWeight="bold", color="#16211f").encode(text="letter")
    picture = (cells + letters).properties(height=alt.Step(_STEP), width=alt.Step(_STEP * 2))
    if len(shown.axes) < 3:
        return picture
    title = field_label(knowledge, shown.axes[2].field)
    return picture.facet(facet=alt.Facet("third:N", title=title, sort=None), columns=2)


def _rows(surface: Surface, component: str | None) -> list[dict[str, str]]:
    rows = []
    for points, outcome in surface.rows():
        value = shown_at(outcome, component)
        words = [point.words for point in points]
        down, across, third = (*words, *[""] * (3 - len(words)))
        rows.append(
            {
                "down": down,
                "across": across,
                "third": third,
                "value": value,
                "letter": LETTERS[value],
                "says": WORDS[value],
            }
        )
    return rows


def _axis(name: str, surface: Surface, number: int, knowledge: Knowledge) -> dict[str, Any]:
    """The definition of one axis of the picture; none where the surface has no such axis."""
    if number >= len(surface.axes):
        return {"field": name, "type": "nominal", "axis": None}
    axis = surface.axes[number]
    looks = {"labelLimit": 320, "labelAngle": 0 if number == 0 else -40, "title": field_label(knowledge, axis.field)}
    return {"field": name, "type": "nominal", "sort": [point.words for point in axis.points], "axis": looks}
