"""What a class handed in, graded: tables, a picture with its text twin, and what was left out and why."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import groupby

import altair as alt
import pandas as pd
import streamlit as st

from formulator.evidence.answer import EvidenceModel
from formulator.faults import Fault, FaultsFound
from formulator.knowledge import Knowledge
from formulator.learn.cases import Casebook
from formulator.learn.diagnosis import KINDS, SKILLS
from formulator.learn.diagnosis.words import lesson_words
from formulator.learn.instructor.results import MOST_FILES, Results, results_of
from formulator.learn.instructor.session import TeachingSession, changed_since, session_from
from formulator.learn.instructor.tables import (
    Lacking,
    missed_by_case,
    most_missed,
    nothing_missed,
    results_csv,
)
from formulator.ui.charts import show_chart
from formulator.ui.faults import show_faults
from formulator.ui.words import safe

_MOST_BARS = 12


def show_results(
    here: TeachingSession | None, book: Casebook, knowledge: Knowledge, model: EvidenceModel | None
) -> None:
    """Upload, say what does not fit, grade, show."""
    st.caption(
        "Nothing is stored: files are read in memory and forgotten when you leave. Trainees are codes, not names."
    )
    try:
        session = _which(here)
        if session is None:
            st.info("Put a session together under Session, or open its session file.", icon=":material/upload_file:")
            return
        for fault in changed_since(session, book, knowledge):
            st.warning(safe(fault), icon=":material/update:")
        files = _files()
        if files:
            _show(_graded(files, session, book, knowledge, model), book, knowledge)
    except FaultsFound as found:
        show_faults(found, knowledge)


def _which(here: TeachingSession | None) -> TeachingSession | None:
    upload = st.file_uploader("Session file", ["json", "yaml", "yml"], key="results_session", max_upload_size=2)
    if upload is not None:
        return session_from(upload.getvalue(), upload.name)
    if here is not None:
        st.caption(safe(f"Without a session file: the session put together here, {here.title}, {here.day}."))
    return here


def _files() -> list[tuple[str, bytes]]:
    uploads = st.file_uploader(
        "Answer files or exports of progress",
        ["yaml", "yml", "json"],
        accept_multiple_files=True,
        key="results_files",
        max_upload_size=2,
        help=f"One file for each trainee, at most {MOST_FILES}.",
    )
    return [(one.name, one.getvalue()) for one in uploads]


def _graded(
    files: Sequence[tuple[str, bytes]],
    session: TeachingSession,
    book: Casebook,
    knowledge: Knowledge,
    model: EvidenceModel | None,
) -> Results:
    """The results, worked out once for the same files; what differs is said before it is graded."""
    anyway = bool(st.session_state.get("results_anyway"))
    digests = tuple((name, hashlib.sha256(content).hexdigest()) for name, content in files)
    made_from = (digests, session.sha256, knowledge.sha256, anyway)
    kept = st.session_state.get("results_found")
    if not kept or kept[0] != made_from:
        with st.spinner("Grading"):
            kept = (made_from, results_of(files, session, book, knowledge, model, anyway))
        st.session_state["results_found"] = kept
    return kept[1]


def _show(results: Results, book: Casebook, knowledge: Knowledge) -> None:
    _differing(results)
    _refused(results.refused)
    if not results.graded:
        st.info("Nothing could be graded yet.", icon=":material/rule:")
        return
    clean = len(nothing_missed(results))
    st.markdown(
        f"**{len(results.graded)} answers of {len(results.labels)} trainees**, {clean} of them without a mistake."
    )
    st.caption(safe(f"Codes: {', '.join(results.labels)}."))
    lacking = most_missed(results)
    if not lacking:
        st.success("Nobody missed anything.", icon=":material/check_circle:")
        return
    _most_missed(lacking, knowledge)
    _by_case(results, book, knowledge)
    st.download_button(
        "The tables as CSV",
        lambda: results_csv(results, knowledge).encode("utf-8-sig"),
        file_name="formulator-class.csv",
        mime="text/csv",
        icon=":material/table:",
        on_click="ignore",
    )


def _differing(results: Results) -> None:
    for fault in results.differing:
        st.warning(safe(fault), icon=":material/update:")
    if results.differing:
        st.toggle("Grade them with today's knowledge all the same", key="results_anyway")


def _refused(faults: Sequence[Fault]) -> None:
    """One box a file, whatever is wrong with it."""
    for file, found in groupby(faults, key=lambda one: one.place.file):
        lines = "\n".join(f"- {safe(one)}" for one in found)
        st.error(f"**{safe(file)}** has faults; what they touch was left out.\n\n{lines}", icon=":material/error:")


def _most_missed(lacking: Sequence[Lacking], knowledge: Knowledge) -> None:
    st.subheader(f"Most missed lessons ({len(lacking)})")
    shown = lacking[:_MOST_BARS]
    show_chart(_bars(shown, knowledge), alt=_in_words(shown, knowledge), width="stretch")
    st.table([_row(place, one, knowledge) for place, one in enumerate(lacking, 1)], hide_index=True)


def _row(place: int, one: Lacking, knowledge: Knowledge) -> dict[str, str]:
    return {
        "No.": str(place),
        "Missed by": f"{len(one.codes)} of {one.of}",
        "Lesson": safe(lesson_words(one.lesson, knowledge)),
        "Kind": safe(", ".join(KINDS[kind].name for kind in one.kinds)),
        "Codes": safe(", ".join(one.codes)),
    }


def _in_words(lacking: Sequence[Lacking], knowledge: Knowledge) -> str:
    """The picture in a sentence; the table below it is its twin."""
    first = lacking[0]
    words = lesson_words(first.lesson, knowledge)
    return (
        f"Bars of the {len(lacking)} most missed lessons. Longest: {len(first.codes)} of {first.of} missed: {words} "
        "The table below says the same."
    )


def _bars(lacking: Sequence[Lacking], knowledge: Knowledge) -> alt.LayerChart | alt.FacetChart:
    frame = pd.DataFrame(
        {
            "Lesson": f"{place}. {lesson_words(one.lesson, knowledge)}",
            "Missed by": len(one.codes),
            "Answered": f"{len(one.codes)} of {one.of}",
        }
        for place, one in enumerate(lacking, 1)
    )
    base = alt.Chart(frame).encode(
        x=alt.X("Missed by:Q", axis=alt.Axis(tickMinStep=1, format="d"), title="Trainees who missed it"),
        y=alt.Y("Lesson:N", sort=None, title=None, axis=alt.Axis(labelLimit=170, labelOverlap=False)),
        tooltip=["Lesson:N", "Answered:N"],
    )
    bars = base.mark_bar(color="#1f8f86")
    words = base.mark_text(align="left", dx=4).encode(text="Answered:N")
    return alt.layer(bars, words).properties(height=alt.Step(26))


def _by_case(results: Results, book: Casebook, knowledge: Knowledge) -> None:
    st.subheader("By case and kind of mistake")
    for name, rows in groupby(missed_by_case(results), key=lambda one: one.case):
        found = list(rows)
        with st.expander(f"{safe(book.cases[name].title)} ({found[0].of} answers)", expanded=True):
            st.table(
                [
                    {
                        "Kind": safe(KINDS[one.kind].name),
                        "Skill": SKILLS[one.skill],
                        "Missed by": f"{len(one.codes)} of {one.of}",
                        "Lesson": safe(lesson_words(one.lesson, knowledge)),
                        "Codes": safe(", ".join(one.codes)),
                    }
                    for one in found
                ],
                hide_index=True,
            )
