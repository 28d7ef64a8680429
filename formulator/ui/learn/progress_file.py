"""The file that holds the progress: where it lies, export, import, delete for good."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from formulator.faults import FaultsFound
from formulator.ui.learn.saving import store
from formulator.ui.words import safe

_SAID = "progress_said"


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence about what was just done, or why it was not."""

    sentence: str
    wrong: bool = False


def show_file() -> None:
    """What is kept and where, and what can be done with it."""
    kept = store()
    place = f"`{kept.path}`" if kept.path else "nowhere: it ends with this session"
    st.markdown(
        f"Kept in {place}. It holds ids of cases and rules and your choices; no patient, no name. "
        "Close the browser in the middle of a case and nothing is lost."
    )
    st.download_button(
        "Export", kept.export_progress, "progress.json", "application/json", icon=":material/download:", key="export"
    )
    st.file_uploader("Import exported progress", ["json"], key="progress_import", on_change=_import, max_upload_size=2)
    for said in st.session_state.pop(_SAID, ()):
        (st.error if said.wrong else st.success)(
            safe(said.sentence), icon=f":material/{'error' if said.wrong else 'check'}:"
        )
    with st.popover("Delete everything", icon=":material/delete:"):
        st.markdown("All attempts, remarks and dates are overwritten and removed. This cannot be undone.")
        st.button("Delete for good", key="progress_delete", on_click=_delete, type="primary")


def _import() -> None:
    upload = st.session_state.get("progress_import")
    if upload is None:
        return
    try:
        merged = store().import_progress(upload.getvalue())
        counts = f"added: {merged.added}, brought up to date: {merged.updated}, here already: {merged.kept}"
        st.session_state[_SAID] = (_Said(f"Decisions {counts}."),)
    except FaultsFound as found:
        st.session_state[_SAID] = tuple(_Said(str(fault), wrong=True) for fault in found.faults)


def _delete() -> None:
    try:
        left = store().delete_everything()
        stays = [_Said(f"A file that was set aside earlier stays: {path}") for path in left]
        st.session_state[_SAID] = (_Said("Everything is deleted."), *stays)
    except FaultsFound as found:
        st.session_state[_SAID] = tuple(_Said(str(fault), wrong=True) for fault in found.faults)
    for name in [name for name in st.session_state if str(name).startswith("play_")]:
        del st.session_state[name]
