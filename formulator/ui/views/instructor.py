"""Instructor: a session of cases on paper, what a class missed, and a bench on which a case is written."""

import streamlit as st

from formulator.faults import FaultsFound
from formulator.ui.author_form import show_author
from formulator.ui.author_state import put_away
from formulator.ui.faults import show_faults
from formulator.ui.instructor_results import show_results
from formulator.ui.instructor_session import show_session
from formulator.ui.learn.book import shared_casebook
from formulator.ui.model import shared_model
from formulator.ui.state import shared_knowledge

knowledge = shared_knowledge()
model, _ = shared_model()
st.title("Instructor")
try:
    book = shared_casebook()
except FaultsFound as found:
    show_faults(found, knowledge)
    st.stop()
session_tab, results_tab, author_tab = st.tabs(
    ["Session", "Results", "Write a case"], key="instructor_part", on_change="rerun"
)
with session_tab:
    session = show_session(book, knowledge, model)
with results_tab:
    show_results(session, book, knowledge, model)
with author_tab:
    if author_tab.open:
        show_author(book, knowledge, model)
    else:
        put_away()
