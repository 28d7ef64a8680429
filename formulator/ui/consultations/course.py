"""What was actually given to a kept patient, what was measured, and how that stands beside what trials find."""

from __future__ import annotations

from datetime import date

import streamlit as st

from formulator.consultations.expected import HONEST, Observed, lacking_words, observed
from formulator.consultations.measures import checked_given, checked_outcome, measures_for
from formulator.consultations.records import UNITS, Given, Kept, Outcome
from formulator.consultations.words import beside_words, change_words, expected_words, given_words, outcome_words
from formulator.export.words import technique_label
from formulator.knowledge import Knowledge
from formulator.ui.consultations.shared import in_store, now
from formulator.ui.model import shared_model
from formulator.ui.words import safe

_LONGEST = 60
_DAY, _TECHNIQUE, _COMPONENTS = "given_day", "given_technique", "given_components"
_MEASURED, _SCALE, _VALUE = "outcome_day", "outcome_scale", "outcome_value"


def show_course(kept: Kept, knowledge: Knowledge) -> None:
    """Sessions, outcomes, and both beside what was to be expected."""
    with _box("What was given", "given", "syringe") as box:
        if box.open:
            _additions(kept.given, [f"{one.day}: {given_words(one, knowledge)}" for one in kept.given])
            _add_given(kept, knowledge)
    with _box("Outcomes", "outcomes", "monitoring") as box:
        if box.open:
            _additions(kept.outcomes, [f"{one.day}: {outcome_words(one, knowledge)}" for one in kept.outcomes])
            _add_outcome(kept, knowledge)
    with _box("Expected and observed", "beside", "balance") as box:
        if box.open:
            show_beside(observed(kept, knowledge, shared_model()[0]), lacking_words(kept, kept.outcomes, knowledge))


def _box(label: str, key: str, icon: str):
    return st.expander(label, key=f"consultation_{key}", on_change="rerun", icon=f":material/{icon}:")


def _additions(ones: tuple[Given | Outcome, ...], lines: list[str]) -> None:
    if not ones:
        st.caption("Nothing is recorded yet.")
    for one, line in zip(ones, lines, strict=True):
        left, right = st.columns([3, 2], vertical_alignment="center")
        left.markdown(safe(line))
        right.button(
            safe(f"Withdraw {line}" if len(line) <= _LONGEST else f"Withdraw {line[:_LONGEST]}..."),
            key=f"withdraw_{one.id}",
            icon=":material/undo:",
            type="tertiary",
            help="Takes this entry back where it was a mistake; that it was taken back stands in the trail.",
            on_click=_withdraw,
            args=(one.id,),
        )


def _withdraw(addition: str) -> None:
    in_store(lambda kept: kept.withdraw(addition, now()), "The entry is withdrawn.")


def _add_given(kept: Kept, knowledge: Knowledge) -> None:
    st.markdown("**Add a session**")
    left, right = st.columns(2)
    left.date_input("Day of the session", key=_DAY, max_value=date.today())
    right.selectbox(
        "Technique",
        list(knowledge.techniques),
        index=None,
        format_func=lambda name: technique_label(knowledge, name),
        key=_TECHNIQUE,
        placeholder="Not recorded",
    )
    chosen = st.multiselect(
        "Components that were given",
        list(knowledge.components),
        format_func=lambda name: knowledge.components[name].name,
        key=_COMPONENTS,
        placeholder="Choose what was given",
        max_selections=12,
    )
    for name in chosen:
        amount, unit = st.columns([2, 1])
        label = safe(knowledge.components[name].name)
        amount.text_input(f"Amount of {label}, may be empty", key=f"given_amount_{name}")
        unit.selectbox(f"Unit of {label}", UNITS, key=f"given_unit_{name}")
    st.button(
        "Add the session",
        key="given_add",
        icon=":material/add:",
        on_click=_given,
        args=(kept.consultation.id, knowledge),
        disabled=not chosen,
    )


def _given(identifier: str, knowledge: Knowledge) -> None:
    said = st.session_state
    chosen = {
        name: (str(said.get(f"given_amount_{name}") or ""), str(said.get(f"given_unit_{name}") or ""))
        for name in said.get(_COMPONENTS) or []
    }
    day, technique = said.get(_DAY) or date.today(), said.get(_TECHNIQUE) or ""

    def act(store) -> None:
        amounts = checked_given(chosen, technique, day, date.today(), knowledge)
        store.add_given(identifier, day, amounts, now(), technique)
        for name in (_COMPONENTS, *(f"given_amount_{one}" for one in chosen)):
            said[name] = [] if name == _COMPONENTS else ""

    in_store(act, "The session is added.")


def _add_outcome(kept: Kept, knowledge: Knowledge) -> None:
    known = measures_for(kept.document["profile"].get("concern"), knowledge)
    st.markdown("**Add an outcome**")
    st.caption("A value of the day of the consultation is where a change is counted from.")
    scale, value, day = st.columns([2, 1, 1], vertical_alignment="bottom")
    chosen = scale.selectbox(
        "Scale",
        list(known),
        index=None,
        format_func=lambda name: f"{known[name].name}, {known[name].range_words}",
        key=_SCALE,
        placeholder="Choose a scale",
    )
    value.text_input("Value", key=_VALUE)
    day.date_input("Day measured", key=_MEASURED, max_value=date.today())
    st.button(
        "Add the outcome",
        key="outcome_add",
        icon=":material/add:",
        on_click=_outcome,
        args=(kept.consultation.id, knowledge),
        disabled=chosen is None,
    )


def _outcome(identifier: str, knowledge: Knowledge) -> None:
    said = st.session_state
    day = said.get(_MEASURED) or date.today()

    def act(store) -> None:
        scale, value = checked_outcome(said.get(_SCALE) or "", said.get(_VALUE) or "", day, date.today(), knowledge)
        store.add_outcome(identifier, day, scale, value, now())
        said[_VALUE] = ""

    in_store(act, "The outcome is added.")


def show_beside(found: tuple[Observed, ...], lacking: str) -> None:
    """The changes of one patient beside what trials find, as a table."""
    if lacking:
        st.info(lacking, icon=":material/hourglass_empty:")
    rows = [
        {
            "Observed": safe(change_words(one)),
            "Expected in 8 of 10 comparable trials": safe(expected_words(one.expected)),
            "Beside it": safe(beside_words(one)),
        }
        for one in found
    ]
    if rows:
        st.table(rows, hide_index=True)
        st.markdown(f":material/info: {HONEST}")
