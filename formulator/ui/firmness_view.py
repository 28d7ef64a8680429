"""How firm the order of formulations is: a sentence at once, and on demand the draws as a picture and as tables."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from formulator.engine import Preferences
from formulator.engine.answer import Recommendation
from formulator.explain.firmness import (
    WHAT_A_DRAW_IS,
    Firmness,
    Place,
    firmness_of,
    not_shown_words,
    order_words,
    pair_rows,
    percent,
    summary_words,
)
from formulator.knowledge import Knowledge
from formulator.ui.charts import show_chart
from formulator.ui.formulation_words import names_of
from formulator.ui.model import shared_model
from formulator.ui.words import safe

_COLOUR = "#0b6e69"
_BAR, _NOT_SHOWN = 24, "not shown"


def show_firmness(answer: Recommendation, knowledge: Knowledge, preferences: Preferences) -> None:
    """Whether trials can tell the formulations apart; the draws are made when they are asked for."""
    st.markdown(f":material/balance: {safe(order_words(answer.formulations))}")
    box = st.expander("How firm is this order?", key="firmness", on_change="rerun", icon=":material/casino:")
    if box.open:
        with box:
            found = firmness_of(answer, knowledge, shared_model()[0], preferences)
            if found:
                _show(found, answer, knowledge)


def _show(found: Firmness, answer: Recommendation, knowledge: Knowledge) -> None:
    st.markdown(safe(summary_words(found)))
    if not found.drawn:
        return
    show_chart(_picture(found), alt=_in_words(found), width="stretch")
    st.table([_row(place, knowledge) for place in found.places], hide_index=True)
    st.caption(safe(f"{not_shown_words(found)} {WHAT_A_DRAW_IS}"))
    st.markdown(f"**How often the upper one scores more** (told apart from {safe(percent(found.limit))} on)")
    st.table(_pairs(answer), hide_index=True)


def _picture(found: Firmness) -> alt.Chart:
    rows = [{"rank": str(one.rank), "share": one.first_share} for one in found.places]
    frame = pd.DataFrame([*rows, {"rank": _NOT_SHOWN, "share": found.not_shown_first}])
    x = alt.X("share:Q", title="First in this share of draws", axis=alt.Axis(format="%"))
    y = alt.Y("rank:N", title="Rank", sort=None)
    return alt.Chart(frame).mark_bar(color=_COLOUR).encode(x=x, y=y).properties(height=alt.Step(_BAR))


def _in_words(found: Firmness) -> str:
    first = "; ".join(f"{one.rank}: {percent(one.first_share)}" for one in found.places)
    return f"Bars, how often each rank comes first: {first}; {_NOT_SHOWN}: {percent(found.not_shown_first)}."


def _row(place: Place, knowledge: Knowledge) -> dict[str, str]:
    return {
        "Rank": str(place.rank),
        "Formulation": safe(names_of(place.components, knowledge)),
        "First": safe(percent(place.first_share)),
        "Rank in 8 of 10 draws": f"{place.rank_low} to {place.rank_high}",
    }


def _pairs(answer: Recommendation) -> list[dict[str, str]]:
    """A triangle: the lower rank in the row, the upper in the column."""
    above = [str(one.rank) for one in answer.formulations[:-1]]
    padded = [(rank, [*shares, *[""] * (len(above) - len(shares))]) for rank, *shares in pair_rows(answer)]
    return [
        {"Rank": rank, **{f"Below {name}": safe(share) for name, share in zip(above, shares, strict=True)}}
        for rank, shares in padded
    ]
