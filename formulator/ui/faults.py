"""What is wrong with an entry, one sentence a fault."""

from __future__ import annotations

import streamlit as st

from formulator.export.words import field_label
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.ui.words import safe


def show_faults(found: FaultsFound, knowledge: Knowledge) -> None:
    """Each fault with its field, what is allowed and what to do."""
    for fault in found.faults:
        label = field_label(knowledge, fault.field)
        allowed = f" Allowed: {fault.allowed}." if fault.allowed else ""
        subject = f"**{safe(label)}**: " if label else ""
        st.error(f"{subject}{safe(fault.problem + allowed)} {safe(fault.advice)}", icon=":material/error:")
