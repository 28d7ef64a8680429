"""Pictures of a population: bars, and an upset plot of what holds together. Each has a table beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from formulator.cohort.distributions import Together
from formulator.ui.charts import ink

_BAR = "#1f8f86"
_FAINT = "#9aa5a3"
_STEP, _LINE = 26, 14
_LINES = "split(datum.label, '\\n')"
"""A label may stand on several lines."""
_LABEL_WIDTH = 260
_NARROW = 165
_SET = 20
"""So narrow that eight sets with their labels fit on a telephone."""
_WORDS_ACROSS = 9
LONGEST = 46


def bars(
    rows: Sequence[tuple[str, int]], counted: str, colours: Mapping[str, str] | None = None
) -> alt.LayerChart | alt.FacetChart:
    """A bar for each row with its number; colours by label where some are given."""
    order = _told_apart([shortened(label) for label, _ in rows])
    told = zip(order, rows, strict=True)
    frame = pd.DataFrame([{"label": label, "says": says, "count": count} for label, (says, count) in told])
    lines = max((label.count("\n") for label in order), default=0) + 1
    labels = alt.Axis(labelLimit=_LABEL_WIDTH, labelExpr=_LINES, labelOffset=-_LINE * (lines - 1) / 2)
    base = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=order, title=None, axis=labels),
        x=alt.X("count:Q", title=counted, axis=alt.Axis(format=",d", tickMinStep=1)),
        tooltip=[alt.Tooltip("says:N", title=" "), alt.Tooltip("count:Q", title=counted, format=",d")],
    )
    if colours:
        scale = alt.Scale(domain=order, range=[colours.get(label, _BAR) for label, _ in rows])
        drawn = base.mark_bar().encode(color=alt.Color("label:N", scale=scale, legend=None))
    else:
        drawn = base.mark_bar(color=_BAR)
    numbers = base.mark_text(align="left", dx=4, color=ink()).encode(text=alt.Text("count:Q", format=",d"))
    return (drawn + numbers).properties(height=alt.Step(_STEP if lines == 1 else _LINE * lines + 6))


def upset(together: Together, words: Mapping[str, str]) -> alt.VConcatChart:
    """Above, how many patients have each set of rules; below, a dot for each rule of it. `words` name the rules."""
    sets = [{"set": str(place), "count": count} for place, count in enumerate(together.values(), start=1)]
    rules = list(dict.fromkeys(name for names in together for name in names))
    dots = [
        {"set": str(place), "rule": shortened(words[rule]), "holds": rule in names}
        for place, names in enumerate(together, start=1)
        for rule in rules
    ]
    order = [one["set"] for one in sets]
    across = alt.X("set:N", sort=order, title=None, axis=None)
    above = alt.Chart(pd.DataFrame(sets)).encode(x=across, y=alt.Y("count:Q", title="Patients"))
    counted = above.mark_bar(color=_BAR) + above.mark_text(dy=-8, color=ink()).encode(text="count:Q")
    below = alt.Chart(pd.DataFrame(dots)).encode(
        x=across,
        y=alt.Y(
            "rule:N",
            sort=[shortened(words[rule]) for rule in rules],
            title=None,
            axis=alt.Axis(labelLimit=_NARROW),
        ),
        tooltip=["rule"],
    )
    holding = below.transform_filter("datum.holds").mark_circle(size=110, color=_BAR, opacity=1)
    empty = below.transform_filter("!datum.holds").mark_point(size=60, color=_FAINT, opacity=0.5)
    width = alt.Step(_SET)
    return alt.vconcat(
        counted.properties(height=160, width=width), (empty + holding).properties(height=alt.Step(22), width=width)
    ).resolve_scale(x="shared")


def flows(rows: Sequence[Mapping[str, Any]], order: Sequence[str]) -> alt.LayerChart | alt.FacetChart:
    """From-to: before down, after across; what stays is faint. Each row has `before`, `after`, `count` and `moved`."""
    wrapped = {name: textwrap.fill(name, _WORDS_ACROSS) for name in order}
    frame = pd.DataFrame([{**row, "after": wrapped[row["after"]]} for row in rows])
    across = alt.Axis(labelAngle=0, labelAlign="center", labelFlush=False, labelOverlap=False, labelExpr=_LINES)
    base = alt.Chart(frame).encode(
        x=alt.X("after:N", sort=list(wrapped.values()), title="After", axis=across),
        y=alt.Y("before:N", sort=list(order), title="Before", axis=alt.Axis(labelLimit=_NARROW)),
        tooltip=["before", "after", alt.Tooltip("count:Q", title="Patients", format=",d")],
    )
    colour = alt.condition("datum.moved && datum.count > 0", alt.value("#f0b58c"), alt.value("#dfe6e6"))
    cells = base.mark_rect(stroke="white").encode(color=colour)
    numbers = base.mark_text(fontWeight="bold", color="#16211f").encode(text=alt.Text("count:Q", format=",d"))
    return (cells + numbers).properties(height=alt.Step(38))


def _told_apart(labels: Sequence[str]) -> list[str]:
    """The labels, of which a repeated one gets a number: two bars never fall on one another."""
    found: list[str] = []
    for label in labels:
        same = sum(one == label or one.startswith(f"{label} (") for one in found)
        found.append(f"{label} ({same + 1})" if same else label)
    return found


def shortened(label: str) -> str:
    """A label that fits beside a picture."""
    return "\n".join(
        line if len(line) <= LONGEST else line[: LONGEST - 3].rstrip() + "..." for line in label.split("\n")
    )
