"""Build a formulation of your own for the patient on the page, and have it criticised by the rules."""

from __future__ import annotations

import streamlit as st

from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge
from formulator.learn.diagnosis import critique_of_formulation
from formulator.ui.learn.reveal import show_remark, show_right
from formulator.ui.syringe_form import component_label, drawn_in, show_syringes

_MOST_SHOWN = 8


def show_composer(answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    """An expander with empty syringes; what is wrong with what is put in, and what is right, at once."""
    box = st.expander(
        "Build your own and have it criticised", key="composer", on_change="rerun", icon=":material/science:"
    )
    if not box.open:
        return
    with box:
        injected = sorted(knowledge.into_skin, key=lambda name: component_label(name, knowledge))
        devices = sorted(knowledge.into_skin - knowledge.computed_groups["injections"])
        show_syringes([name for name in injected if name not in devices], _key, knowledge, None)
        steps = st.multiselect(
            "Beside them",
            devices,
            format_func=lambda name: component_label(name, knowledge),
            key=_key("steps"),
            persist_state="page",
            placeholder="No device",
            select_all=False,
        )
        drawn = drawn_in(_key, knowledge)
        if not drawn and not steps:
            st.caption("Put something into the first syringe.")
            return
        found = critique_of_formulation(drawn, answer, knowledge, model, steps)
        for one in found.mistakes[:_MOST_SHOWN]:
            with st.container(border=True):
                show_remark(one, knowledge, {})
        if len(found.mistakes) > _MOST_SHOWN:
            st.caption(f"And {len(found.mistakes) - _MOST_SHOWN} more; mend the gravest first.")
        if not found.mistakes:
            st.success("The rules have nothing against it.", icon=":material/check:")
        show_right(found.right)


def _key(*parts: object) -> str:
    return "_".join(("compose", *map(str, parts)))
