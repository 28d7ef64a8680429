"""What a change of the knowledge does to the cohort of this session."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from formulator.cohort.impact import Impact, Side, impact_of
from formulator.cohort.impact.population import columns_left_out, patients_of
from formulator.cohort.impact.result import DECISION
from formulator.cohort.impact.tables import impact_csv, impact_json
from formulator.cohort.impact.words import (
    cause_notes,
    cause_words,
    counted,
    example_words,
    impact_text,
    move_words,
    summary_lines,
)
from formulator.columns import DECISIONS
from formulator.engine.words import DECISION_WORDS
from formulator.knowledge.versions import version_records
from formulator.ui.changes import shared_present, shared_snapshot
from formulator.ui.charts import show_chart
from formulator.ui.cohort.pictures import bars, flows
from formulator.ui.cohort.session import CHOICE, IMPACT, Question, keep, kept
from formulator.ui.words import safe

IN_USE = "in use"
_MOST = 12
Running = Callable[[str], Callable[[int, float], object]]


@st.cache_resource(show_spinner="Compiling the rules", max_entries=4)
def shared_side(name: str) -> Side:
    """One state of the knowledge, rebuilt and compiled once: it holds no patient."""
    side = Side(name, shared_present() if name == IN_USE else shared_snapshot(name))
    _ = side.compiled
    return side


def show_impact(question: Question, running: Running) -> None:
    """Two versions to choose, and what moves between them. Raises FaultsFound where a version is damaged."""
    names = [*(one.version for one in version_records()), IN_USE]
    older, newer = st.columns(2)
    before = older.selectbox("Before", names, index=0, key=f"{CHOICE}before")
    after = newer.selectbox("After", names, index=len(names) - 1, key=f"{CHOICE}after")
    asked = (question, before, after)
    if st.button("Compare both on this cohort", key="cohort_compare", icon=":material/compare_arrows:"):
        keep(IMPACT, asked, _compared(question, shared_side(before), shared_side(after), running))
    found = kept(IMPACT, asked)
    if found is not None:
        _show(found, question)


def _compared(question: Question, before: Side, after: Side, running: Running) -> Impact:
    source = question.source(after.knowledge, is_written=False)
    progress = running("Asking both versions")

    def told(rows: int) -> None:
        progress(rows, min(1.0, rows / source.rows) if source.rows else 0.0)

    patients = patients_of(source, before, after, question.day, told)
    return impact_of(before, after, patients, left_out=columns_left_out(source, before, after))


def _show(found: Impact, question: Question) -> None:
    for line in summary_lines(found):
        st.markdown(safe(line))
    if found:
        _show_moves(found)
    with st.expander("The same as text", icon=":material/notes:"):
        st.code(impact_text(found, question.day), language=None)
    st.download_button("Impact (CSV)", impact_csv(found), "impact.csv", "text/csv", icon=":material/download:")
    st.download_button(
        "Impact (JSON)",
        impact_json(found, question.day),
        "impact.json",
        "application/json",
        icon=":material/download:",
    )


def _show_moves(found: Impact) -> None:
    rows = [
        {
            "before": DECISION_WORDS[was],
            "after": DECISION_WORDS[now],
            "count": found.decisions.get((was, now), 0),
            "moved": was != now,
        }
        for was in DECISIONS
        for now in DECISIONS
    ]
    order = [DECISION_WORDS[name] for name in DECISIONS]
    show_chart(flows(rows, order), alt="Decisions before and after; the text below says the same.")
    statuses = sorted((one for one in found.moves if one.subject != DECISION), key=lambda one: -one.patients)[:_MOST]
    if statuses:
        st.markdown("**Statuses that move**")
        pairs = [(move_words(one, found, "\n"), one.patients) for one in statuses]
        show_chart(bars(pairs, "Patients"), alt="Bars of the statuses that move; the table below says the same.")
    moves = [*(one for one in found.moves if one.subject == DECISION), *statuses]
    st.table(
        [
            {
                "Move": safe(move_words(one, found)),
                "Patients": f"{one.patients:,}",
                "For example": safe(example_words(one)),
            }
            for one in moves
        ],
        hide_index=True,
    )
    st.markdown("**Because of**")
    st.table(
        [
            {
                "Item": safe(cause_words(one)),
                "Patients": counted(one.patients, found.patients),
                "Says": safe(one.says),
            }
            for one in found.causes[:_MOST]
        ],
        hide_index=True,
    )
    for note in cause_notes(found):
        st.caption(safe(note))
