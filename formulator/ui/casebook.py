"""The casebook, read once for all sessions."""

from __future__ import annotations

import streamlit as st

from formulator.learn.cases import Casebook, load_casebook
from formulator.ui.state import shared_knowledge


@st.cache_resource(show_spinner="Reading the cases")
def shared_casebook() -> Casebook:
    """Every active case: immutable, shared, no trainee in it. Raises FaultsFound where the cases have faults."""
    return load_casebook(shared_knowledge())
