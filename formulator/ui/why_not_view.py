"""Why not: what keeps a component out, what stands before a treatment or a first place, and what would change it."""

from __future__ import annotations

import streamlit as st

from formulator.engine import Preferences
from formulator.engine.answer import Formulation, Recommendation
from formulator.engine.words import STATUS_WORDS
from formulator.evidence.answer import EvidenceModel
from formulator.explain.why_not import WhyNot, why_not, why_not_first, why_not_treated
from formulator.explain.why_not_text import change_lines, conclusion, fixed_words, nearest_words
from formulator.knowledge import Knowledge
from formulator.ui.cards import show_arguments
from formulator.ui.words import safe

_CHOSEN = "why_not_component"
_STRONGEST = 2


def show_why_not(answer: Recommendation, knowledge: Knowledge) -> None:
    """A choice of everything that is no main part; the chosen one with its reasons and smallest changes."""
    statuses = {one.id: one.status for one in answer.components if one.status != "recommended"}
    chosen = st.selectbox(
        "Why not...?",
        sorted(statuses, key=lambda name: knowledge.components[name].name),
        index=None,
        format_func=lambda name: f"{knowledge.components[name].name}: {STATUS_WORDS[statuses[name]].lower()}",
        key=_CHOSEN,
        placeholder="Choose a component that you miss",
        persist_state="session",
    )
    found = why_not(answer, chosen, knowledge) if chosen in statuses else None
    if found:
        with st.container(border=True):
            if not found.keeps_out and not found.nearest:
                st.markdown("Nothing speaks for it in this indication.")
            _found(found, knowledge)


def show_what_would_make_treatable(answer: Recommendation, knowledge: Knowledge) -> None:
    """The smallest changes that lead to a treatment; nothing where there is one."""
    found = why_not_treated(answer, knowledge)
    if found:
        st.markdown("**What would make this treatable**")
        _changes(found, knowledge)


def show_why_not_first(
    one: Formulation,
    answer: Recommendation,
    knowledge: Knowledge,
    model: EvidenceModel | None,
    preferences: Preferences,
) -> None:
    """What would bring a formulation to the first place; searched when it is asked for, as it may take a second."""
    box = st.expander(
        "What would bring it first?", key=f"first_{one.rank}", on_change="rerun", icon=":material/swap_vert:"
    )
    if box.open:
        with box, st.spinner("Trying all changes of up to three facts"):
            found = why_not_first(answer, one.rank, knowledge, model, preferences)
            if found:
                _changes(found, knowledge)
                st.caption("Area, weight and stock are not changed here.")


def _found(found: WhyNot, knowledge: Knowledge) -> None:
    show_arguments(found.keeps_out[:_STRONGEST], knowledge)
    rest = len(found.keeps_out) - _STRONGEST
    if rest > 0:
        st.caption(f"{rest} more {'reason keeps' if rest == 1 else 'reasons keep'} it out or lower.")
    for one in found.nearest[:_STRONGEST]:
        st.markdown(f":material/thumb_up: Nearest to speaking for it: {safe(nearest_words(one, knowledge))}")
    _changes(found, knowledge)


def _changes(found: WhyNot, knowledge: Knowledge) -> None:
    if found.fixed:
        st.markdown(f":material/lock: In the way, and cannot be changed: {safe(fixed_words(found, knowledge))}")
    icon = ":material/change_circle:" if found.changes else ":material/block:"
    lines = "".join(f"\n- {safe(line)}" for line in change_lines(found, knowledge))
    st.markdown(f"{icon} {safe(conclusion(found))}" + (f"\n{lines}" if lines else ""))
