"""The fitted evidence model, loaded once for all sessions; without it the app goes on with rules alone."""

from __future__ import annotations

import streamlit as st

from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_evidence
from formulator.faults import FaultsFound


@st.cache_resource(show_spinner=False)
def shared_model() -> tuple[EvidenceModel | None, tuple[str, ...]]:
    """The model that everybody reads and nobody changes, or None and why it could not be loaded."""
    try:
        return load_evidence(), ()
    except FaultsFound as found:
        return None, tuple(str(fault) for fault in found.faults)
