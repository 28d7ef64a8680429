"""A small form that gives one field of a patient anew, kept apart from the patient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from formulator.export.words import field_label
from formulator.knowledge import Knowledge
from formulator.profile import Field
from formulator.profile.units import units_of
from formulator.ui.state import asked

_NOT_GIVEN = "Not given"


def changed_fields(prefix: str) -> dict[str, Any]:
    """What this form has given so far: raw values by field, None where a field is to be taken out."""
    return dict(st.session_state.get(f"{prefix}_values") or {})


def change_fields(prefix: str, values: Mapping[str, Any]) -> None:
    """Replace what the form has given; nothing at all forgets it."""
    st.session_state[f"{prefix}_values"] = dict(values)


def forget_for_another(prefix: str, patient: str) -> None:
    """Forget what was given for another patient; `patient` is the hash of the profile that it is given for."""
    if st.session_state.get(f"{prefix}_patient") != patient:
        st.session_state[f"{prefix}_patient"] = patient
        change_fields(prefix, {})


def show_one_field(prefix: str, knowledge: Knowledge, label: str) -> None:
    """Choose a field, give it a value, press the button; the value adds to what was given before."""
    names = asked(knowledge.catalogue)
    chosen = st.selectbox(
        "Any field",
        names,
        index=None,
        format_func=lambda name: field_label(knowledge, name),
        key=f"{prefix}_field",
        placeholder="Choose a field",
    )
    if chosen in names:
        _value(f"{prefix}_to_{chosen}", knowledge.catalogue.fields[chosen], knowledge)
        st.button(label, key=f"{prefix}_give", icon=":material/add:", on_click=_give, args=(prefix, chosen))


def _give(prefix: str, field: str) -> None:
    change_fields(prefix, {**changed_fields(prefix), field: _raw(f"{prefix}_to_{field}", field)})


def _raw(key: str, field: str) -> Any:
    value = st.session_state.get(key)
    if field == "unavailable_dates" and isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    return None if value in ("", []) else value


def _value(key: str, field: Field, knowledge: Knowledge) -> None:
    """The widget that fits the type of the field; what is left empty is not given."""
    choices = knowledge.catalogue.jurisdictions if field.name == "jurisdiction" else field.choices
    if field.name == "stocked_components":
        components = knowledge.components
        st.multiselect(field.label, list(components), format_func=lambda one: components[one].name, key=key)
    elif choices:
        st.selectbox(
            field.label,
            list(choices),
            index=None,
            format_func=lambda one: choices[one],
            key=key,
            placeholder=_NOT_GIVEN,
        )
    elif field.type == "date":
        st.date_input(field.label, value=None, key=key)
    else:
        units = units_of(field.name)
        help_text = f"Also in {', '.join(units[1:])}." if len(units) > 1 else field.allowed()
        st.text_input(field.label, key=key, placeholder=_NOT_GIVEN, max_chars=400, help=help_text)
