"""The profile form: eight essentials first, the rest unfolds; clinical inputs start empty."""

from __future__ import annotations

import streamlit as st

from formulator.knowledge import Knowledge
from formulator.profile import Catalogue, Field, profile_from_mapping
from formulator.profile.fields import NO, UNKNOWN, YES
from formulator.profile.units import units_of
from formulator.ui.examples import examples
from formulator.ui.state import FLAG_GROUPS, UPLOAD_FAULTS, clear_form, fill_form, flag_key, read_upload
from formulator.ui.words import safe

_ANSWER_LABELS = {YES: "Yes", NO: "No (asked)", UNKNOWN: "Asked, not known"}
_NOT_GIVEN = "Not given"


def show_form(knowledge: Knowledge) -> None:
    """Everything that is entered, in one column."""
    catalogue = knowledge.catalogue
    _start(catalogue)
    st.subheader("Patient")
    _essentials(catalogue)
    _labs(catalogue)
    for group, title in FLAG_GROUPS.items():
        _flags(group, title, catalogue)
    _plan(knowledge)
    _files(catalogue)


def _start(catalogue: Catalogue) -> None:
    ready = examples()
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    left.selectbox(
        "Example patient",
        list(ready),
        index=None,
        format_func=lambda name: ready[name].title,
        key="example",
        placeholder="Choose an example",
        on_change=_load_example,
        args=(catalogue,),
        help="Loads a ready profile; nothing you enter is stored unless you keep it.",
    )
    right.button(
        "New patient", icon=":material/restart_alt:", on_click=_new_patient, args=(catalogue,), width="stretch"
    )


def _load_example(catalogue: Catalogue) -> None:
    name = st.session_state.get("example")
    if name in examples():
        fill_form(profile_from_mapping(examples()[name].profile, name, catalogue).plain(), catalogue)


def _new_patient(catalogue: Catalogue) -> None:
    clear_form(catalogue)
    st.session_state["example"] = None


def _essentials(catalogue: Catalogue) -> None:
    fields = catalogue.fields
    _choice(fields["concern"])
    _choice(fields["cause"])
    sex, age = st.columns(2)
    with sex:
        _choice(fields["sex"])
    with age:
        _whole_number(fields["age"])
    skin, phototype = st.columns(2)
    with skin:
        _choice(fields["skin_type"])
    with phototype:
        _phototype(fields["phototype"])
    site, scale, severity = st.columns([2, 2, 1])
    with site:
        _choice(fields["site"])
    with scale:
        _choice(fields["severity_scale"])
    with severity:
        _number(fields["severity"], "Grade")


def _choice(field: Field) -> None:
    st.selectbox(
        field.label,
        list(field.choices),
        index=None,
        format_func=lambda value: field.choices[value],
        key=field.name,
        placeholder=_NOT_GIVEN,
        help=field.meaning or None,
        persist_state="session",
    )


def _phototype(field: Field) -> None:
    st.selectbox(
        field.label,
        [int(value) for value in field.choices],
        index=None,
        format_func=lambda value: field.choices[str(value)],
        key=field.name,
        placeholder=_NOT_GIVEN,
        help=field.meaning,
        persist_state="session",
    )


def _whole_number(field: Field) -> None:
    st.number_input(
        f"{field.label}, {field.unit}" if field.unit else field.label,
        value=None,
        step=1,
        key=field.name,
        placeholder=_NOT_GIVEN,
        help=field.allowed(),
        persist_state="session",
    )


def _number(field: Field, label: str = "") -> None:
    """A text box, so that a laboratory value can be typed with its own unit."""
    units = units_of(field.name)
    st.text_input(
        label or (f"{field.label}, {field.unit}" if units else field.label),
        key=field.name,
        placeholder=_NOT_GIVEN,
        max_chars=40,
        help=f"Also in {', '.join(units[1:])}." if len(units) > 1 else field.allowed(),
        persist_state="session",
    )


def _labs(catalogue: Catalogue) -> None:
    labs = catalogue.group("lab")
    given = sum(bool(st.session_state.get(field.name)) for field in labs)
    with st.expander(f"Blood tests and weight ({given} given)", icon=":material/labs:", key="box_labs"):
        left, right = st.columns(2)
        for position, field in enumerate(labs):
            with left if position % 2 == 0 else right:
                _number(field)


def _flags(group: str, title: str, catalogue: Catalogue) -> None:
    """Three lists a group: what is neither in yes nor in no is unknown, and unknown is not no."""
    labels = {field.name: field.label for field in catalogue.group(group)}
    chosen = {answer: st.session_state.get(flag_key(group, answer)) or [] for answer in _ANSWER_LABELS}
    with st.expander(
        f"{title} ({len(chosen[YES])} yes, {len(chosen[NO])} no)", icon=":material/fact_check:", key=f"box_{group}"
    ):
        for answer, label in _ANSWER_LABELS.items():
            taken = {name for other, names in chosen.items() if other != answer for name in names}
            st.multiselect(
                f"{title}: {label}",
                [name for name in labels if name not in taken or name in chosen[answer]],
                format_func=lambda name: labels[name],
                key=flag_key(group, answer),
                placeholder="None chosen",
                persist_state="session",
            )


def _plan(knowledge: Knowledge) -> None:
    fields = knowledge.catalogue.fields
    with st.expander("Plan and practice", icon=":material/event:", key="box_plan"):
        _choice(fields["goal"])
        event, start = st.columns(2)
        event.date_input(fields["event_date"].label, value=None, key="event_date", persist_state="session")
        start.date_input(fields["start_date"].label, value=None, key="start_date", persist_state="session")
        st.text_input(
            fields["unavailable_dates"].label,
            key="unavailable_dates",
            placeholder="2026-12-24..2027-01-02, 2027-02-15",
            persist_state="session",
        )
        _choice(fields["needle_aversion"])
        sessions, area, months = st.columns(3)
        with sessions:
            _whole_number(fields["max_sessions"])
        with area:
            _number(fields["area_cm2"])
        with months:
            _number(fields["duration_months"])
        _jurisdiction(knowledge)
        _stock(knowledge)


def _jurisdiction(knowledge: Knowledge) -> None:
    names = knowledge.catalogue.jurisdictions
    st.selectbox(
        knowledge.catalogue.fields["jurisdiction"].label,
        list(names),
        index=None,
        format_func=lambda code: f"{names[code]} ({code})",
        key="jurisdiction",
        placeholder=_NOT_GIVEN,
        help=knowledge.catalogue.fields["jurisdiction"].meaning,
        persist_state="session",
    )


def _stock(knowledge: Knowledge) -> None:
    st.multiselect(
        knowledge.catalogue.fields["stocked_components"].label,
        list(knowledge.components),
        format_func=lambda name: knowledge.components[name].name,
        key="stocked_components",
        placeholder="Everything",
        persist_state="session",
    )


def _files(catalogue: Catalogue) -> None:
    with st.expander("Open a saved case", icon=":material/upload_file:", key="box_files"):
        st.file_uploader(
            "Case as JSON or YAML",
            type=["json", "yaml", "yml"],
            key="upload",
            on_change=read_upload,
            args=(catalogue,),
            max_upload_size=2,
        )
    for sentence in st.session_state.get(UPLOAD_FAULTS, ()):
        st.error(safe(sentence), icon=":material/error:")
