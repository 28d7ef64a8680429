"""A kept answer made again, and compared with another one that is kept."""

from __future__ import annotations

import streamlit as st

from formulator.consultations import ConsultationStore
from formulator.consultations.comparing import compare_kept
from formulator.consultations.records import Consultation, Kept
from formulator.consultations.replay import replay, same_model_words, with_todays
from formulator.consultations.text import SAME_KNOWLEDGE
from formulator.consultations.words import title
from formulator.explain.compare import given_words
from formulator.export.words import field_label
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.ui.changes import show_since
from formulator.ui.consultations.shared import decision_shown, means
from formulator.ui.difference import show_difference
from formulator.ui.faults import show_faults
from formulator.ui.words import safe

_RESULTS = {
    "exact": (st.success, ":material/check_circle:"),
    "rules_alone": (st.warning, ":material/rule:"),
    "different": (st.error, ":material/difference:"),
}


def show_again(kept: Kept, knowledge: Knowledge) -> None:
    """Whether the answer comes out the same today, and what today's knowledge would answer otherwise."""
    box = st.expander("Made again", key="consultation_again", on_change="rerun", icon=":material/replay:")
    if not box.open:
        return
    with box:
        try:
            _again(kept)
        except FaultsFound as found:
            show_faults(found, knowledge)


def _again(kept: Kept) -> None:
    at_hand = means()
    found = replay(kept, at_hand)
    banner, icon = _RESULTS[found.result]
    places = "".join(f"\n- not the same: {safe(place)}" for place in found.places)
    banner(f"{safe(found.words)}{places}", icon=icon)
    if other := same_model_words(kept, at_hand):
        st.caption(safe(other))
    with st.spinner("Asking today's knowledge, one change at a time"):
        today = with_todays(kept, at_hand)
    st.markdown("**With the knowledge of today**")
    if today is None:
        st.markdown(SAME_KNOWLEDGE)
    else:
        show_since(today)


def show_comparison(store: ConsultationStore, kept: Kept, listed: list[Consultation], knowledge: Knowledge) -> None:
    """Another kept consultation beside this one, the earlier one first."""
    others = {one.id: one for one in listed if one.id != kept.consultation.id}
    box = st.expander("Compare with another", key="consultation_compare", on_change="rerun", icon=":material/compare:")
    if not box.open:
        return
    with box:
        if not others:
            st.info("Only one consultation is kept.", icon=":material/looks_one:")
            return
        other = st.selectbox(
            "Other consultation",
            list(others),
            index=None,
            format_func=lambda name: title(others[name], knowledge),
            key="consultation_other",
            placeholder="Choose another one",
        )
        if other:
            try:
                _comparison(kept, store.consultation(other), knowledge)
            except FaultsFound as found:
                show_faults(found, knowledge)


def _comparison(this: Kept, other: Kept, knowledge: Knowledge) -> None:
    first, second = sorted((this, other), key=lambda kept: (kept.consultation.date, kept.consultation.kept_at))
    found = compare_kept(first, second, means())
    for sentence in found.limits:
        st.caption(safe(sentence))
    for word, side in (("Earlier", first), ("Later", second)):
        one = side.consultation
        st.markdown(f"{word}: **{decision_shown(one.decision)}** {safe(title(one, knowledge))}")
    rows = [
        {
            "Field": safe(field_label(knowledge, entry.field)),
            "Earlier": safe(given_words(entry.field, entry.before, knowledge)),
            "Later": safe(given_words(entry.field, entry.after, knowledge)),
        }
        for entry in found.inputs
    ]
    if rows:
        st.table(rows, hide_index=True)
    else:
        st.caption("No input differs.")
    show_difference(found.difference, found.names, "consultations_compared")
