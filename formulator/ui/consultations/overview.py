"""Expected and observed over all that is kept: a picture with its text twin."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from formulator.consultations import ConsultationStore
from formulator.consultations.expected import HONEST, Observed, observed, together
from formulator.consultations.words import beside_words, change_words, expected_words, title, together_words
from formulator.knowledge import Knowledge
from formulator.ui.charts import ink, show_chart
from formulator.ui.model import shared_model
from formulator.ui.words import safe

_MOST_DRAWN = 25
_COLOUR = "#1f8f86"


def show_overview(store: ConsultationStore, knowledge: Knowledge) -> None:
    """All changes that were measured, beside what was to be expected of what was given."""
    model = shared_model()[0]
    with st.spinner("Reading what is kept"):
        found = [change for kept in store.measured() for change in observed(kept, knowledge, model)]
    if not found:
        st.info(
            "No change is recorded yet: open a consultation, add what was given, and the outcome before and after.",
            icon=":material/monitoring:",
        )
        return
    for one in together(found):
        st.markdown(safe(together_words(one)))
    drawn = [one for one in found if one.position is not None][:_MOST_DRAWN]
    for measure in dict.fromkeys(one.measure for one in drawn):
        _picture([one for one in drawn if one.measure == measure], knowledge)
    rows = [
        {
            "Consultation": safe(title(one.consultation, knowledge)),
            "Observed": safe(change_words(one)),
            "Expected in 8 of 10 comparable trials": safe(expected_words(one.expected)),
            "Beside it": safe(beside_words(one)),
        }
        for one in found[:_MOST_DRAWN]
    ]
    st.table(rows, hide_index=True)
    if len(found) > len(rows):
        st.caption(f"{len(found) - len(rows)} earlier changes are counted above and not listed.")
    st.markdown(f":material/info: {HONEST}")


def _picture(drawn: Sequence[Observed], knowledge: Knowledge) -> None:
    measure = drawn[0].measure
    frame = pd.DataFrame(
        {
            "Row": [f"{number}. {title(one.consultation, knowledge)}" for number, one in enumerate(drawn, start=1)],
            "Low": [one.expected.low for one in drawn],
            "High": [one.expected.high for one in drawn],
            "Observed": [one.gain for one in drawn],
        }
    )
    words = "; ".join(
        f"{title(one.consultation, knowledge)}: {change_words(one)}, {beside_words(one)}" for one in drawn
    )
    name = f"{measure.name}, {measure.unit}"
    show_chart(
        _chart(frame, f"Gain, {measure.unit}; right of 0 is better"),
        width="stretch",
        alt=f"{name}: expected interval and observed change of {len(drawn)} consultations. {words}",
    )
    st.caption(safe(f"{name}: the band is what comparable trials average, the diamond what was observed."))


def _chart(frame: pd.DataFrame, label: str) -> alt.LayerChart | alt.FacetChart:
    y = alt.Y("Row:N", sort=None, title=None, axis=None)
    base = alt.Chart(frame).encode(y=y, tooltip=["Row:N", "Low:Q", "High:Q", "Observed:Q"])
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(strokeDash=[5, 4], color="#7d8a88").encode(x="x:Q")
    bands = base.mark_rule(color=_COLOUR, strokeWidth=7, opacity=0.7, yOffset=9).encode(
        x=alt.X("Low:Q", title=label), x2="High:Q"
    )
    points = base.mark_point(shape="diamond", filled=True, size=130, opacity=1, color=ink(), yOffset=9).encode(
        x="Observed:Q"
    )
    names = base.mark_text(align="left", dy=-8, fontSize=13, color=ink(), limit=alt.ExprRef("width - 6")).encode(
        x=alt.value(3), text="Row:N"
    )
    return alt.layer(zero, bands, points, names).properties(height=alt.Step(44))
