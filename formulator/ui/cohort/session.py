"""What one browser session holds of a cohort: the file, what its columns are taken for, the answers; no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from formulator.cohort.mapping import InUnits
from formulator.cohort.source import Held, Source
from formulator.cohort.start import opened
from formulator.knowledge import Knowledge

FILE, UPLOAD, STOPPED = "cohort_file", "cohort_upload", "cohort_stopped"
ANSWERS, IMPACT = "cohort_answers", "cohort_impact"
CHOICE = "cohort_choice_"
"""The beginning of the keys of the widgets that say what the columns are taken for."""
LARGEST_MEGABYTES = 50
"""A cohort of 200,000 records with 36 fields; a single case never needs more than the 2 MB of the other uploads."""


@dataclass(frozen=True)
class Question:
    """All that the answers of a cohort depend on, besides the knowledge."""

    file: Held
    renamed: Mapping[str, str]
    units: Mapping[str, str]
    day: date

    def source(self, knowledge: Knowledge, is_written: bool = True) -> Source:
        """The cohort, ready to be read. Raises FaultsFound where it cannot be or none of its columns is a field."""
        source = opened(self.file, knowledge, () if is_written else None, self.renamed)
        units = {name: unit for name, unit in self.units.items() if name in source.layout.fields}
        return InUnits(source, units) if units else source


def held_file() -> Held | None:
    """The file of this session."""
    return st.session_state.get(FILE)


def take_upload() -> None:
    """Callback of the uploader: another file takes the place of everything that came from the one before."""
    upload = st.session_state.get(UPLOAD)
    forget()
    if upload is not None:
        st.session_state[FILE] = Held(upload.name, upload.getvalue())


def forget() -> None:
    """Nothing of the cohort is left."""
    for key in [FILE, ANSWERS, IMPACT, STOPPED, *(one for one in st.session_state if str(one).startswith(CHOICE))]:
        st.session_state.pop(key, None)


def keep(key: str, question: Any, found: Any) -> None:
    """Hold a result with what was asked."""
    st.session_state[key] = (question, found)


def kept(key: str, question: Any) -> Any:
    """The result, None where there is none or something else was asked."""
    asked, found = st.session_state.get(key, (None, None))
    return found if asked == question else None


def stop() -> None:
    """Callback of the button that stops a run; the run ends when it next tells its progress."""
    st.session_state[STOPPED] = True
