"""Evidence: what published trials say, trial by trial, and where they say nothing."""

import streamlit as st

from formulator.ui.evidence_choice import choose
from formulator.ui.evidence_tabs import show_tabs
from formulator.ui.model import shared_model
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe

knowledge = shared_knowledge()
model, messages = shared_model()
st.title("Evidence")
if model is None:
    st.warning("\n\n".join(safe(message) for message in messages), icon=":material/cloud_off:")
else:
    st.caption(
        "What a comparable trial would find over an inert control, by published trials. It says nothing about one "
        "patient, and the rules decide what is permitted."
    )
    show_tabs(choose(model, knowledge), model, knowledge)
