"""A trace on the screen: one line, an indented list, and a picture whose text twin the list is."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.explain.trace import Reading, Trace
from formulator.explain.trace.show import as_dot, as_line
from formulator.explain.trace.words import MORE, entries, hidden
from formulator.knowledge import Knowledge
from formulator.ui.words import safe, source_links, web_address

_DEEPEST = 8
"""Markdown draws deeper lists off the edge of a card: what lies deeper stays at this depth."""


def show_trace(  # noqa: PLR0913
    title: str,
    key: str,
    build: Callable[[Reading], Trace],
    answer: Recommendation,
    knowledge: Knowledge,
    model: EvidenceModel | None,
) -> None:
    """An expander with a trace that is only built once it is opened."""
    box = st.expander(title, key=key, on_change="rerun", icon=":material/account_tree:")
    if box.open:
        with box:
            show_trace_body(build(Reading(answer, knowledge, model)), key, knowledge)


def show_trace_body(trace: Trace, key: str, knowledge: Knowledge) -> None:
    """The line, the list and, where it is asked for, the picture; what did not matter is hidden until asked for."""
    st.markdown(f"**{safe(as_line(trace))}**")
    with st.container(horizontal=True, vertical_alignment="center"):
        everything = st.toggle("Show everything", key=f"{key}_everything", help=safe(MORE.format(hidden(trace))))
        picture = st.button("Show as a picture", key=f"{key}_picture", icon=":material/account_tree:")
    if picture:
        _show_picture(trace, everything)
    st.markdown(markdown_list(trace, knowledge, everything))
    left = hidden(trace)
    if left and not everything:
        st.caption(MORE.format(left))


@st.dialog("Why, as a picture", width="large", icon=":material/account_tree:")
def _show_picture(trace: Trace, everything: bool) -> None:
    """The picture over the page, where it has room; the list on the page is its text twin."""
    st.markdown(safe(as_line(trace)))
    alt = f"{trace.label}: the list on the page as a picture, from the answer on the left to what made it on the right."
    st.graphviz_chart(as_dot(trace, everything), width="stretch", alt=alt)


def markdown_list(trace: Trace, knowledge: Knowledge, everything: bool = False) -> str:
    """The trace as a nested list with its sources and trials as links."""
    lines = []
    for entry in entries(trace, everything):
        address = web_address(entry.node.address)
        read = f" ([read it]({address}))" if address else ""
        sources = f" :gray[{source_links(entry.sources, knowledge)}]" if entry.sources else ""
        lines.append(f"{'    ' * min(entry.depth, _DEEPEST)}- {safe(entry.words)}{read}{sources}")
    return "\n".join(lines)
