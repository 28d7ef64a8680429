"""Knowledge: browse components, indications, rules, sources and the rest."""

import streamlit as st

from formulator.explain.browse import listings, summary
from formulator.ui.item import show_item
from formulator.ui.knowledge_link import (
    KIND,
    forget_refusals,
    item_key,
    read_address,
    show_refusals,
    write_address,
)
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe

_MOST_ROWS = 200

knowledge = shared_knowledge()
tables = listings(knowledge)
read_address(tables)
st.title("Knowledge")
st.caption(
    f"Version {knowledge.version}, {safe(knowledge.sha256[:12])}. Everything here stands in readable files under data."
)
show_refusals()
kind_column, word_column = st.columns([2, 3])
kind = kind_column.selectbox("Kind", list(tables), format_func=str.capitalize, key=KIND, bind="query-params")
word = word_column.text_input(
    "Contains", key="knowledge_search", placeholder="pregnancy, ferritin, melasma ...", max_chars=60
)
listed = sorted(tables[kind].items(), key=lambda one: summary(one[1]).lower())
found = {name: item for name, item in listed if not word or word.lower() in f"{name} {summary(item)}".lower()}
chosen = st.selectbox(
    f"{len(found)} {kind}",
    list(found),
    index=None,
    format_func=lambda name: f"{summary(tables[kind][name])[:110]} ({name})" if name in tables[kind] else name,
    key=item_key(kind),
    placeholder="Open one",
    on_change=forget_refusals,
)
write_address(chosen)
if chosen:
    show_item(chosen, tables[kind][chosen], knowledge)
elif found:
    rows = [{"Says": safe(summary(item)), "Id": name} for name, item in list(found.items())[:_MOST_ROWS]]
    st.table(rows, hide_index=True)
    if len(found) > _MOST_ROWS:
        st.caption(f"The first {_MOST_ROWS} of {len(found)}: narrow the search to see the others.")
else:
    st.info("Nothing contains these words.", icon=":material/search_off:")
