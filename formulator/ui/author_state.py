"""What the form of a case holds: one widget a key, kept while other pages are open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from formulator.faults import FaultsFound
from formulator.learn.cases import Case, Casebook
from formulator.learn.instructor.author.bench import case_from_upload
from formulator.learn.instructor.author.case_text import plain_case, yaml_text
from formulator.learn.instructor.author.draft import rows_of
from formulator.profile import read_limited
from formulator.ui.one_field import change_fields, changed_fields
from formulator.ui.state import UPLOAD_FAULTS

PATIENT, CHANGE = "author_patient", "author_change"
FAULTS = f"author_{UPLOAD_FAULTS}"
TEXTS = ("id", "title", "story", "objectives", "expect", "asks", "pearl", "outcome", "differs")
LISTS = ("known", "causes", "lessons", "claims", "sources")
_ROWS, _DRAWN, _VERSION = "author_rows", "author_rows_drawn", "author_rows_version"


def key_of(name: str) -> str:
    """The widget of a key of the case."""
    return f"author_{name}"


def held(name: str) -> Any:
    """What a widget holds now."""
    return st.session_state.get(key_of(name))


def given(prefix: str) -> dict[str, Any]:
    """The fields of a profile that were given and not taken out again."""
    return {name: value for name, value in changed_fields(prefix).items() if value is not None}


def rows() -> list[dict[str, Any]]:
    """The findings as the table was left last."""
    return list(st.session_state.get(_ROWS) or [])


def keep_rows(found: list[dict[str, Any]]) -> None:
    """Remember the findings, so that the table can be drawn anew with them."""
    st.session_state[_ROWS] = found


def drawn_rows() -> list[dict[str, Any]]:
    """What the table starts from; it stays the same while the table is on the page, or edits would be lost."""
    return list(st.session_state.get(_DRAWN) or [])


def put_away() -> None:
    """Called while the form is not on the page: the next table starts from what the last one was left with."""
    if _VERSION in st.session_state and rows():
        _new_table(rows())


def rows_key() -> str:
    """The key of the table: another one for each case that is opened."""
    return f"author_findings_{st.session_state.get(_VERSION, 0)}"


def open_case(case: Case) -> None:
    """Put a case into the form; only to be called from a callback, before widgets are drawn."""
    plain = plain_case(case)
    neighbour, published = plain["neighbour"], plain.get("published", {})
    texts: Mapping[str, str] = {
        **{name: str(plain.get(name, "")) for name in TEXTS},
        "id": case.id,
        "objectives": "\n".join(plain["objectives"]),
        "expect": yaml_text(plain["expect"]),
        "asks": neighbour["asks"],
        "outcome": published.get("outcome", ""),
        "differs": published.get("differs", ""),
    }
    _fill({**texts, **{name: list(plain.get(name, ())) for name in LISTS}})
    _fill({"source": published.get("source"), "difficulty": case.difficulty, "day": case.day})
    change_fields(PATIENT, plain["profile"])
    change_fields(CHANGE, neighbour["change"])
    _new_table(rows_of(case))


def begin() -> None:
    """What an untouched form holds."""
    if _VERSION not in st.session_state:
        clear()


def clear() -> None:
    """An empty form."""
    _fill({**dict.fromkeys(TEXTS, ""), **{name: [] for name in LISTS}})
    _fill({"source": None, "difficulty": 1, "day": Case.model_fields["day"].default, "start": None})
    change_fields(PATIENT, {})
    change_fields(CHANGE, {})
    _new_table([])


def _fill(values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        st.session_state[key_of(name)] = value
    st.session_state[FAULTS] = ()


def _new_table(found: list[dict[str, Any]]) -> None:
    st.session_state[_VERSION] = st.session_state.get(_VERSION, 0) + 1
    st.session_state[_DRAWN] = [{**one, "needed": one.get("needed") in (True, "yes")} for one in found]
    keep_rows(found)


def open_chosen(book: Casebook) -> None:
    """Callback: open the case of the casebook that was chosen."""
    chosen = held("start")
    if chosen in book.cases:
        open_case(book.cases[chosen])


def open_upload() -> None:
    """Callback of the uploader: a case of sound form fills the form, any other leaves it and says why."""
    upload = held("upload")
    if upload is None:
        return
    try:
        open_case(case_from_upload(read_limited(upload, upload.name), upload.name))
    except FaultsFound as found:
        st.session_state[FAULTS] = tuple(str(fault) for fault in found.faults)
