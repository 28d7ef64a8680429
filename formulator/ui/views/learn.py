"""Learn: the casebook, or the case in the address."""

import streamlit as st

from formulator.faults import FaultsFound
from formulator.ui.faults import show_faults
from formulator.ui.learn.book import shared_casebook
from formulator.ui.learn.casebook_list import chosen_case, show_casebook
from formulator.ui.learn.playing import show_case
from formulator.ui.model import shared_model
from formulator.ui.state import shared_knowledge

knowledge = shared_knowledge()
try:
    book = shared_casebook()
except FaultsFound as found:
    st.title("Cases")
    show_faults(found, knowledge)
else:
    case = chosen_case(book, knowledge)
    if case is None:
        show_casebook(book, knowledge)
    else:
        show_case(case, book, knowledge, shared_model()[0])
