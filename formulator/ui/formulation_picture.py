"""What speaks for each formulation against what it costs, with the Pareto front, as a picture and as a table."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from formulator.engine.answer import Formulation
from formulator.engine.reasons import benefit_and_burden
from formulator.knowledge import Knowledge
from formulator.ui.charts import show_chart
from formulator.ui.formulation_words import burden_words, names_of
from formulator.ui.words import safe

_FRONT, _BEATEN = "On the Pareto front", "Beaten by another"
_KINDS, _COLOURS, _SHAPES = [_FRONT, _BEATEN], ["#0b6e69", "#8a6d1d"], ["circle", "cross"]
_BURDEN = "Burden (points of penalty)"


def show_benefit_and_burden(formulations: Sequence[Formulation], knowledge: Knowledge) -> None:
    """The picture of all formulations, its table, and how to read it."""
    st.markdown("##### Expected effect against burden")
    st.caption(
        "Numbers are ranks. On the Pareto front no other formulation has both more effect and less burden; which of "
        "them is best is a matter of what the patient wants to bear."
    )
    picture = _picture(formulations, knowledge)
    show_chart(picture, alt=_in_words(formulations, knowledge), width="stretch")
    with st.expander("The picture as a table", icon=":material/table_rows:"):
        st.table([_row(one, knowledge) for one in formulations], hide_index=True)


def axis_of_benefit(formulations: Sequence[Formulation]) -> str:
    """What the upward axis measures: effect where a model estimates it, else role and certainty."""
    parts = {part.id for one in formulations for part in one.score_parts if part.value}
    if "effect" not in parts:
        return "Role and certainty (points, not an effect)"
    return "Effect (SD) + role, certainty (points)" if "standing" in parts else "Expected effect (SD)"


def _frame(formulations: Sequence[Formulation], knowledge: Knowledge) -> pd.DataFrame:
    rows = []
    for one in formulations:
        benefit, burden = benefit_and_burden(one)
        kind = _FRONT if one.pareto else _BEATEN
        row = {"rank": str(one.rank), "name": names_of(one.components, knowledge), "kind": kind}
        rows.append(row | {"benefit": benefit, "burden": burden})
    frame = pd.DataFrame(rows)
    by_place = {"rank": ", ".join, "name": "; ".join, "kind": "first"}
    return frame.groupby(["benefit", "burden"], as_index=False, sort=True).agg(by_place)


def _picture(formulations: Sequence[Formulation], knowledge: Knowledge) -> alt.FacetChart | alt.LayerChart:
    frame = _frame(formulations, knowledge)
    x = alt.X("burden:Q", title=_BURDEN, scale=alt.Scale(zero=False, padding=24))
    y = alt.Y("benefit:Q", title=axis_of_benefit(formulations), scale=alt.Scale(zero=False, padding=24))
    colour = alt.Color("kind:N", title=None, scale=alt.Scale(domain=_KINDS, range=_COLOURS), legend=_LEGEND)
    shape = alt.Shape("kind:N", title=None, scale=alt.Scale(domain=_KINDS, range=_SHAPES), legend=_LEGEND)
    tooltip = [
        alt.Tooltip("name:N", title="Holds"),
        alt.Tooltip("benefit:Q", format=".2f", title="For it"),
        alt.Tooltip("burden:Q", format=".2f", title="Burden"),
    ]
    base = alt.Chart(frame)
    front = base.transform_filter(alt.datum.kind == _FRONT)
    line = front.mark_line(interpolate="step-after", strokeDash=[5, 4], color=_COLOURS[0]).encode(
        x=x, y=y, order="burden:Q"
    )
    points = base.mark_point(filled=True, size=150, opacity=1).encode(
        x=x, y=y, color=colour, shape=shape, tooltip=tooltip
    )
    labels = base.mark_text(dx=13, dy=-9, fontSize=13, fontWeight="bold").encode(x=x, y=y, text="rank:N")
    return alt.layer(line, points, labels).properties(height=320)


_LEGEND = alt.Legend(orient="bottom")


def _row(one: Formulation, knowledge: Knowledge) -> dict[str, str]:
    benefit, burden = benefit_and_burden(one)
    return {
        "Rank": str(one.rank),
        "Formulation": safe(names_of(one.components, knowledge)),
        "For it": f"{benefit:.2f}",
        "Burden": f"{burden:.2f}",
        "Front": "yes" if one.pareto else "no",
        "A session": burden_words(one),
    }


def _in_words(formulations: Sequence[Formulation], knowledge: Knowledge) -> str:
    front = "; ".join(f"{one.rank} {names_of(one.components, knowledge)}" for one in formulations if one.pareto)
    return f"Scatter of {len(formulations)} formulations, effect against burden. On the Pareto front: {front}."
