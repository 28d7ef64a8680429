"""Progress: by skill and indication, certainty against being right, what comes back and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import altair as alt
import pandas as pd
import streamlit as st

from formulator.knowledge import Knowledge
from formulator.learn.diagnosis.remark import SKILLS
from formulator.learn.diagnosis.words import lesson_words
from formulator.learn.progress.calibration import Calibration
from formulator.learn.progress.records import Due
from formulator.learn.progress.skills import Progress
from formulator.ui.charts import show_chart
from formulator.ui.words import safe

_MOST_DUE = 30


def show_groups(title: str, found: Iterable[Progress], names: dict[str, str]) -> None:
    """A table: right of all, with what that can carry, and whether it moves."""
    rows = [
        {
            title: names.get(one.group, one.group),
            "So far": one.whole.words,
            "Lately": one.lately.words,
            "Trend": one.trend,
        }
        for one in found
    ]
    if rows:
        st.table(rows, hide_index=True)
    else:
        st.caption("Nothing yet: play a case.")


def skill_names() -> dict[str, str]:
    """What the skills are called."""
    return dict(SKILLS)


def indication_names(knowledge: Knowledge) -> dict[str, str]:
    """What the indications are called."""
    return {name: one.name for name, one in knowledge.indications.items()}


def show_calibration(found: Calibration) -> None:
    """The sentence, and a picture of how often you were right against how sure you were."""
    st.markdown(safe(found.words))
    if not found.count:
        return
    if found.brier is not None:
        st.caption(f"Brier score {found.brier:.2f}: 0 is perfect, 0.25 is what always saying 50 percent gives.")
    show_chart(_picture(found), width=520, alt=f"{found.words} {_steps_in_words(found)}")
    st.markdown(safe(_steps_in_words(found)))


def _steps_in_words(found: Calibration) -> str:
    met = [one for one in found.steps if one.share.count]
    return " ".join(f"{one.low} to {one.high} % sure: {one.share.words}." for one in met)


def _picture(found: Calibration) -> alt.LayerChart | alt.FacetChart:
    rows = [
        {
            "sure": one.sure,
            "right": 100 * one.share.right / one.share.count,
            "low": 100 * one.share.interval[0],
            "high": 100 * one.share.interval[1],
            "decisions": one.share.count,
        }
        for one in found.steps
        if one.share.count
    ]
    scale = alt.Scale(domain=[0, 100])
    line = alt.Chart(pd.DataFrame({"sure": [0, 100], "right": [0, 100]})).mark_line(strokeDash=[5, 4], color="#8a9694")
    x = alt.X("sure:Q", title="How sure you were, percent", scale=scale)
    base = alt.Chart(pd.DataFrame(rows)).encode(x=x)
    bars = base.mark_rule(color="#1f8f86").encode(
        y=alt.Y("low:Q", title="How often right, percent", scale=scale), y2="high"
    )
    points = base.mark_point(filled=True, size=90, color="#1f8f86").encode(
        y="right:Q", tooltip=["sure", "right", "decisions"]
    )
    return (line.encode(x=x, y="right:Q") + bars + points).properties(height=320)


def show_returning(found: Sequence[Due], now: datetime, knowledge: Knowledge) -> None:
    """What comes back, the earliest first."""
    rows = [
        {
            "Comes back": "now" if one.due <= now else f"{one.due:%d %b %Y}",
            "Lesson": safe(lesson_words(one.lesson, knowledge)),
            "Missed last": f"{one.missed_at:%d %b %Y}" if one.missed_at else "never",
        }
        for one in found[:_MOST_DUE]
    ]
    if rows:
        st.table(rows, hide_index=True)
    else:
        st.caption("Nothing comes back yet: what is missed in a case does.")
