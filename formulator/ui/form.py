"""The profile form: essentials first, the rest unfolds; only what the concern needs, and why; all starts empty."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from formulator.knowledge import Knowledge
from formulator.profile import Catalogue, Field, profile_from_mapping
from formulator.profile.fields import NO, UNKNOWN, YES
from formulator.profile.units import units_of
from formulator.ui.examples import examples
from formulator.ui.needed import Needed, show_what_is_not_read
from formulator.ui.state import (
    FLAG_GROUPS,
    UPLOAD_FAULTS,
    another_patient,
    flag_key,
    new_patient,
    read_upload,
    upload_key,
)
from formulator.ui.words import safe

_ANSWER_LABELS = {YES: "Yes", NO: "No (asked)", UNKNOWN: "Asked, not known"}
_NOT_GIVEN = "Not given"
ANSWER_ANCHOR = "answer"
"""Where the answer begins: on a narrow screen it stands below the whole form."""


def show_form(knowledge: Knowledge) -> None:
    """Everything that is entered, in one column."""
    catalogue, needed = knowledge.catalogue, Needed(knowledge)
    _start(catalogue)
    if needed.given:
        st.markdown(f":material/arrow_forward: [Go to the answer](#{ANSWER_ANCHOR})")
    st.subheader("Patient")
    _essentials(needed)
    _labs(needed)
    for group, title in FLAG_GROUPS.items():
        _flags(group, title, needed)
    _plan(needed)
    show_what_is_not_read(needed)
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
    right.button("New patient", icon=":material/restart_alt:", on_click=new_patient, args=(catalogue,), width="stretch")


def _load_example(catalogue: Catalogue) -> None:
    name = st.session_state.get("example")
    if name in examples():
        another_patient(profile_from_mapping(examples()[name].profile, name, catalogue).plain(), catalogue)
        st.session_state["example"] = name


def _essentials(needed: Needed) -> None:
    for row in _ROWS:
        _row(row, needed)


_ROWS = (
    ("concern",),
    ("cause",),
    ("sex", "age"),
    ("skin_type", "phototype"),
    ("site",),
    ("severity_scale", "severity"),
)


def _row(names: Iterable[str], needed: Needed) -> None:
    """The fields of a row that are asked, side by side."""
    fields = needed.those_shown(needed.knowledge.catalogue.fields[name] for name in names)
    if not fields:
        return
    for column, field in zip(st.columns(len(fields)), fields, strict=True):
        with column:
            _field(field, needed)


def _field(field: Field, needed: Needed) -> None:
    """The widget that fits a field."""
    if field.name == "jurisdiction":
        _jurisdiction(needed)
    elif field.name == "stocked_components":
        _stock(needed)
    elif field.type == "date":
        st.date_input(
            field.label, value=None, key=field.name, help=_help(needed.why(field.name)), persist_state="session"
        )
    elif field.name == "unavailable_dates":
        _days(field, needed)
    elif field.choices:
        _choice(field, needed)
    elif field.type == "integer":
        _whole_number(field, needed)
    else:
        _number(field, needed)


def _help(*sentences: str) -> str | None:
    """What a question mark says; each sentence is Markdown already."""
    return "  \n".join(filter(None, sentences)) or None


def _choice(field: Field, needed: Needed) -> None:
    choices = needed.choices(field)
    st.selectbox(
        field.label,
        [int(value) for value in choices] if field.is_number else choices,
        index=None,
        format_func=lambda value: field.choices[str(value)],
        key=field.name,
        placeholder=_NOT_GIVEN,
        help=_help(needed.why(field.name), safe(field.meaning)),
        persist_state="session",
    )


def _whole_number(field: Field, needed: Needed) -> None:
    st.number_input(
        f"{field.label}, {field.unit}" if field.unit else field.label,
        value=None,
        step=1,
        key=field.name,
        placeholder=_NOT_GIVEN,
        help=_help(needed.why(field.name), safe(field.allowed())),
        persist_state="session",
    )


def _number(field: Field, needed: Needed) -> None:
    """A text box, so that a laboratory value can be typed with its own unit."""
    units = units_of(field.name)
    label = "Grade" if field.name == "severity" else f"{field.label}, {field.unit}" if units else field.label
    st.text_input(
        label,
        key=field.name,
        placeholder=_NOT_GIVEN,
        max_chars=40,
        help=_help(needed.why(field.name), safe(_units_words(field))),
        persist_state="session",
    )


def _units_words(field: Field) -> str:
    """How a number may be written: with another unit, or within which range."""
    others = units_of(field.name)[1:]
    return f"May be typed with its unit, also {', '.join(others)}." if others else field.allowed()


def _labs(needed: Needed) -> None:
    labs = needed.those_shown(needed.knowledge.catalogue.group("lab"))
    given = sum(bool(st.session_state.get(field.name)) for field in labs)
    if not labs:
        return
    with st.expander(f"Blood tests and weight ({given} given)", icon=":material/labs:", key="box_labs"):
        left, right = st.columns(2)
        for position, field in enumerate(labs):
            with left if position % 2 == 0 else right:
                _number(field, needed)


def _flags(group: str, title: str, needed: Needed) -> None:
    """Three lists a group: what is neither in yes nor in no is unknown, and unknown is not no."""
    fields = needed.knowledge.catalogue.group(group)
    labels = {field.name: field.label for field in fields}
    shown = {field.name for field in needed.those_shown(fields)}
    chosen = {answer: st.session_state.get(flag_key(group, answer)) or [] for answer in _ANSWER_LABELS}
    with st.expander(
        f"{title} ({len(chosen[YES])} yes, {len(chosen[NO])} no)", icon=":material/fact_check:", key=f"box_{group}"
    ):
        why = needed.why_of(field for field in fields if field.name in shown)
        for answer, label in _ANSWER_LABELS.items():
            taken = {name for other, names in chosen.items() if other != answer for name in names}
            st.multiselect(
                f"{title}: {label}",
                [name for name in labels if name in chosen[answer] or (name in shown and name not in taken)],
                format_func=lambda name: labels[name],
                key=flag_key(group, answer),
                placeholder="None chosen",
                help=_help(why),
                persist_state="session",
            )


def _plan(needed: Needed) -> None:
    rows = (
        ("goal",),
        ("event_date", "start_date"),
        ("unavailable_dates",),
        ("needle_aversion",),
        ("max_sessions", "area_cm2", "duration_months"),
        ("jurisdiction",),
        ("stocked_components",),
    )
    with st.expander("Plan and practice", icon=":material/event:", key="box_plan"):
        for row in rows:
            _row(row, needed)


def _days(field: Field, needed: Needed) -> None:
    st.text_input(
        field.label,
        key=field.name,
        placeholder="2026-12-24..2027-01-02, 2027-02-15",
        help=_help(needed.why(field.name)),
        persist_state="session",
    )


def _jurisdiction(needed: Needed) -> None:
    names, field = needed.knowledge.catalogue.jurisdictions, needed.knowledge.catalogue.fields["jurisdiction"]
    st.selectbox(
        field.label,
        list(names),
        index=None,
        format_func=lambda code: f"{names[code]} ({code})",
        key=field.name,
        placeholder=_NOT_GIVEN,
        help=_help(needed.why(field.name), safe(field.meaning)),
        persist_state="session",
    )


def _stock(needed: Needed) -> None:
    components, field = needed.knowledge.components, needed.knowledge.catalogue.fields["stocked_components"]
    st.multiselect(
        field.label,
        list(components),
        format_func=lambda name: components[name].name,
        key=field.name,
        placeholder="Everything",
        help=_help(needed.why(field.name), safe(field.meaning)),
        persist_state="session",
    )


def _files(catalogue: Catalogue) -> None:
    with st.expander("Open a saved case", icon=":material/upload_file:", key="box_files"):
        st.file_uploader(
            "Case as JSON or YAML",
            type=["json", "yaml", "yml"],
            key=upload_key(),
            on_change=read_upload,
            args=(catalogue,),
            max_upload_size=2,
        )
    for sentence in st.session_state.get(UPLOAD_FAULTS, ()):
        st.error(safe(sentence), icon=":material/error:")
