"""The plan as a picture and as a table."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from formulator.engine.answer import Delivery, Plan, PlannedPhase
from formulator.export.pauses import advice_lines
from formulator.export.text import rhythm
from formulator.export.words import PLAN_AND_FORMULATION, field_label, technique_label
from formulator.knowledge import Knowledge
from formulator.ui.charts import show_chart
from formulator.ui.words import safe

_PHASES = ["induction", "consolidation", "maintenance", "reassessment", "event"]
_COLOURS = ["#0b6e69", "#3f7fbf", "#8a6d1d", "#a03a6a", "#555f6b"]
_SHAPES = ["circle", "square", "diamond", "triangle-up", "cross"]


def show_plan(plan: Plan, knowledge: Knowledge) -> None:
    """Phases, dated sessions, reassessment, stop rule and everything around them."""
    if plan.provisional:
        asked = ", ".join(field_label(knowledge, field) for field in plan.provisional)
        st.warning(f"Dates are reserved only. First answer: {safe(asked)}.", icon=":material/hourglass_top:")
    for text in plan.settle_first:
        st.markdown(f":material/flag: First: {safe(text)}")
    if plan.sessions:
        if not plan.provisional:
            st.caption(PLAN_AND_FORMULATION)
        show_chart(_picture(plan, knowledge), alt=_in_words(plan), width="stretch")
        with st.expander("Sessions as a table", icon=":material/table_rows:"):
            st.table(_table(plan, knowledge), hide_index=True)
    st.markdown("  \n".join(_phase(phase) for phase in plan.phases))
    _around(plan, knowledge)


def _phase(phase: PlannedPhase) -> str:
    return f"**{phase.name.capitalize()}**: {phase.sessions or 'ongoing'} sessions, {rhythm(phase)}"


def _around(plan: Plan, knowledge: Knowledge) -> None:
    lines = [f":material/photo_camera: **Reassess {one.date}**: {safe(one.what)}" for one in plan.reassess]
    lines.append(f":material/stop_circle: **Stop rule**: {safe(plan.stop_rule)}")
    lines.append(f":material/update: **Maintenance**: {safe(plan.maintenance)}")
    if plan.could_be_added:
        names = ", ".join(knowledge.components[name].name for name in plan.could_be_added)
        lines.append(f":material/add_circle: **Could be added**: {safe(names)}")
    lines += [f":material/event_busy: **Left out**: {safe(text)}" for text in plan.left_out]
    lines += [_washout(name, text, knowledge) for name, text in advice_lines(plan.washouts)]
    lines += [_delivery(one, knowledge) for one in plan.deliveries]
    st.markdown("\n\n".join(lines))


def _delivery(one: Delivery, knowledge: Knowledge) -> str:
    without = f":material/healing: **Without needles, {safe(technique_label(knowledge, one.technique))}**"
    return f"{without}: {safe(one.text)} Given up: {safe(one.given_up)}"


def _washout(medicine: str, text: str, knowledge: Knowledge) -> str:
    return f":material/medication: **{safe(field_label(knowledge, medicine))}**: {safe(text)}"


def _rows(plan: Plan, knowledge: Knowledge) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for session in plan.sessions:
        names = [knowledge.components[name].name for name in session.components] or ["nothing fixed yet"]
        rows += [{"Date": session.date, "Row": name, "Phase": session.phase} for name in names]
    rows += [{"Date": one.date, "Row": "Reassess", "Phase": "reassessment"} for one in plan.reassess]
    return rows + ([{"Date": plan.event, "Row": "Event", "Phase": "event"}] if plan.event else [])


def _picture(plan: Plan, knowledge: Knowledge) -> alt.Chart:
    frame = pd.DataFrame(_rows(plan, knowledge))
    frame["Date"] = pd.to_datetime(frame["Date"])
    return (
        alt.Chart(frame)
        .mark_point(filled=True, size=130, opacity=1)
        .encode(
            x=alt.X("Date:T", title=None, axis=alt.Axis(format="%b %Y", tickCount="month", labelOverlap=True)),
            y=alt.Y(
                "Row:N", title=None, sort=None, axis=alt.Axis(labelLimit=300, labelOverlap=False, labelFontSize=12)
            ),
            color=alt.Color(
                "Phase:N", scale=alt.Scale(domain=_PHASES, range=_COLOURS), legend=alt.Legend(orient="bottom")
            ),
            shape=alt.Shape("Phase:N", scale=alt.Scale(domain=_PHASES, range=_SHAPES)),
            tooltip=[alt.Tooltip("Date:T", format="%a %d %b %Y"), "Row:N", "Phase:N"],
        )
        .properties(height=alt.Step(36))
    )


def _table(plan: Plan, knowledge: Knowledge) -> list[dict[str, object]]:
    return [
        {
            "Session": session.number,
            "Date": f"{session.date:%a %d %b %Y}",
            "Phase": session.phase,
            "Components": ", ".join(knowledge.components[name].name for name in session.components)
            or "nothing fixed yet",
            "Minutes": session.minutes or "",
        }
        for session in plan.sessions
    ]


def _in_words(plan: Plan) -> str:
    first, last = plan.sessions[0], plan.sessions[-1]
    looks = len(plan.reassess)
    return f"Timeline of {len(plan.sessions)} sessions from {first.date} to {last.date} with {looks} reassessments."
