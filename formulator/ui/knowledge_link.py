"""The item of the knowledge that an address asks for; the address follows what is chosen, so that it can be copied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import streamlit as st

from formulator.faults import did_you_mean, shown
from formulator.ui.words import safe

ITEM, KIND = "item", "kind"
_ADDRESS, _REFUSED, _SEARCH = "knowledge_address", "knowledge_refused", "knowledge_search"
_MOST_REFUSALS = 5

Tables = Mapping[str, Iterable[str]]


def item_of_link(given: Mapping[str, list[str]], tables: Tables) -> tuple[tuple[str, str] | None, list[str]]:
    """The kind and id that an address asks for, and one sentence for each part that was refused.

    Where several kinds have the id, the kind in the address decides, else the first.
    """
    refused = [
        f"{shown(name)} is not part of a link to the knowledge: only item and kind are. It was ignored."
        for name in given
        if name not in (ITEM, KIND)
    ]
    several = [name for name in (ITEM, KIND) if len(given.get(name, [])) > 1]
    refused += [f"{name} is given {len(given[name])} times; none was taken." for name in several]
    kind = given[KIND][0] if KIND in given and KIND not in several else ""
    if kind and kind not in tables:
        refused.append(f"kind = {shown(kind)} is no kind of item and was refused. Allowed: {', '.join(tables)}.")
    if ITEM in several or not given.get(ITEM):
        return None, refused[:_MOST_REFUSALS]
    wanted = given[ITEM][0]
    kinds = [name for name in tables if wanted in tables[name]]
    if not kinds:
        near = did_you_mean(wanted[:90], [one for names in tables.values() for one in names])
        refused.append(f"item = {shown(wanted)} is nothing in this knowledge and was refused. {near}".rstrip())
        return None, refused[:_MOST_REFUSALS]
    return (kind if kind in kinds else kinds[0], wanted), refused[:_MOST_REFUSALS]


def read_address(tables: Tables) -> None:
    """Choose what a new address asks for; to be called before the widgets are drawn."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    if not given or given == st.session_state.get(_ADDRESS):
        return
    found, refused = item_of_link(given, tables)
    st.session_state[_ADDRESS], st.session_state[_REFUSED] = given, tuple(refused)
    if found is not None:
        kind, identifier = found
        st.session_state[KIND], st.session_state[item_key(kind)], st.session_state[_SEARCH] = kind, identifier, ""
    elif given.get(KIND, [""])[0] not in tables:
        st.query_params.pop(KIND, None)


def write_address(chosen: str | None) -> None:
    """Mirror the open item in the address."""
    if chosen is not None:
        st.query_params[ITEM] = chosen
    else:
        st.query_params.pop(ITEM, None)
    st.session_state[_ADDRESS] = {name: st.query_params.get_all(name) for name in st.query_params}


def item_key(kind: str) -> str:
    """The widget that chooses among the items of a kind."""
    return f"item_{kind}"


def forget_refusals() -> None:
    """What an address asked for and did not get is forgotten once something is chosen."""
    st.session_state[_REFUSED] = ()


def show_refusals() -> None:
    """Say what the address asked for and did not get."""
    for sentence in st.session_state.get(_REFUSED, ()):
        st.error(safe(f"From the link: {sentence}"), icon=":material/link_off:")
