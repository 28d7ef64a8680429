"""Handbook: a page for each indication, component and rule, generated from the knowledge, with links, and on paper."""

import streamlit as st

from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.learn.cases import Casebook, load_casebook
from formulator.learn.handbook import KINDS, Handbook, Link, contents, load_handbook, page_of, pages_of, search
from formulator.learn.handbook.missed import missed_in
from formulator.ui.handbook import show_contents, show_page, show_print
from formulator.ui.handbook_link import open_page, read_address, show_refusals, write_address
from formulator.ui.learn.saving import store, told
from formulator.ui.model import shared_model
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe

_CHOSEN, _KIND, _SEARCH = "handbook_page", "handbook_kind", "handbook_search"


@st.cache_resource(show_spinner="Reading the handbook")
def shared_handbook(sha256: str, _knowledge: Knowledge) -> tuple[Handbook, tuple[str, ...]]:
    """The handbook of a knowledge base, indexed once and shared, and why cases are missing from it.

    It holds no patient and no trainee.
    """
    model, messages = shared_model()
    try:
        cases = load_casebook(_knowledge)
    except FaultsFound as found:
        return load_handbook(_knowledge, Casebook({}, {}, {}, {}), model), tuple(map(str, found.faults))
    return load_handbook(_knowledge, cases, model), messages


def choose() -> None:
    """Open what was chosen in the list."""
    open_page(st.session_state[_CHOSEN])


knowledge = shared_knowledge()
book, messages = shared_handbook(knowledge.sha256, knowledge)
missed = {}
with told():
    missed = missed_in(store().history())
entries = contents(knowledge)
titles = {Link(one.kind, one.id): one for one in entries}
opened = read_address(knowledge)
st.title("Handbook")
version = safe(f"Generated from knowledge {knowledge.version}, {knowledge.sha256[:12]}: it says what the program does.")
st.markdown(f":gray[{version}]")
for message in messages:
    st.warning(safe(message), icon=":material/error:")
show_refusals()
kind_column, word_column, page_column = st.columns([2, 3, 5])
kind = kind_column.selectbox(
    "Kind", list(KINDS), index=None, format_func=KINDS.__getitem__, key=_KIND, placeholder="All kinds"
)
words = word_column.text_input("Contains", key=_SEARCH, placeholder="pregnancy, ferritin ...", max_chars=60)
found = search(entries, words, kind)
links = [Link(one.kind, one.id) for one in found]
st.session_state[_CHOSEN] = opened if opened in links else None
page_column.selectbox(
    f"{len(found)} pages",
    links,
    index=None,
    format_func=lambda one: titles[one].label,
    key=_CHOSEN,
    placeholder="Open one",
    on_change=choose,
)
write_address(opened)
if opened is not None:
    st.button("Contents", icon=":material/toc:", on_click=open_page, args=(None,))
    show_page(page_of(opened.kind, opened.id, book, missed), book, titles)
elif found:
    chapter = None if kind is None else KINDS[kind].lower()
    show_print(chapter or "whole", f"All {chapter or 'pages'} as PDF", lambda: pages_of(chapter, book), book)
    show_contents(found)
else:
    st.info("No page contains these words.", icon=":material/search_off:")
