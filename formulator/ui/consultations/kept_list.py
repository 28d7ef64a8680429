"""The kept consultations: one is chosen, and what can be done with it stands below."""

from __future__ import annotations

import streamlit as st

from formulator.consultations import ConsultationStore
from formulator.consultations.records import Consultation, Kept
from formulator.consultations.words import short, statuses, title
from formulator.knowledge import Knowledge
from formulator.ui.consultations.again import show_again, show_comparison
from formulator.ui.consultations.course import show_course
from formulator.ui.consultations.shared import decision_shown, in_store, now
from formulator.ui.state import another_patient
from formulator.ui.words import safe

CHOSEN = "consultation_chosen"
_MOST_LISTED = 500


def show_list(store: ConsultationStore, knowledge: Knowledge) -> None:
    """A choice among what is kept, and the chosen one."""
    listed = {one.id: one for one in store.listed()[:_MOST_LISTED]}
    if not listed:
        st.info(
            "Nothing is kept yet. On Consult, open the tab Save and share and press Keep this consultation.",
            icon=":material/folder_open:",
        )
        return
    if st.session_state.get(CHOSEN) not in listed:
        st.session_state.pop(CHOSEN, None)
    chosen = st.selectbox(
        "Consultation",
        list(listed),
        index=None,
        format_func=lambda name: title(listed[name], knowledge),
        key=CHOSEN,
        placeholder="Choose one to open it",
    )
    if chosen is None:
        _overview(list(listed.values()), knowledge)
    else:
        _opened(store, store.consultation(chosen), list(listed.values()), knowledge)


def _overview(listed: list[Consultation], knowledge: Knowledge) -> None:
    rows = [
        {
            "Consultation": safe(title(one, knowledge)),
            "Decision": decision_shown(one.decision),
            "Kept": one.kept_at[:10],
            "Knowledge": safe(one.knowledge_version),
        }
        for one in listed[:30]
    ]
    st.table(rows, hide_index=True)
    if len(listed) > len(rows):
        st.caption(f"{len(listed) - len(rows)} more stand in the choice above.")


def _opened(store: ConsultationStore, kept: Kept, listed: list[Consultation], knowledge: Knowledge) -> None:
    one = kept.consultation
    with st.container(border=True):
        st.markdown(f"**{decision_shown(one.decision)}** {safe(title(one, knowledge))}")
        st.markdown("\n".join(f"- **{status}**: {safe(names)}" for status, names in statuses(kept, knowledge)))
        st.caption(
            f"Kept {one.kept_at[:16].replace('T', ' ')} UTC; knowledge {safe(one.knowledge_version)} "
            f"{one.knowledge_sha256[:12]}; model {safe(one.model_version) or 'none'}; profile {one.profile_sha256[:12]}"
        )
        with st.container(horizontal=True):
            if st.button("Open the patient in Consult", icon=":material/stethoscope:", key="consultation_reopen"):
                another_patient(kept.document["profile"], knowledge.catalogue)
                st.switch_page("formulator/ui/views/consult.py")
            st.download_button(
                "Answer as it was, JSON",
                kept.answer,
                file_name=f"formulator-{short(one.id)}.json",
                mime="application/json",
                icon=":material/download:",
                on_click="ignore",
                key="consultation_json",
            )
            _delete(one)
    show_course(kept, knowledge)
    show_again(kept, knowledge)
    show_comparison(store, kept, listed, knowledge)


def _delete(one: Consultation) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(
            "The profile, the answer and everything that was added are overwritten in the file. This cannot be undone. "
            "Copies that you made and backups of the machine are out of reach."
        )
        st.button("Delete for good", key="consultation_delete", on_click=_deleted, args=(one.id,), type="primary")


def _deleted(identifier: str) -> None:
    in_store(lambda kept: kept.delete(identifier, now()), "The consultation is deleted for good.")
