"""The versions of the knowledge on the screen, and what an older one would have answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from formulator.explain.difference_lines import Names
from formulator.explain.difference_words import Line, lines_of
from formulator.explain.since import Asked, Since, Told, since
from formulator.explain.since_text import (
    SAME,
    cause_words,
    honest_words,
    how_words,
    quiet_words,
    rest_words,
)
from formulator.knowledge import Knowledge
from formulator.knowledge.archive import files_of
from formulator.knowledge.versions import (
    ALL_INDICATIONS,
    KINDS,
    Snapshot,
    VersionRecord,
    record_of,
    snapshot_of,
)
from formulator.paths import data_directory
from formulator.ui.formulations import chosen_preferences
from formulator.ui.model import shared_model
from formulator.ui.state import entered, profile_from_form, shared_knowledge
from formulator.ui.words import safe

_MARKS = {"came": ":material/add:", "went": ":material/remove:", "changed": ":material/sync_alt:"}
_VERBS = {"came": "New", "went": "Gone", "changed": "Other"}
_HOW = {"added": "New", "changed": "Changed", "removed": "Gone"}


@st.cache_resource(show_spinner="Rebuilding the older version", max_entries=4)
def shared_snapshot(version: str) -> Snapshot:
    """An older version, rebuilt once and shared: it is immutable and holds no patient."""
    return snapshot_of(version)


@st.cache_resource(show_spinner=False)
def shared_present() -> Snapshot:
    """The knowledge in use with its files."""
    return Snapshot(shared_knowledge(), files_of(data_directory()))


def show_version(record: VersionRecord, knowledge: Knowledge, opened: bool) -> None:
    """One version: its kind, what it means, the indications that it touches, and each change with its reason."""
    with st.expander(f"{record.version}, {record.released}: {KINDS[record.kind]}", expanded=opened):
        st.markdown(safe(record.summary))
        st.markdown(f"**Indications touched**: {safe(touched_words(record, knowledge))}")
        rows = [
            {"Change": _HOW[one.how], "What": safe(one.says), "Why": safe(one.why), "Items": safe(_items(one.items))}
            for one in record.changes
        ]
        if rows:
            st.table(rows, hide_index=True)
        st.caption(safe(f"Hash of the knowledge {record.sha256}"))


def touched_words(record: VersionRecord, knowledge: Knowledge) -> str:
    """The indications of a record by name."""
    if ALL_INDICATIONS in record.indications:
        return "all"
    named = [knowledge.indications[one].name if one in knowledge.indications else one for one in record.indications]
    return ", ".join(named) or "none"


def _items(items: Sequence[str]) -> str:
    return ", ".join(items[:6]) + (f" and {len(items) - 6} more" if len(items) > 6 else "")


def show_for_patient(records: Sequence[VersionRecord], knowledge: Knowledge) -> None:
    """What an older version would have answered for the patient of Consult; raises FaultsFound for a wrong entry."""
    if not entered(knowledge.catalogue):
        st.info("Enter a patient under Consult to see what an older version would have said.", icon=":material/start:")
        return
    older = [one.version for one in records if one.sha256 != knowledge.sha256]
    if not older:
        st.info("There is no older version than the one in use.", icon=":material/history:")
        return
    version = st.selectbox("Compare with version", list(reversed(older)), key="changes_since")
    model, _ = shared_model()
    asked = Asked(profile_from_form(knowledge.catalogue), date.today(), model, chosen_preferences())
    show_since(since(record_of(version, records), shared_snapshot(version), shared_present(), records, asked))


def show_since(found: Since) -> None:
    """The difference with its causes, then the changed items behind it."""
    for sentence in honest_words(found):
        st.caption(safe(sentence))
    if not found.difference:
        st.success(f"{SAME}", icon=":material/check_circle:")
    for title, lines in lines_of(found.difference, Names(found.before, found.after), found.causes).items():
        st.markdown(f"**{safe(title)}**")
        st.markdown("\n".join(_line(one, found) for one in lines))
    if found.responsible:
        st.markdown("**What changed in the knowledge, and why**")
        st.table([_row(found.told[item]) for item in found.responsible], hide_index=True)
    st.caption(safe(" ".join(filter(None, (quiet_words(found), rest_words(found))))))


def _line(one: Line, found: Since) -> str:
    mark = f"{_MARKS[one.verb]} {_VERBS[one.verb]}"
    return f"- {mark}: {safe(one.text)} _(because of {safe(cause_words(one, found))})_"


def _row(told: Told) -> dict[str, str]:
    return {
        "Item": safe(told.change.item),
        "When": safe(how_words(told)),
        "What": safe(told.says),
        "Why": safe(told.why or "Not written yet"),
    }
