"""Who was studied, as sentences and a small table, and whether this patient resembles them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.explain.studied import (
    VERDICT_WORDS,
    WHAT_REGION_IS,
    Studied,
    Verdict,
    headline,
    studied,
    studied_in_answer,
    studied_of_component,
    unlike_lines,
)
from formulator.ui.evidence_words import Row
from formulator.ui.words import safe

_ICONS: dict[Verdict, str] = {
    "like": ":material/person_check:",
    "unlike": ":material/person_alert:",
    "not_reported": ":material/help:",
}


def show_studied_in_answer(answer: Recommendation, model: EvidenceModel | None) -> None:
    """Where the patient is unlike those studied with anything that is used, and on demand who they were."""
    found = studied_in_answer(answer, model)
    if found is None or not found.trials:
        return
    for text in unlike_lines(found):
        st.markdown(f"{_ICONS['unlike']} {safe(text)}")
    box = st.expander("Who was studied", key="studied", on_change="rerun", icon=":material/groups:")
    if box.open:
        with box:
            _show(found)


def show_studied_of_component(component: str, answer: Recommendation, model: EvidenceModel) -> None:
    """Who was studied with one component for this indication; nothing where there is no trial: the card says that."""
    found = studied_of_component(answer, component, model)
    if found and found.trials:
        st.markdown("**Who was studied**")
        _show(found)


def show_studied(rows: Sequence[Row], model: EvidenceModel) -> None:
    """Who was studied in the trials of a choice, without any patient."""
    found = studied(rows, model, {})
    if found.trials:
        st.markdown("##### Who was studied")
        _show(found)


def _show(found: Studied) -> None:
    st.markdown(safe(headline(found)))
    st.markdown("\n".join(_line(one.studied, one.verdict, one.patient) for one in found.traits))
    rows = [{"Trials in": words, "Trials": str(trials), "People": str(people)} for words, trials, people in found.sexes]
    st.table(rows, hide_index=True)
    st.caption(WHAT_REGION_IS)


def _line(known: str, verdict: Verdict | None, patient: str) -> str:
    judged = f" {_ICONS[verdict]} {VERDICT_WORDS[verdict].capitalize()}: {safe(patient)}" if verdict else ""
    return f"- {safe(known)}{judged}"
