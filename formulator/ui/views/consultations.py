"""Consultations: what this clinic chose to keep, what was given, what came of it, and replay."""

import streamlit as st

from formulator.faults import FaultsFound
from formulator.ui.consultations.file import show_file, show_off, show_trail
from formulator.ui.consultations.kept_list import show_list
from formulator.ui.consultations.overview import show_overview
from formulator.ui.consultations.shared import show_said, store, verified
from formulator.ui.faults import show_faults
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe

knowledge = shared_knowledge()
st.title("Consultations")
st.caption("Kept on this machine only when you ask for it, and nowhere else.")
show_said()
try:
    kept = store()
    if kept is None or not (kept.is_on or kept.listed()):
        show_off()
    else:
        state = verified()
        if state and state.breaks:
            st.error(f"Somebody or something has changed the file. {safe(state.words)}", icon=":material/link_off:")
        if not kept.is_on:
            st.info("Keeping is off: nothing more is kept. What was kept stays below.", icon=":material/folder_off:")
        listed, beside, trail, file = st.tabs(
            ["Kept", "Expected and observed", "Trail", "The file"], key="consultations_view", on_change="rerun"
        )
        if listed.open:
            with listed:
                show_list(kept, knowledge)
        if beside.open:
            with beside:
                show_overview(kept, knowledge)
        if trail.open:
            with trail:
                show_trail(kept)
        if file.open:
            with file:
                show_file(kept)
except FaultsFound as found:
    show_faults(found, knowledge)
