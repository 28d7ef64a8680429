"""The file that holds consultations: what is kept and where, the trail, export and import, switching off, deleting."""

from __future__ import annotations

import streamlit as st

from formulator.consultations import ConsultationStore, consultations_file
from formulator.consultations.trail import ACTIONS, Entry
from formulator.consultations.words import KEPT_WORDS, short
from formulator.keeping.place import damaged_copies
from formulator.ui.consultations.shared import in_store, now, say, switch_on
from formulator.ui.words import safe

_MOST_ENTRIES = 30
_UPLOAD, _NOTED = "consultations_import", "trail_noted"
_LARGEST_UPLOAD_MB = 50


def show_off() -> None:
    """What keeping would mean, and the switch."""
    st.info("Keeping consultations is off. Nothing about a patient is stored.", icon=":material/folder_off:")
    st.markdown(safe(KEPT_WORDS))
    st.markdown(
        f"The file would be `{consultations_file()}`. Each consultation is kept only when you press a button for it. "
        "You can switch this off again at any time, delete single consultations, or delete everything with the file."
    )
    st.button("Switch on keeping", key="consultations_on", icon=":material/folder_shared:", on_click=switch_on)
    _set_aside()


def show_trail(store: ConsultationStore) -> None:
    """Whether everything fits together, the last entries, and the hash to write down."""
    noted = st.text_input("A hash that you noted earlier, may be empty", key=_NOTED)
    found = store.verify(noted.strip())
    for one in found.breaks[:10]:
        st.error(safe(str(one)), icon=":material/link_off:")
    if not found.breaks:
        st.success(safe(found.words), icon=":material/verified_user:")
    st.markdown(
        "Every action is an entry that is hashed together with the one before it. Whoever can write the file could "
        "also work out a new chain; that is found with the hash of the last entry, if you noted it somewhere else:"
    )
    st.markdown(f"`{found.head}`")
    entries = store.trail()
    st.table([_row(one) for one in reversed(entries[-_MOST_ENTRIES:])], hide_index=True)
    if len(entries) > _MOST_ENTRIES:
        st.caption(f"{len(entries) - _MOST_ENTRIES} earlier entries are in the export.")


def _row(one: Entry) -> dict[str, str]:
    return {
        "Entry": str(one.number),
        "When, UTC": safe(one.at[:16].replace("T", " ")),
        "What": safe(ACTIONS.get(one.action, one.action)),
        "Consultation": safe(short(one.consultation)),
        "Hash": safe(one.sha256[:12]),
    }


def show_file(store: ConsultationStore) -> None:
    """What is kept and where, and what can be done with all of it."""
    st.markdown(f"Kept in `{store.path}`. {safe(KEPT_WORDS)}")
    with st.container(horizontal=True):
        st.download_button(
            "Export everything",
            lambda: store.export_all(now()),
            "formulator-consultations.json",
            "application/json",
            icon=":material/download:",
            key="consultations_export",
            on_click="ignore",
        )
        if store.is_on:
            st.button("Switch off keeping", icon=":material/folder_off:", key="consultations_off", on_click=_switch_off)
        else:
            st.button("Switch on keeping", icon=":material/folder_shared:", key="consultations_on", on_click=switch_on)
        with st.popover("Delete everything", icon=":material/delete_forever:"):
            st.markdown(
                "All consultations, additions and the trail are overwritten, the file is removed, and keeping is off. "
                "This cannot be undone. Copies that you made and backups of the machine are out of reach."
            )
            st.button("Delete everything for good", key="consultations_delete", on_click=_delete, type="primary")
    if store.is_on:
        st.file_uploader(
            "Import an export", ["json"], key=_UPLOAD, on_change=_import, max_upload_size=_LARGEST_UPLOAD_MB
        )
    _set_aside()


def _set_aside() -> None:
    for path in damaged_copies(consultations_file()):
        st.warning(f"A damaged file was set aside, unchanged: {safe(path)}", icon=":material/folder_off:")


def _switch_off() -> None:
    in_store(lambda kept: kept.switch(on=False, now=now()), "Keeping is switched off. What is kept stays.")


def _delete() -> None:
    in_store(lambda kept: kept.delete_everything(), "Everything is deleted, and keeping is off.")


def _import() -> None:
    upload = st.session_state.get(_UPLOAD)
    if upload is not None:
        in_store(lambda kept: say(kept.import_all(upload.getvalue(), now()).words))
