"""The consultations of this machine's user on the screen: opened once, switched on and off, troubles said in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import streamlit as st

from formulator.consultations import ConsultationStore, consultations_file, open_consultations
from formulator.consultations.replay import Means
from formulator.consultations.trail import Verified
from formulator.consultations.words import decision_word
from formulator.faults import FaultsFound
from formulator.knowledge.versions import version_records
from formulator.ui.changes import shared_present, shared_snapshot
from formulator.ui.model import shared_model
from formulator.ui.words import DECISION_ICONS, safe

_SAID = "consultations_said"
_TROUBLE = "consultations_trouble"


def now() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def store() -> ConsultationStore | None:
    """What is kept on this machine; None where nothing ever was. Raises FaultsFound where it cannot be opened."""
    place = consultations_file()
    return _opened(str(place), place.stat().st_ino) if place.exists() else None


@st.cache_resource(show_spinner=False, max_entries=4)
def _opened(place: str, number: int) -> ConsultationStore | None:
    """One store for a file; it is safe for several windows at once."""
    del place, number  # another file at the place is opened anew
    return open_consultations(now())


def verified() -> Verified | None:
    """Whether what is kept fits its trail, worked out again whenever the file has changed."""
    kept, place = store(), consultations_file()
    if kept is None or not place.exists():
        return None
    state = place.stat()
    return _verified(kept, (state.st_ino, state.st_mtime_ns, state.st_size))


@st.cache_data(show_spinner=False, max_entries=2)
def _verified(_kept: ConsultationStore, state: tuple[int, ...]) -> Verified:
    del state
    return _kept.verify()


def decision_shown(decision: str) -> str:
    """A kept decision with its icon, as Markdown."""
    return f"{DECISION_ICONS.get(decision, ':material/question_mark:')} {safe(decision_word(decision))}"


def switch_on() -> None:
    """Callback: from now on consultations can be kept."""
    with told("Keeping is switched on. Each consultation is still kept only when you press the button for it."):
        ConsultationStore(consultations_file(), now()).switch(on=True, now=now())


def in_store(act: Callable[[ConsultationStore], object], said: str = "") -> None:
    """Does something with what is kept and says so; where it cannot be done, that is said instead."""
    with told(said):
        kept = store()
        if kept is not None:
            act(kept)


@contextmanager
def told(said: str = "") -> Iterator[None]:
    """What was done, or why it could not be, is said at the next drawing of the page."""
    st.session_state.pop(_TROUBLE, None)
    try:
        yield
    except FaultsFound as found:
        st.session_state[_TROUBLE] = tuple(
            " ".join(filter(None, (one.problem, f"Allowed: {one.allowed}." if one.allowed else "", one.advice)))
            for one in found.faults
        )
    else:
        if said:
            st.session_state[_SAID] = (said,)


def say(*sentences: str) -> None:
    """To be said at the next drawing of the page."""
    st.session_state[_SAID] = sentences


def show_said() -> None:
    """What the last action did, once; or why it could not be done."""
    for sentence in st.session_state.pop(_SAID, ()):
        st.success(safe(sentence), icon=":material/check_circle:")
    for sentence in st.session_state.pop(_TROUBLE, ()):
        st.error(safe(sentence), icon=":material/error:")


def means() -> Means:
    """What answers can be made with again."""
    return Means(shared_present(), shared_model()[0], version_records(), shared_snapshot)
