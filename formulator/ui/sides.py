"""The two patients of the Compare page: the one of Consult, an example, an uploaded case, or a copy with changes."""

from __future__ import annotations

import streamlit as st

from formulator.explain.attribution import with_inputs
from formulator.export.words import field_label
from formulator.knowledge import Knowledge
from formulator.profile import Catalogue, Profile, profile_from_mapping
from formulator.ui.examples import examples
from formulator.ui.one_field import change_fields, changed_fields, forget_for_another, show_one_field
from formulator.ui.state import entered, profile_from_form, profile_of_upload
from formulator.ui.words import safe

CURRENT, COPY, UPLOAD = "current", "copy", "upload"
_TITLES = {
    CURRENT: "The patient of Consult",
    COPY: "A copy of the first with changed fields",
    UPLOAD: "A saved case",
}
_PREFIX = "compare"


def first_side(knowledge: Knowledge) -> Profile | None:
    """The patient on the left of a comparison; as `one_patient`."""
    return one_patient("First patient", "compare_first", knowledge)


def one_patient(label: str, key: str, knowledge: Knowledge) -> Profile | None:
    """The patient of Consult unless an example is chosen; None while nothing is.

    Raises FaultsFound where the patient of Consult has a fault.
    """
    here = [CURRENT] if entered(knowledge.catalogue) else []
    chosen = _choose(label, [*here, *examples()], key, index=0 if here else None)
    return _profile(chosen, knowledge.catalogue) if chosen else None


def second_side(first: Profile | None, knowledge: Knowledge) -> Profile | None:
    """The patient on the right; None while nothing is chosen or given. Raises FaultsFound where a case has a fault."""
    chosen = _choose("Second patient", [*([COPY] if first else []), UPLOAD, *examples()], "compare_second", index=None)
    if chosen == COPY and first is not None:
        return _copy(first, knowledge)
    if chosen == UPLOAD:
        upload = st.file_uploader(
            "Case as JSON or YAML", ["json", "yaml", "yml"], key="compare_upload", max_upload_size=2
        )
        return (
            _without_domain(profile_of_upload(upload.getvalue(), upload.name, knowledge.catalogue)) if upload else None
        )
    return _profile(chosen, knowledge.catalogue) if chosen else None


def _choose(label: str, options: list[str], key: str, index: int | None) -> str | None:
    ready = examples()
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    return st.selectbox(
        label,
        options,
        index=index,
        format_func=lambda name: _TITLES.get(name) or ready[name].title,
        key=key,
        placeholder="Choose a patient",
        persist_state="session",
    )


def _profile(chosen: str, catalogue: Catalogue) -> Profile:
    if chosen == CURRENT:
        return profile_from_form(catalogue)
    return _without_domain(profile_from_mapping(examples()[chosen].profile, chosen, catalogue))


def _without_domain(profile: Profile) -> Profile:
    """The profile as the form would hold it: the domain follows from the concern, so that it is no input of its own."""
    if profile.get("concern") is None:
        return profile
    return Profile({name: value for name, value in profile.values.items() if name != "domain"}, profile.asked_unknown)


def _copy(first: Profile, knowledge: Knowledge) -> Profile | None:
    """The first patient with the fields that were given anew; a value that is refused can be cleared."""
    forget_for_another(_PREFIX, first.sha256())
    show_one_field(_PREFIX, knowledge, "Change this field")
    values = changed_fields(_PREFIX)
    if not values:
        return None
    labels = ", ".join(field_label(knowledge, name) for name in values)
    st.caption(f"Changed: {safe(labels)}.")
    st.button("Change nothing", key="compare_clear", icon=":material/close:", on_click=_clear)
    return with_inputs(first, values, knowledge.catalogue)


def _clear() -> None:
    change_fields(_PREFIX, {})
