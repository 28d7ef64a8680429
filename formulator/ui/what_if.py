"""What if: other facts for this patient, and the difference that they would make; the patient stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from formulator.engine import Preferences, recommend
from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.explain.attribution import Answerer, Attribution, attribute, with_inputs
from formulator.explain.compare import input_words
from formulator.explain.difference_lines import Names
from formulator.explain.what_if import WhatIf, what_ifs
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.profile import Profile
from formulator.ui.difference import show_difference
from formulator.ui.faults import show_faults
from formulator.ui.one_field import change_fields, changed_fields, forget_for_another, show_one_field
from formulator.ui.state import fill_form
from formulator.ui.words import safe

_PREFIX = "what_if"
_OFFERED = "what_if_offered"


def show_what_if(  # noqa: PLR0913 - the patient, and everything that an answer is made from
    profile: Profile,
    answer: Recommendation,
    knowledge: Knowledge,
    today: date,
    model: EvidenceModel | None,
    preferences: Preferences,
) -> None:
    """Buttons for the facts that matter here, a small form for any other, and the difference once one is asked."""
    forget_for_another(_PREFIX, answer.profile_sha256)

    def ask(one: Profile) -> Recommendation:
        return answer if one is profile else recommend(one, knowledge, today, model, preferences)

    offered = _offered(profile, answer, knowledge, ask, preferences)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(":material/alt_route: **What if**")
        for one in offered:
            st.button(one.words, key=f"what_if_{one.field}", help=safe(one.how), on_click=_ask, args=(one,))
        with st.popover("Any other field", icon=":material/edit:", key="what_if_other"):
            show_one_field(_PREFIX, knowledge, "What if")
    values = changed_fields(_PREFIX)
    if values:
        with st.container(border=True):
            _outcome(profile, values, knowledge, ask)


def _offered(
    profile: Profile, answer: Recommendation, knowledge: Knowledge, ask: Answerer, preferences: Preferences
) -> tuple[WhatIf, ...]:
    """The buttons, worked out once for each answer of this session."""
    made_for = (answer.profile_sha256, answer.knowledge_sha256, answer.model_sha256, answer.date, preferences)
    kept = st.session_state.get(_OFFERED)
    if not kept or kept[0] != made_for:
        kept = (made_for, what_ifs(profile, answer, knowledge, ask))
        st.session_state[_OFFERED] = kept
    return kept[1]


def _ask(one: WhatIf) -> None:
    change_fields(_PREFIX, {one.field: one.value})


def _outcome(profile: Profile, values: Mapping[str, Any], knowledge: Knowledge, ask: Answerer) -> None:
    try:
        other = with_inputs(profile, values, knowledge.catalogue)
        found = attribute(profile, other, knowledge.catalogue, ask)
    except FaultsFound as refused:
        show_faults(refused, knowledge)
        st.button("Discard", key="what_if_discard", icon=":material/close:", on_click=_discard)
        return
    _heading(found, knowledge)
    with st.container(horizontal=True):
        st.button(
            "Apply to the patient",
            key="what_if_apply",
            icon=":material/check:",
            on_click=_apply,
            args=(other, knowledge),
            disabled=not found.inputs,
        )
        st.button("Discard", key="what_if_discard", icon=":material/close:", on_click=_discard)
    if found.inputs:
        show_difference(found.difference, Names(knowledge, knowledge), _PREFIX, found)


def _heading(found: Attribution, knowledge: Knowledge) -> None:
    inputs = "; ".join(safe(input_words(one, knowledge)) for one in found.inputs)
    st.markdown(f"**If {inputs}**" if inputs else "**This is how the patient is already.**")


def _apply(other: Profile, knowledge: Knowledge) -> None:
    fill_form(other.plain(), knowledge.catalogue)
    _discard()


def _discard() -> None:
    change_fields(_PREFIX, {})
