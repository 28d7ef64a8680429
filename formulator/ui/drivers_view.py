"""Which known facts drive the answer: a tornado picture, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from formulator.engine.answer import Recommendation
from formulator.engine.words import DECISION_WORDS
from formulator.explain.drivers import Driver, drivers
from formulator.export.words import field_label, value_label
from formulator.knowledge import Knowledge
from formulator.ui.charts import show_chart
from formulator.ui.words import safe

_LONGEST = 10
_LEAVES, _ENTERS = "Leave the answer", "Enter the answer"


def show_drivers(answer: Recommendation, knowledge: Knowledge) -> None:
    """Each known fact by what its most telling other value would move; worked out when the box is opened."""
    box = st.expander(
        "Which known facts drive this answer", key="drivers", on_change="rerun", icon=":material/tornado:"
    )
    if not box.open:
        return
    with box:
        found = drivers(answer, knowledge)[:_LONGEST]
        if not found:
            st.info("No known fact alone moves a component or the decision.", icon=":material/balance:")
            return
        st.caption(
            "Each known fact is replaced alone by every other value; shown is the one that moves most. "
            "Nobody changes age or sex: the bar says how much hangs on them."
        )
        show_chart(_picture(found, knowledge), width="stretch", alt=_sentence(found, knowledge))
        st.table([_row(one, knowledge) for one in found], hide_index=True)


def _sentence(found: Sequence[Driver], knowledge: Knowledge) -> str:
    first = ", ".join(field_label(knowledge, one.field) for one in found[:3])
    return f"Bars of how many components leave or enter the answer with another value. Most hangs on: {first}."


def _picture(found: Sequence[Driver], knowledge: Knowledge) -> alt.Chart:
    rows = []
    for one in found:
        label, most = field_label(knowledge, one.field), one.others[0]
        rows.append({"Fact": label, "What": _LEAVES, "Components": -len(most.leave), "If": most.value})
        rows.append({"Fact": label, "What": _ENTERS, "Components": len(most.enter), "If": most.value})
    order = [field_label(knowledge, one.field) for one in found]
    return (
        alt.Chart(pd.DataFrame(rows))
        .mark_bar()
        .encode(
            x=alt.X("Components:Q", title="components that leave (left) and enter (right)"),
            y=alt.Y("Fact:N", sort=order, title=None, axis=alt.Axis(labelLimit=220)),
            color=alt.Color(
                "What:N", title=None, scale=alt.Scale(domain=[_LEAVES, _ENTERS], range=["#b3541e", "#1f6f6b"])
            ),
            tooltip=["Fact:N", "If:N", "What:N"],
        )
        .properties(height=max(120, 30 * len(found)))
    )


def _row(one: Driver, knowledge: Knowledge) -> dict[str, str]:
    most = one.others[0]
    return {
        "Fact": safe(f"{field_label(knowledge, one.field)}: {value_label(knowledge, one.field, one.now)}"),
        "If instead": safe(most.value),
        "Decision": DECISION_WORDS[most.decision] if most.decision else "the same",
        _LEAVES: safe(_names(most.leave, knowledge)),
        _ENTERS: safe(_names(most.enter, knowledge)),
    }


def _names(components: Sequence[str], knowledge: Knowledge) -> str:
    names = [knowledge.components[name].name for name in components]
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "") or "none"
