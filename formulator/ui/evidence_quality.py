"""How far the model may be trusted: calibration on studies that it had not seen, and its card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import CARD, EVIDENCE, as_json, models_directory
from formulator.ui.charts import show_chart
from formulator.ui.words import safe

_NAMES = {
    "model": "Model",
    "grand_mean": "Baseline: one mean",
    "per_indication": "Baseline: mean per indication",
    "per_component": "Baseline: random effects per component",
}
_COLOURS = ["#1f8f86", "#b9a15a", "#6f8fd8", "#c2642d"]
_DASHES = [[1, 0], [6, 3], [2, 3], [8, 3, 2, 3]]


def show_quality(model: EvidenceModel) -> None:
    """Plot, table, card."""
    found = model.document.get("validation") or {}
    facts = model.document["model"]
    st.caption(
        f"{facts['contrasts']} contrasts of {facts['studies']} studies; each study is predicted from all others."
    )
    if found.get("curve"):
        frame = curve(found["curve"])
        show_chart(_picture(frame), alt=_in_words(frame), width=640)
    if "chosen" in found:
        st.table(scores(found), hide_index=True)
        st.caption(
            "Log score: higher is better. CRPS and RMSE in SD: lower is better. An 80 % interval should hold 80 %."
        )
    _downloads(model)


def curve(found: Mapping[str, Any]) -> pd.DataFrame:
    """Share of left-out effects inside the interval of each level."""
    return pd.DataFrame(
        {"Of": _NAMES.get(name, name), "Interval": one["level"], "Share inside": one["effects"]}
        for name in _NAMES
        for one in found.get(name, ())
    )


def scores(found: Mapping[str, Any]) -> list[dict[str, str]]:
    """Coverage and scores of the model and of each baseline on the same folds."""
    every = {"model": found["variants"][found["chosen"]], **found.get("baselines", {})}
    return [{"Of": safe(_NAMES.get(name, name)), **_scored(one)} for name, one in every.items()]


def _scored(one: Mapping[str, Any]) -> dict[str, str]:
    inside = {f"{level} % holds": f"{one['coverage'][level]:.1%}" for level in ("50", "80", "95")}
    return inside | {"Log score": f"{one['log_score']:.3f}", "CRPS": f"{one['crps']:.3f}", "RMSE": f"{one['rmse']:.3f}"}


def _picture(frame: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    names = list(_NAMES.values())
    percent = alt.Axis(format="%")
    legend = alt.Legend(orient="bottom", title=None, columns=1, labelLimit=300)
    lines = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2.2)
        .encode(
            x=alt.X("Interval:Q", axis=percent, title="Interval promised"),
            y=alt.Y("Share inside:Q", axis=percent, title="Left-out effects inside"),
            color=alt.Color("Of:N", scale=alt.Scale(domain=names, range=_COLOURS), legend=legend),
            strokeDash=alt.StrokeDash("Of:N", scale=alt.Scale(domain=names, range=_DASHES), legend=legend),
            tooltip=["Of:N", alt.Tooltip("Interval:Q", format=".0%"), alt.Tooltip("Share inside:Q", format=".1%")],
        )
    )
    ideal = pd.DataFrame({"Interval": [0.0, 1.0], "Share inside": [0.0, 1.0]})
    diagonal = alt.Chart(ideal).mark_line(color="#7d8a88", strokeWidth=1).encode(x="Interval:Q", y="Share inside:Q")
    return alt.layer(diagonal, lines).properties(height=420)


def _in_words(frame: pd.DataFrame) -> str:
    model = frame[frame["Of"] == _NAMES["model"]]
    pairs = ", ".join(f"{row['Interval']:.0%}: {row['Share inside']:.0%}" for _, row in model.iterrows())
    return (
        f"Calibration plot: share of left-out effects inside each interval of the model ({pairs}). The ideal is equal."
    )


def _downloads(model: EvidenceModel) -> None:
    card = _card()
    with st.container(horizontal=True):
        if card:
            st.download_button(
                "Model card",
                card,
                file_name="card.md",
                mime="text/markdown",
                icon=":material/download:",
                on_click="ignore",
            )
        st.download_button(
            "The model as JSON",
            lambda: as_json(model.document),
            file_name=EVIDENCE,
            mime="application/json",
            icon=":material/data_object:",
            on_click="ignore",
        )
    st.caption(f"Trained on the tables {safe(model.version)}; evidence.json {safe(model.sha256[:12])}.")


def _card() -> str:
    try:
        return (models_directory() / CARD).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
