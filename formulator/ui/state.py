"""What one browser session holds: the widgets' values, nothing that another session could see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge, ready_knowledge
from formulator.profile import Catalogue, Profile, profile_from_mapping, profile_from_text
from formulator.profile.fields import NO, UNKNOWN, YES
from formulator.ui.words import safe

FLAG_GROUPS = {"condition": "Conditions", "allergy": "Allergies", "medication": "Medicines"}
FLAG_ANSWERS = (YES, NO, UNKNOWN)
UPLOAD_FAULTS = "upload_faults"
ANSWER_TAB = "answer_tab"
"""The key under which the session holds the name of the open tab."""
LINK_REFUSED = "link_refused"
"""What the address asked for and did not get; its presence says that the address has been read."""
LARGEST_UPLOAD = 2_000_000
_MOST_FAULTS = 20
_PATIENT_NUMBER = "patient_number"
_OF_NO_PATIENT = (
    *("play_", "cases_", "learn_", "progress_", "handbook_", "tour_"),
    *("author_", "instructor_", "session_", "results_", "cohort_"),
    *("evidence_", "excluded_", "coverage_", "mixing_", "knowledge_"),
)
"""What a new patient leaves alone: trainees' work, classes, files of cohorts, what is looked up."""


def shared_knowledge() -> Knowledge:
    """The knowledge base, read once and shared; where it cannot be read, the page says why and ends."""
    try:
        return knowledge_read_once()
    except FaultsFound as found:
        _say_unreadable(found)
        st.stop()


@st.cache_resource(show_spinner=False)
def knowledge_read_once() -> Knowledge:
    """The knowledge base for all sessions: it is immutable and holds no patient.

    What could not be read is not remembered: a reload reads it again. Raises FaultsFound.
    """
    return ready_knowledge()


def _say_unreadable(found: FaultsFound) -> None:
    st.title("The knowledge cannot be read")
    st.error(
        "No page can answer, because a file under data is damaged. Mend it, or take the files of a release again; "
        "formulator lint names every fault. Then reload this page.",
        icon=":material/error:",
    )
    for fault in found.faults[:_MOST_FAULTS]:
        st.markdown(f"- {safe(fault)}")
    if len(found.faults) > _MOST_FAULTS:
        st.caption(f"{len(found.faults) - _MOST_FAULTS} more are not shown here.")


def flag_key(group: str, answer: str) -> str:
    """The widget that lists the flags of a group with one answer."""
    return f"{group}_{answer}"


def asked(catalogue: Catalogue) -> list[str]:
    """The fields that have a widget; the domain follows from the concern."""
    return [name for name in catalogue.fields if name != "domain"]


def entered(catalogue: Catalogue) -> dict[str, Any]:
    """The raw values of the form by field name; what is empty is left out."""
    values = {name: _raw(name) for name in asked(catalogue) if _raw(name) not in (None, "", [])}
    for group in FLAG_GROUPS:
        for answer in FLAG_ANSWERS:
            values |= dict.fromkeys(st.session_state.get(flag_key(group, answer)) or [], answer)
    return values


def _raw(name: str) -> Any:
    value = st.session_state.get(name)
    if name == "unavailable_dates" and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def profile_from_form(catalogue: Catalogue) -> Profile:
    """The validated profile; raises FaultsFound with one sentence per wrong entry."""
    return profile_from_mapping(entered(catalogue), "form", catalogue)


def fill_form(profile: Mapping[str, Any], catalogue: Catalogue) -> None:
    """Put a plain profile into the widgets; only to be called from a callback, before widgets are drawn."""
    clear_form(catalogue)
    for name in asked(catalogue):
        field, value = catalogue.fields[name], profile.get(name)
        if value is None:
            continue
        if field.group in FLAG_GROUPS:
            key = flag_key(field.group, str(value))
            st.session_state[key] = [*st.session_state.get(key, []), name]
        elif value != UNKNOWN or UNKNOWN in field.choices:
            st.session_state[name] = _for_widget(name, value, field.type)


def _for_widget(name: str, value: Any, kind: str) -> Any:
    if name == "unavailable_dates":
        return ", ".join(map(str, value))
    if kind == "date":
        return date.fromisoformat(str(value))
    if kind == "number":
        return f"{value:g}" if isinstance(value, int | float) else str(value)
    return value


def clear_form(catalogue: Catalogue) -> None:
    """Forget the patient."""
    keys = [*catalogue.fields, *(flag_key(group, answer) for group in FLAG_GROUPS for answer in FLAG_ANSWERS)]
    for key in keys:
        kind = catalogue.fields[key].type if key in catalogue.fields else "flags"
        many = kind in ("flags", "list of component ids")
        st.session_state[key] = [] if many else "" if kind == "number" or key == "unavailable_dates" else None
    st.session_state[UPLOAD_FAULTS] = ()


def new_patient(catalogue: Catalogue) -> None:
    """Forget everything of the patient, in the session and in the address; not while widgets of the form are drawn."""
    number = st.session_state.get(_PATIENT_NUMBER, 0) + 1
    for key in list(st.session_state):
        if not str(key).startswith(_OF_NO_PATIENT):
            del st.session_state[key]
    clear_form(catalogue)
    st.session_state[_PATIENT_NUMBER] = number
    st.session_state[LINK_REFUSED] = ()
    st.query_params.clear()


def another_patient(profile: Mapping[str, Any], catalogue: Catalogue) -> None:
    """Put another patient's plain profile in the place of everything that was said of the one before.

    The open tab of the answer stays open: it says where one looks, not at whom.
    """
    tab = st.session_state.get(ANSWER_TAB)
    new_patient(catalogue)
    if tab is not None:
        st.session_state[ANSWER_TAB] = tab
    fill_form(profile, catalogue)


def upload_key() -> str:
    """The key of the uploader: another one for each patient, because a browser keeps the file that it was given."""
    return f"upload_{st.session_state.get(_PATIENT_NUMBER, 0)}"


def answer_flag(name: str, group: str, answer: str) -> None:
    """Move one flag to an answer, from a question's button."""
    for other in FLAG_ANSWERS:
        key = flag_key(group, other)
        kept = [flag for flag in st.session_state.get(key) or [] if flag != name]
        st.session_state[key] = [*kept, name] if other == answer else kept


def read_upload(catalogue: Catalogue) -> None:
    """Callback of the uploader: a valid case fills the form, a broken one leaves it and says why."""
    upload = st.session_state.get(upload_key())
    if upload is None:
        return
    try:
        profile = profile_of_upload(upload.getvalue(), upload.name, catalogue)
    except FaultsFound as found:
        st.session_state[UPLOAD_FAULTS] = tuple(str(fault) for fault in found.faults)
    else:
        another_patient(profile.plain(), catalogue)


def profile_of_upload(content: bytes, name: str, catalogue: Catalogue) -> Profile:
    """The profile in a file that somebody chose: a profile, or a downloaded answer that holds one under `profile`.

    Raises FaultsFound where it is too large, is not text, or holds a fault.
    """
    if len(content) > LARGEST_UPLOAD:
        raise FaultsFound([Fault(Place(name), "", "The file is too large.", f"at most {LARGEST_UPLOAD:,} bytes")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FaultsFound([Fault(Place(name), "", "The file is not UTF-8 text.", "YAML or JSON")]) from None
    return profile_from_text(_profile_part(text), name, catalogue)


def _profile_part(text: str) -> str:
    """A downloaded answer holds its profile under `profile`; a bare profile is taken as it is.

    A key that stands twice is left for the strict reader, which refuses it: here the last one would win unseen.
    """
    try:
        document = json.loads(text, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError):
        return text
    inner = document.get("profile") if isinstance(document, dict) else None
    return json.dumps(inner) if isinstance(inner, dict) else text


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found
