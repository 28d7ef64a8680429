"""About: intended purpose, versions, what this version does not do."""

import streamlit as st

from formulator import __version__
from formulator.ui.model import shared_model
from formulator.ui.state import shared_knowledge
from formulator.ui.tour import show_tour_again
from formulator.ui.words import safe

knowledge = shared_knowledge()
model, _ = shared_model()
st.title("About")
st.subheader("Intended purpose")
st.markdown(safe(knowledge.notice))
show_tour_again()
st.subheader("How an answer comes about")
st.markdown(
    """
- Rules decide what is permitted and indicated: a condition over the patient's facts, an argument, its sources.
- What nobody has answered is unknown, not no. A rule that hangs on it is listed, assumed absent in sight, or blocks.
- Certainty is said in words: expert opinion, very low, low, moderate, high. Most of this field is very low.
- Nothing leaves this machine: no account, no telemetry. What is kept, is kept in files of its user alone.
"""
)
st.subheader("Limits of this version")
st.markdown(
    """
- Two concerns of one patient, such as hair and skin, are planned together only on the command line.
- Points, volumes and doses need the area of the site, and some limits the weight; without them an answer shows
  what a published session takes, or only what a cm² takes, and asks.
- What may share a syringe rests on few published facts; a pair without data is given in separate syringes.
"""
)
st.subheader("Versions")
st.table(
    [
        {"Part": "Program", "Version": __version__},
        {"Part": "Knowledge", "Version": f"{knowledge.version} ({knowledge.sha256[:12]})"},
        {
            "Part": "Model",
            "Version": f"{model.version} ({model.sha256[:12]})" if model else "none: the rules answer alone",
        },
    ],
    hide_index=True,
)
