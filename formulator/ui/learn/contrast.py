"""The neighbour: the same patient with one fact changed; first the trainee says what changes, then sees it."""

from __future__ import annotations

import streamlit as st

from formulator.engine.answer import Recommendation
from formulator.engine.words import DECISION_WORDS
from formulator.evidence.answer import EvidenceModel
from formulator.explain.difference import difference
from formulator.explain.difference_lines import Names
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, neighbour_of
from formulator.ui.difference import show_difference
from formulator.ui.learn.desk import key
from formulator.ui.words import DECISION_ICONS, safe


def show_contrast(case: Case, answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    """The question, a choice, and then what really changes."""
    st.markdown(f"**{safe(case.neighbour.asks)}**")
    guess = st.radio(
        "May we treat then?",
        list(DECISION_WORDS),
        index=None,
        format_func=lambda name: f"{DECISION_ICONS[name]} {DECISION_WORDS[name]}",
        key=key(case, "neighbour"),
        horizontal=True,
    )
    if guess is None:
        st.caption("Decide first; then what changes is shown.")
        return
    other = neighbour_of(case, knowledge, model)
    if guess == other.decision:
        st.success(f"Yes: {DECISION_WORDS[other.decision].lower()}.", icon=":material/check:")
    else:
        st.warning(
            f"You said: {DECISION_WORDS[guess].lower()}. The rules say: {DECISION_WORDS[other.decision].lower()}.",
            icon=":material/arrow_forward:",
        )
    show_difference(difference(answer, other), Names(knowledge, knowledge), key(case, "contrast"))
