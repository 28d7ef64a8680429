"""Cohort: many patients at once, from a file; distributions, files to take away, and the impact of a change."""

from collections.abc import Callable
from datetime import date
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from formulator.cohort.constructed import COUNT, constructed_cohort
from formulator.cohort.held import answered_in_memory
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.profile import profile_from_mapping
from formulator.ui.cohort import results
from formulator.ui.cohort.columns import asked_question
from formulator.ui.cohort.impact import Running, show_impact
from formulator.ui.cohort.session import (
    ANSWERS,
    LARGEST_MEGABYTES,
    STOPPED,
    UPLOAD,
    Question,
    forget,
    held_file,
    keep,
    kept,
    stop,
    take_upload,
)
from formulator.ui.examples import examples
from formulator.ui.faults import show_faults
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe


def running(place: DeltaGenerator, title: str) -> Callable[[int, float], object]:
    """A bar with a button that stops the run, above the answers; both go when the share is 1."""
    with place.container():
        bar = st.progress(0.0, title)
        st.button("Stop", on_click=stop, key=f"cohort_stop_{title}", icon=":material/stop_circle:")

    def told(rows: int, share: float) -> None:
        bar.progress(share, f"{title}: {rows:,} rows")
        if share >= 1:
            place.empty()

    return told


@st.cache_data(show_spinner=False, max_entries=2)
def ready_to_try(day: date, _knowledge: Knowledge) -> str:
    """The constructed cohort, made once a day: nobody in it exists."""
    some = [profile_from_mapping(one.profile, name, _knowledge.catalogue) for name, one in examples().items()]
    return constructed_cohort(_knowledge, day, some)


def choose_file(knowledge: Knowledge) -> None:
    """The uploader, a file to try, and a button that forgets."""
    st.file_uploader(
        "Patients as CSV or Parquet",
        ["csv", "tsv", "parquet", "pq"],
        key=UPLOAD,
        on_change=take_upload,
        max_upload_size=LARGEST_MEGABYTES,
        help="A column for each field; an empty cell is unknown. Dates as 2026-11-25; lists with semicolons.",
    )
    st.download_button(
        "A constructed cohort to try",
        ready_to_try(date.today(), knowledge),
        "constructed_cohort.csv",
        "text/csv",
        icon=":material/download:",
        help=f"The {len(examples())} example patients and {COUNT} drawn at random. None of them exists.",
    )
    if held_file():
        st.button("Forget this cohort", on_click=forget, key="cohort_forget", icon=":material/delete:")


def answer(question: Question, knowledge: Knowledge, begin: Running) -> None:
    """Read and answer the whole file, with a bar."""
    source = question.source(knowledge)
    keep(ANSWERS, question, answered_in_memory(source, knowledge, question.day, begin("Asking the rules")))


def show(question: Question, knowledge: Knowledge, begin: Running) -> None:
    """The answers in tabs."""
    found = kept(ANSWERS, question)
    if found is None:
        st.info("Press Answer to ask the rules about every row.", icon=":material/groups:")
        return
    shown = found.distributions
    st.markdown(f"**{shown.patients:,} patients answered**, {found.rejected_rows:,} rows not answered.")
    titles = ["Decisions", "Decided by", "Together", "Missing", "Components", "Not answered", "Files", "Impact"]
    tabs = st.tabs(titles)
    with tabs[0]:
        results.show_decisions(found)
    with tabs[1]:
        results.show_deciding(found, knowledge)
    with tabs[2]:
        results.show_together(found, knowledge)
    with tabs[3]:
        results.show_missing(found, knowledge)
    with tabs[4]:
        results.show_statuses(found, knowledge)
    with tabs[5]:
        results.show_refused(found)
    with tabs[6]:
        results.show_downloads(found)
    with tabs[7]:
        show_impact(question, begin)
    st.caption(f"Rules alone, no model. Knowledge {knowledge.version} {safe(knowledge.sha256[:12])}.")


knowledge = shared_knowledge()
st.title("Cohort")
st.caption("Ask the rules about many patients. The file stays in this session's memory: nothing is written or kept.")
left, right = st.columns([4, 7], gap="large")
with left:
    choose_file(knowledge)
    question = None
    if file := held_file():
        try:
            question = asked_question(file, knowledge)
        except FaultsFound as found:
            show_faults(found, knowledge)
    pressed = question is not None and st.button(
        "Answer", type="primary", key="cohort_answer", icon=":material/play_arrow:"
    )
with right:
    if question is None:
        st.info("Choose a file, or download the constructed cohort and try that.", icon=":material/groups:")
    else:
        place = st.empty()  # always there, so that the tabs below keep their place and what is open in them
        begin = partial(running, place)
        if st.session_state.pop(STOPPED, False):
            place.warning("Stopped. Nothing of the run is left.", icon=":material/stop_circle:")
        try:
            if pressed:
                answer(question, knowledge, begin)
            show(question, knowledge, begin)
        except FaultsFound as found:
            show_faults(found, knowledge)
