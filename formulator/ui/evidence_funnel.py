"""Do small trials find more: the funnel picture of a family of outcomes and the verdict of its test."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from formulator.evidence.answer import Z95, EvidenceModel
from formulator.knowledge import Knowledge
from formulator.ui.charts import show_chart
from formulator.ui.evidence_trial import Trial, plain_trials
from formulator.ui.evidence_words import Row, address, family_name, interval, linked, number
from formulator.ui.words import safe

_HERE, _ELSEWHERE = "This indication", "Other indications"
_LINE = "#7d8a88"
_Y = "Small-trial measure (large trials on top)"


def show_funnel(family: str, indication: str, model: EvidenceModel, knowledge: Knowledge) -> None:
    """Verdict first, then the picture over all indications, then the numbers."""
    found = next((one for one in model.document["funnels"] if one["family"] == family), None)
    if found is None:
        st.info("There is no test for this outcome.", icon=":material/filter_alt:")
        return
    small = found["p"] is not None and found["p"] < 0.1 and found["slope"] > 0
    (st.warning if small else st.info)(safe(found["sentence"]), icon=":material/filter_alt:")
    st.caption(
        "If nothing is hidden, trials spread evenly about the dotted line and wider towards the bottom. The test "
        "regresses the effect on the square root of 1/n + 1/n over all indications of the outcome."
    )
    rows = [row for row in model.document["rows"] if row["family"] == family and small_measure(row) is not None]
    trials = plain_trials(rows, model, knowledge)
    if trials:
        title = f"Funnel plot of {len(trials)} contrasts of {family_name(family, model).lower()}. {found['sentence']}"
        show_chart(_picture(trials, indication), alt=title, width="stretch")
        with st.expander("The points as a table", icon=":material/table_rows:"):
            st.table([_line(trial) for trial in sorted(trials, key=_measure)], hide_index=True)


def small_measure(row: Row) -> float | None:
    """How small a trial is, as the test sees it; None where the people per arm are not known."""
    treated, control = row["n_treated"], row["n_control"]
    if row["within_person"]:
        return (row["n"] or 0) ** -0.5 if row["n"] else None
    return (1 / treated + 1 / control) ** 0.5 if treated and control else None


def _measure(trial: Trial) -> float:
    return small_measure(trial.row) or 0.0


def _line(trial: Trial) -> dict[str, str]:
    return {
        "Trial": linked(trial.label, trial.row["url"]),
        "Compared": safe(trial.compared),
        "Measure": number(_measure(trial), 3),
        "Effect in SD (95 %)": interval(trial.estimate, trial.low, trial.high),
    }


def _picture(trials: Sequence[Trial], indication: str) -> alt.LayerChart | alt.FacetChart:
    frame = pd.DataFrame(_point(trial, indication) for trial in trials)
    deepest = max(_measure(trial) for trial in trials) * 1.08
    scale = alt.Scale(domain=[0, deepest], reverse=True)
    y = alt.Y("Measure:Q", title=_Y, scale=scale)
    where = [_HERE, _ELSEWHERE]
    points = (
        alt.Chart(frame)
        .mark_point(filled=True, size=90, opacity=0.9)
        .encode(
            x=alt.X("Effect:Q", title="SD; right is better for the tested arm"),
            y=y,
            color=alt.Color("Where:N", scale=alt.Scale(domain=where, range=["#c2642d", "#3f7fbf"]), legend=_legend()),
            shape=alt.Shape("Where:N", scale=alt.Scale(domain=where, range=["diamond", "circle"]), legend=_legend()),
            tooltip=["Trial:N", "Compared:N", "SD:N", "People:Q", "Address:N"],
        )
    )
    sides = alt.Chart(_funnel(trials, deepest)).mark_line(color=_LINE, strokeDash=[4, 4], strokeWidth=1.2, clip=True)
    lines = sides.encode(x="Effect:Q", y=y, detail="Side:N", order="Measure:Q")
    return alt.layer(lines, points).properties(height=380)


def _legend() -> alt.Legend:
    return alt.Legend(orient="bottom", title=None)


def _point(trial: Trial, indication: str) -> dict[str, object]:
    return {
        "Trial": trial.label,
        "Compared": trial.compared,
        "Effect": trial.estimate,
        "Measure": _measure(trial),
        "People": trial.people,
        "SD": interval(trial.estimate, trial.low, trial.high),
        "Where": _HERE if indication in trial.row["indications"] else _ELSEWHERE,
        "Address": address(trial.row["url"]),
    }


def _funnel(trials: Sequence[Trial], deepest: float) -> pd.DataFrame:
    """The weighted mean and where 95 % would lie if sampling error were all."""
    weights = [trial.row["se"] ** -2 for trial in trials]
    mean = sum(w * t.estimate for w, t in zip(weights, trials, strict=True)) / sum(weights)
    sides = (("mean", 0.0), ("low", -Z95), ("high", Z95))
    return pd.DataFrame(
        {"Side": side, "Effect": mean + factor * depth, "Measure": depth}
        for side, factor in sides
        for depth in (0.0, deepest)
    )
