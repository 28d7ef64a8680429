"""About: intended purpose, versions, what is not there yet."""

import streamlit as st

from formulator import __version__
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe

knowledge = shared_knowledge()
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
    "The evidence model is not fitted yet, so no effect sizes are shown; mixtures and syringes are not composed yet."
)
st.subheader("Versions")
st.table(
    [
        {"Part": "Program", "Version": __version__},
        {"Part": "Knowledge", "Version": f"{knowledge.version} ({knowledge.sha256})"},
        {"Part": "Model", "Version": "not fitted yet"},
    ],
    hide_index=True,
)
