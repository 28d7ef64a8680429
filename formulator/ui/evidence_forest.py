"""Forest plots: trials of one component with what a comparable trial would find, or one row for each component."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from formulator.evidence.answer import Response
from formulator.knowledge import Knowledge
from formulator.ui.charts import ink
from formulator.ui.evidence_trial import Trial
from formulator.ui.evidence_words import address, component_name, interval, many

_KINDS = ["Trial", "Component alone, 95 %", "Average over trials, 95 %", "A comparable trial, 80 %"]
_COLOURS = ["#3f7fbf", "#8f7a2e", "#c2642d", "#1f8f86"]
_SHAPES = ["square", "triangle-up", "diamond", "circle"]
_STEP = 44
_LONGEST = 90


def forest(response: Response, trials: Sequence[Trial]) -> alt.LayerChart | alt.FacetChart:
    """Each trial a row, then what the model makes of them."""
    return _picture(pd.DataFrame(_trial_rows(trials) + _model_rows(response)))


def overview(responses: Sequence[Response], knowledge: Knowledge) -> alt.LayerChart | alt.FacetChart:
    """Each component a row: the average with its interval on the range of comparable trials."""
    rows = []
    for one in responses:
        name = component_name(one.component, knowledge)
        label = f"{name}: {many(one.studies, 'study', 'studies')}, {one.patients} people"
        band = _row(label, _KINDS[3], (one.effect, one.low, one.high), one.patients)
        rows.append(band | {"Effect": None})
        rows.append(_row(label, _KINDS[2], (one.effect, one.average_low, one.average_high), one.patients))
    return _picture(pd.DataFrame(rows))


def forest_in_words(response: Response, trials: Sequence[Trial], knowledge: Knowledge) -> str:
    """What a forest shows, for those who do not see it."""
    start = (
        f"Forest plot of {component_name(response.component, knowledge)}: {many(len(trials), 'controlled contrast')}"
    )
    if trials:
        lowest, highest = min(t.estimate for t in trials), max(t.estimate for t in trials)
        start += f" with effects from {lowest:.2f} to {highest:.2f} SD"
    if not response.estimable:
        return f"{start}. No estimate is made."
    return (
        f"{start}. Average and range of comparable trials: {interval(response.effect, response.low, response.high)} SD."
    )


def model_table(response: Response) -> list[dict[str, str]]:
    """What the model makes of the trials, as rows of numbers."""
    return [
        {
            "Of what": str(row["Kind"]),
            "SD": interval(row["Effect"], row["Low"], row["High"]),
            "In natural units": _unit(response, row),
        }
        for row in _model_rows(response)
    ]


def _unit(response: Response, row: dict[str, Any]) -> str:
    if response.natural is None:
        return "none shared by trials"
    low, middle, high = (response.natural.sd * row[name] for name in ("Low", "Effect", "High"))
    return f"{interval(middle, low, high, 1)} {response.natural.unit}"


def _trial_rows(trials: Sequence[Trial]) -> list[dict[str, Any]]:
    seen: dict[str, int] = {}
    rows = []
    for trial in trials:
        label = _shortened(f"{trial.label}, n {trial.people}: {trial.against}")
        seen[label] = seen.get(label, 0) + 1
        label = label if seen[label] == 1 else f"{label} ({seen[label]})"
        row = _row(label, _KINDS[0], (trial.estimate, trial.low, trial.high), trial.people)
        rows.append(
            row | {"Design": trial.design, "Compared": trial.compared, "Address": address(trial.row["url"]) or None}
        )
    return rows


def _model_rows(response: Response) -> list[dict[str, Any]]:
    if not response.estimable:
        return []
    spans = (
        (response.own, response.own_low, response.own_high),
        (response.effect, response.average_low, response.average_high),
        (response.effect, response.low, response.high),
    )
    return [_row(kind, kind, span, response.patients) for kind, span in zip(_KINDS[1:], spans, strict=True)]


def _row(label: str, kind: str, span: tuple[float | None, ...], people: int) -> dict[str, Any]:
    middle, low, high = span
    text = interval(middle, low, high)
    blank = {"Design": "", "Compared": "", "Address": None}
    return {
        "Row": label,
        "Kind": kind,
        "Effect": middle,
        "Low": low,
        "High": high,
        "People": people,
        "SD": text,
    } | blank


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3].rstrip() + "..."


def _picture(frame: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """Row labels stand above their intervals, so that a narrow screen keeps its width for the intervals."""
    y = alt.Y("Row:N", sort=list(dict.fromkeys(frame["Row"])), title=None, axis=None)
    base = alt.Chart(frame).encode(
        y=y,
        color=alt.Color("Kind:N", scale=alt.Scale(domain=_KINDS, range=_COLOURS), legend=None),
        tooltip=["Row:N", "Kind:N", "SD:N", "People:Q", "Design:N", "Compared:N", "Address:N"],
    )
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(strokeDash=[5, 4], color="#7d8a88").encode(x="x:Q")
    layers = alt.layer(zero, *_marks(base), _labels(frame, y))
    return layers.properties(height=alt.Step(_STEP))


def _marks(base: alt.Chart) -> tuple[alt.Chart, alt.Chart]:
    is_band = alt.datum.Kind == _KINDS[3]
    lines = base.mark_rule(yOffset=9).encode(
        x=alt.X("Low:Q", title="SD; right of 0 is better for the patient", axis=alt.Axis(tickCount=7)),
        x2="High:Q",
        strokeWidth=alt.condition(is_band, alt.value(7), alt.value(2.5)),
        opacity=alt.condition(is_band, alt.value(0.45), alt.value(1.0)),
    )
    points = base.mark_point(filled=True, opacity=1, yOffset=9, size=110).encode(
        x="Effect:Q", shape=alt.Shape("Kind:N", scale=alt.Scale(domain=_KINDS, range=_SHAPES), legend=None)
    )
    return lines, points


def _labels(frame: pd.DataFrame, y: alt.Y) -> alt.Chart:
    """Labels in the ink of the theme, cut where the picture ends."""
    rows = alt.Chart(frame.drop_duplicates("Row"))
    limit = alt.ExprRef("width - 6")
    return rows.mark_text(align="left", dy=-8, fontSize=13, color=ink(), limit=limit).encode(
        x=alt.value(3), y=y, text="Row:N"
    )
