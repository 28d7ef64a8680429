"""What the columns of an uploaded cohort are taken for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from formulator.cohort.mapping import fields_with_units, nearest, taken_for
from formulator.cohort.source import Held
from formulator.cohort.start import columns_of_file
from formulator.export.words import field_label
from formulator.knowledge import Knowledge
from formulator.ui.cohort.session import CHOICE, Question
from formulator.ui.words import safe

_MOST_SUGGESTED = 6
_MOST_NAMED = 12


def asked_question(file: Held, knowledge: Knowledge) -> Question:
    """The widgets for columns, units and the day. Raises FaultsFound where the file cannot be read."""
    names = list(dict.fromkeys(columns_of_file(file, knowledge)))
    exact = [name for name in names if name in knowledge.catalogue.fields]
    st.markdown(f"**{safe(file.name)}**: {len(names):,} columns, {len(exact):,} of them with the name of a field.")
    renamed = _by_label(names, knowledge)
    rest = [name for name in names if name not in exact and name not in renamed]
    renamed |= _by_hand(names, rest, {*exact, *renamed.values()}, knowledge)
    carried = [name for name in names if name not in exact and name not in renamed]
    if carried:
        more = f" and {len(carried) - _MOST_NAMED} more" if len(carried) > _MOST_NAMED else ""
        st.caption(f"Carried along unread: {safe(', '.join(carried[:_MOST_NAMED]))}{more}.")
    units = _units([*exact, *renamed.values()], knowledge)
    day = st.date_input("Day of the answer", date.today(), key=f"{CHOICE}day")
    return Question(file, renamed, units, day if isinstance(day, date) else date.today())


def _by_label(names: Sequence[str], knowledge: Knowledge) -> dict[str, str]:
    found = taken_for(names, knowledge.catalogue)
    if not found:
        return {}
    kept = st.multiselect(
        "Taken for fields by their name or label",
        list(found),
        default=list(found),
        format_func=lambda name: f"{name} is {field_label(knowledge, found[name])}",
        key=f"{CHOICE}label",
    )
    return {name: found[name] for name in kept}


def _by_hand(names: Sequence[str], rest: Sequence[str], used: set[str], knowledge: Knowledge) -> dict[str, str]:
    """Other columns, each with the field that somebody chooses for it; a suggestion is never taken unasked."""
    if not rest:
        return {}
    hints = {name: nearest(name, knowledge.catalogue) for name in rest}
    suggested = [name for name in rest if hints[name]][:_MOST_SUGGESTED]
    chosen = st.multiselect(
        "Take other columns for fields", rest, default=suggested, key=f"{CHOICE}others", placeholder="None chosen"
    )
    found: dict[str, str] = {}
    for name in chosen:
        field = st.selectbox(
            safe(name),
            [one for one in knowledge.catalogue.fields if one not in used],
            index=None,
            format_func=lambda one: field_label(knowledge, one),
            key=f"{CHOICE}column_{names.index(name)}",
            placeholder=f"Carried along. {hints[name]}".strip(),
        )
        if field:
            found[name] = field
    return found


def _units(fields: Sequence[str], knowledge: Knowledge) -> dict[str, str]:
    """The fields whose plain numbers stand in another unit than the field's own."""
    units = fields_with_units(fields, knowledge.catalogue)
    if not units:
        return {}
    chosen = st.multiselect(
        "Numbers in another unit than the field's",
        list(units),
        format_func=lambda one: f"{field_label(knowledge, one)} (not in {units[one][0]})",
        key=f"{CHOICE}units",
        placeholder="None chosen",
    )
    return {
        name: st.selectbox(f"Unit of {safe(field_label(knowledge, name))}", units[name][1:], key=f"{CHOICE}unit_{name}")
        for name in chosen
    }
