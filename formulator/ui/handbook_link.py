"""Which page of the handbook is open: asked for by the address or chosen; what no page has is refused in sight."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from formulator.faults import did_you_mean, shown
from formulator.knowledge import Knowledge
from formulator.learn.handbook import KINDS, Link
from formulator.learn.handbook.contents import tables
from formulator.ui.words import safe

OPEN, REFUSED, ADDRESS = "handbook_open", "handbook_refused", "handbook_address"
_NAMES = ("kind", "id")
_MOST_REFUSALS = 5


def page_of_link(given: Mapping[str, list[str]], knowledge: Knowledge) -> tuple[Link | None, list[str]]:
    """The page that an address asks for, and one sentence for each part that was refused."""
    refused = [
        f"{shown(name)} is not part of a link to the handbook: only kind and id are. It was ignored."
        for name in given
        if name not in _NAMES
    ]
    several = [name for name in _NAMES if len(given.get(name, [])) > 1]
    refused += [f"{name} is given {len(given[name])} times; none was taken." for name in several]
    kind, identifier = (given[name][0] if name in given and name not in several else "" for name in _NAMES)
    if several or not (kind or identifier):
        return None, refused[:_MOST_REFUSALS]
    found = _found(kind, identifier, knowledge)
    refused += [] if isinstance(found, Link) else [found]
    return (found if isinstance(found, Link) else None), refused[:_MOST_REFUSALS]


def _found(kind: str, identifier: str, knowledge: Knowledge) -> Link | str:
    """The page, or why there is none."""
    pages = tables(knowledge)
    if kind not in pages:
        return f"kind = {shown(kind)} is not a kind of page and was refused. Allowed: {', '.join(KINDS)}."
    if identifier not in pages[kind]:
        near = did_you_mean(identifier[:90], pages[kind])
        return f"id = {shown(identifier)} is no {kind} of this knowledge and was refused. {near}".rstrip()
    return Link(kind, identifier)


def read_address(knowledge: Knowledge) -> Link | None:
    """The page that is open: that of the address where this is new, else the one that was chosen."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    if given and given != st.session_state.get(ADDRESS):
        asked, refused = page_of_link(given, knowledge)
        st.session_state[REFUSED] = tuple(refused)
        if asked is not None:
            st.session_state[OPEN] = asked
    return st.session_state.get(OPEN)


def write_address(page: Link | None) -> None:
    """Mirror the open page in the address; one that was refused stays as it is."""
    if page is not None:
        st.query_params.from_dict({"kind": page.kind, "id": page.id})
    elif not st.session_state.get(REFUSED):
        st.query_params.clear()
    st.session_state[ADDRESS] = {name: st.query_params.get_all(name) for name in st.query_params}


def open_page(page: Link | None) -> None:
    """Open a page, or the contents; what an address asked for and did not get is forgotten."""
    st.session_state[OPEN] = page
    st.session_state[REFUSED] = ()


def show_refusals() -> None:
    """Say what the address asked for and did not get."""
    for sentence in st.session_state.get(REFUSED, ()):
        st.error(safe(f"From the link: {sentence}"), icon=":material/link_off:")
