"""The casebook, read once for all sessions."""

from __future__ import annotations

import streamlit as st

from formulator.learn.cases import Casebook, load_casebook
from formulator.ui.state import shared_knowledge


@st.cache_resource(show_spinner="Reading the casebook")
def shared_casebook() -> Casebook:
    """All cases; they are immutable. Raises FaultsFound where one cannot be read."""
    return load_casebook(shared_knowledge())
