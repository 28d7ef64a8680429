"""Safety: what is proven for every possible patient, and what was searched and is meant so."""

import streamlit as st

from formulator.faults import FaultsFound
from formulator.proof.verification.report import shipped_report
from formulator.ui.safety import show_report
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe

knowledge = shared_knowledge()
st.title("Safety")
try:
    report = shipped_report()
except FaultsFound as found:
    report = None
    for fault in found.faults:
        st.error(safe(fault), icon=":material/error:")
if report is None:
    st.info(
        "No verification report lies beside this knowledge. Run formulator verify --write.", icon=":material/shield:"
    )
else:
    show_report(report, knowledge)
