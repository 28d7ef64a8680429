"""Compare: two patients, the inputs that differ on the left, the answers that differ because of them on the right."""

from datetime import date

import streamlit as st

from formulator.engine.words import DECISION_WORDS
from formulator.evidence.answer import EvidenceModel
from formulator.explain.attribution import Attribution
from formulator.explain.compare import compare, given_words
from formulator.explain.difference_lines import Names
from formulator.export.words import field_label
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.profile import Profile
from formulator.ui.difference import show_difference
from formulator.ui.faults import show_faults
from formulator.ui.formulations import chosen_preferences
from formulator.ui.model import shared_model
from formulator.ui.sides import first_side, second_side
from formulator.ui.state import shared_knowledge
from formulator.ui.words import DECISION_ICONS, safe


def compared(first: Profile, second: Profile, knowledge: Knowledge, model: EvidenceModel | None) -> Attribution:
    """The comparison, worked out once for each pair in this session: many inputs take many answers."""
    made_from = (first.sha256(), second.sha256(), knowledge.sha256, date.today(), chosen_preferences())
    kept = st.session_state.get("compare_found")
    if not kept or kept[0] != made_from:
        with st.spinner("Trying which input changes what"):
            kept = (made_from, compare(first, second, knowledge, date.today(), model, chosen_preferences()))
        st.session_state["compare_found"] = kept
    return kept[1]


def show_inputs(found: Attribution, knowledge: Knowledge) -> None:
    """The inputs that differ, as a table."""
    st.subheader(f"Inputs that differ ({len(found.inputs)})")
    rows = [
        {
            "Field": field_label(knowledge, one.field),
            "First": safe(given_words(one.field, one.before, knowledge)),
            "Second": safe(given_words(one.field, one.after, knowledge)),
        }
        for one in found.inputs
    ]
    if rows:
        st.table(rows, hide_index=True)
    else:
        st.info("No input differs, so nothing in the answer does.", icon=":material/drag_handle:")


def show_answers(found: Attribution, knowledge: Knowledge) -> None:
    """Both decisions, and the difference with its causes."""
    st.subheader("Answers that differ because of them")
    for title, answer in (("First", found.difference.before), ("Second", found.difference.after)):
        st.markdown(f"{title}: {DECISION_ICONS[answer.decision]} **{DECISION_WORDS[answer.decision]}**")
    show_difference(found.difference, Names(knowledge, knowledge), "compare", found)
    if any(not one for one in found.causes):
        st.caption(
            "A cause is the smallest set of differing inputs that brings a change about when it alone is put into the "
            "first patient. Sets of more than "
            f"{found.searched} were not tried one by one."
        )


knowledge = shared_knowledge()
model, _ = shared_model()
st.title("Compare")
st.caption("Two patients side by side; nothing that you change here touches the patient of Consult.")
left, right = st.columns([4, 7], gap="large")
try:
    with left:
        first = first_side(knowledge)
        second = second_side(first, knowledge)
    if first is None or second is None:
        right.info("Choose two patients to see what differs, and why.", icon=":material/compare_arrows:")
    else:
        comparison = compared(first, second, knowledge, model)
        with left:
            show_inputs(comparison, knowledge)
        with right:
            show_answers(comparison, knowledge)
except FaultsFound as refused:
    with right:
        show_faults(refused, knowledge)
