"""The small control under an answer that keeps it; nothing is shown until keeping was switched on."""

from __future__ import annotations

import streamlit as st

from formulator.consultations import ConsultationStore
from formulator.consultations.records import LONGEST_LABEL
from formulator.consultations.words import LABEL_HELP
from formulator.engine import Preferences
from formulator.engine.answer import Recommendation
from formulator.faults import FaultsFound
from formulator.ui.consultations.shared import in_store, now, show_said, store
from formulator.ui.formulations import chosen_preferences
from formulator.ui.words import safe

_LABEL = "keep_label"


def show_keep(answer: Recommendation) -> None:
    """A label and a button, where keeping is on."""
    try:
        kept = store()
        shown = kept is not None and kept.is_on
    except FaultsFound as found:
        st.error(safe(found.faults[0].problem), icon=":material/folder_off:")
        return
    if not shown:
        return
    st.markdown("**On this machine**")
    show_said()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Label, may be empty", key=_LABEL, max_chars=LONGEST_LABEL, help=LABEL_HELP, autocomplete="off")
        st.button(
            "Keep this consultation",
            key="keep_consultation",
            icon=":material/folder_shared:",
            on_click=_keep,
            args=(answer, chosen_preferences()),
        )


def _keep(answer: Recommendation, preferences: Preferences) -> None:
    label = str(st.session_state.get(_LABEL) or "")

    def act(kept: ConsultationStore) -> None:
        kept.keep(answer, now(), label, preferences)
        st.session_state[_LABEL] = ""

    in_store(act, "The consultation is kept. It is on the page Consultations.")
