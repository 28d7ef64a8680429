"""The progress of this machine's user: opened once, each step saved at once; where it cannot be kept, that is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import streamlit as st

from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case
from formulator.learn.progress import ProgressStore, open_progress, progress_file
from formulator.ui.learn.desk import fill_desk, held, key, plain_desk
from formulator.ui.words import safe

_TROUBLE = "learn_trouble"


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def store() -> ProgressStore:
    """The progress in the file of this machine's user."""
    return _opened(str(progress_file()))


@st.cache_resource(show_spinner=False)
def _opened(place: str) -> ProgressStore:
    """One store for a file; it is safe for several windows at once."""
    return open_progress(now())


@contextmanager
def told() -> Iterator[None]:
    """What cannot be saved is said on the page; the case goes on."""
    try:
        yield
    except FaultsFound as found:
        st.session_state[_TROUBLE] = tuple(str(fault) for fault in found.faults)
    else:
        st.session_state.pop(_TROUBLE, None)


def show_notices() -> None:
    """What happened on opening the file, and what could not be saved since."""
    for sentence in store().notices:
        st.warning(safe(sentence), icon=":material/save:")
    for sentence in st.session_state.get(_TROUBLE, ()):
        st.error(safe(sentence), icon=":material/save:")


def begin_or_resume(case: Case) -> None:
    """The running attempt at this case, as it was saved last; or a new one."""
    if held(case, "attempt"):
        return
    kept = None
    with told():
        kept = next((one for one in store().open_attempts() if one.case == case.id), None)
        st.session_state[key(case, "attempt")] = kept.id if kept else store().begin_attempt(case.id, now())
    if kept and kept.state:
        fill_desk(case, kept.state)
        st.session_state[key(case, "resumed")] = True


def save_desk(case: Case, knowledge: Knowledge) -> None:
    """Callback of every widget of a case."""
    attempt = held(case, "attempt")
    if attempt:
        with told():
            store().save_step(attempt, plain_desk(case, knowledge), now())
