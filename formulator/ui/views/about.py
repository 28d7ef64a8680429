"""About: intended purpose, versions, what is not there yet."""

import streamlit as st

from formulator import __version__
from formulator.ui.model import shared_model
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe

knowledge = shared_knowledge()
model, _ = shared_model()
st.title("About")
st.subheader("Intended purpose")
st.markdown(safe(knowledge.notice))
st.subheader("How an answer comes about")
st.markdown(
    """
- Rules decide what is permitted and indicated: a condition over the patient's facts, an argument, its sources.
- What nobody has answered is unknown, not no. A rule that hangs on it is listed, assumed absent in sight, or blocks.
- Certainty is said in words: expert opinion, very low, low, moderate, high. Most of this field is very low.
- Nothing leaves this machine: no account, no telemetry, no storage.
"""
)
st.subheader("Not there yet")
st.markdown(
    "Mixtures and syringes are not composed yet: what may go into one syringe, and how much of it, is not answered."
)
st.subheader("Versions")
st.table(
    [
        {"Part": "Program", "Version": __version__},
        {"Part": "Knowledge", "Version": f"{knowledge.version} ({knowledge.sha256})"},
        {"Part": "Model", "Version": f"{model.version} ({model.sha256})" if model else "none: the rules answer alone"},
    ],
    hide_index=True,
)
