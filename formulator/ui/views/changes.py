"""Changes: what each version of the knowledge changed, and what the one before would have answered for this patient."""

import streamlit as st

from formulator.faults import FaultsFound
from formulator.knowledge.versions import version_records
from formulator.ui.changes import show_for_patient, show_version
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe

knowledge = shared_knowledge()
st.title("Changes")
st.caption(safe(f"The knowledge in use is version {knowledge.version}, {knowledge.sha256[:12]}."))
try:
    records = version_records()
    if not records:
        st.info("No version of this knowledge is recorded.", icon=":material/history:")
    else:
        st.subheader("For this patient")
        show_for_patient(records, knowledge)
        st.subheader("All versions")
        for record in reversed(records):
            show_version(record, knowledge, opened=record is records[-1])
except FaultsFound as found:
    for fault in found.faults:
        st.error(safe(fault), icon=":material/error:")
