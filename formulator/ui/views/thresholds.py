"""Thresholds: the answer over every combination of one to three fields of one patient."""

from datetime import date

import streamlit as st

from formulator.cohort.sweep import axes_of, surface_of
from formulator.cohort.sweep.words import surface_csv, surface_text
from formulator.export.words import field_label
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.ui.charts import show_chart
from formulator.ui.faults import show_faults
from formulator.ui.sides import one_patient
from formulator.ui.state import shared_knowledge
from formulator.ui.surface_map import surface_map
from formulator.ui.words import safe

_LABELS = ("Vary", "And", "And also")
_MOST_MAPPED = 900


def wanted_axes(knowledge: Knowledge) -> list[str]:
    """What is to be varied, as the command line would write it."""
    fields = [
        one.name
        for one in knowledge.catalogue.fields.values()
        if one.type in ("bool3", "enum", "number", "integer") and one.name != "domain"
    ]
    wanted: list[str] = []
    for number, label in enumerate(_LABELS):
        name = st.selectbox(
            label,
            fields,
            index=None,
            format_func=lambda one: field_label(knowledge, one),
            key=f"vary_{number}",
            placeholder="Choose a field",
        )
        if name is None:
            break
        wanted.append(name + _range(name, number, knowledge))
    return wanted


def _range(name: str, number: int, knowledge: Knowledge) -> str:
    field = knowledge.catalogue.fields[name]
    if not field.is_number or field.choices:
        return ""
    low, high = st.columns(2)
    first = low.text_input("From", key=f"low_{number}_{name}", placeholder=f"{field.low or 0:g}", max_chars=12)
    last = high.text_input("To", key=f"high_{number}_{name}", placeholder=f"{field.high:g}", max_chars=12)
    return f"={first.strip() or f'{field.low or 0:g}'}..{last.strip() or f'{field.high:g}'}"


knowledge = shared_knowledge()
st.title("Thresholds")
st.caption(
    "Vary one to three facts of one patient and see where the answer changes. The patient of Consult stays as is."
)
left, right = st.columns([4, 7], gap="large")
with left:
    try:
        patient = one_patient("Patient", "thresholds_patient", knowledge)
    except FaultsFound as found:
        show_faults(found, knowledge)
        patient = None
    wanted = wanted_axes(knowledge)
    component = st.selectbox(
        "Show",
        list(knowledge.components),
        index=None,
        format_func=lambda one: knowledge.components[one].name,
        key="thresholds_show",
        placeholder="The decision",
    )
with right:
    if patient is None or not wanted:
        st.info("Choose a patient and a fact to vary.", icon=":material/grid_on:")
    else:
        try:
            axes = axes_of(wanted, knowledge)
            bar = st.progress(0.0, "Asking the engine")
            surface = surface_of(patient, axes, knowledge, date.today(), bar.progress)
            bar.empty()
        except FaultsFound as found:
            show_faults(found, knowledge)
        else:
            text = surface_text(surface, knowledge, component)
            if len(surface.outcomes) <= _MOST_MAPPED:
                title = knowledge.components[component].name if component else "The decision"
                alt_text = f"{safe(title)} at {len(surface.outcomes)} combinations; the grid below says the same."
                show_chart(surface_map(surface, knowledge, component), alt=alt_text)
            with st.expander("The same as text", icon=":material/notes:"):
                st.code(text, language=None)
            st.download_button(
                "Table (CSV)", surface_csv(surface, knowledge), "thresholds.csv", "text/csv", icon=":material/download:"
            )
            st.caption(
                f"Knowledge {knowledge.version} {safe(knowledge.sha256[:12])}; numbers are cut where rules cut them."
            )
