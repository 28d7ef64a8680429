"""Mixing: what may share a syringe, as a picture and as a list of published facts."""

import streamlit as st

from formulator.ui.charts import show_chart
from formulator.ui.formulation_words import name_of
from formulator.ui.mixing import box_height, counts, fact_row, facts_about, heat_map, in_words, with_facts
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe

knowledge = shared_knowledge()
st.title("Mixing")
st.markdown(
    "**No data means: not in one syringe.** What nobody has tested is given separately, one after the other. "
    "Conflicting reports count the same way."
)
listed = sorted(knowledge.components, key=lambda one: name_of(one, knowledge).lower())
default = with_facts(knowledge)
chosen = st.multiselect(
    "Components",
    listed,
    key="mixing_components",
    format_func=lambda one: name_of(one, knowledge),
    placeholder=f"All {len(default)} with a known fact",
    help="Choose two or more to see only those.",
)
if len(chosen) == 1:
    st.info("Choose a second component to see the pair.", icon=":material/science:")
shown = [one for one in listed if one in chosen] if chosen else default
found = counts(shown, knowledge)
words = in_words(found, len(shown))
if len(shown) > 1:
    with st.container(height=box_height(len(shown)), border=False):
        show_chart(heat_map(shown, knowledge), alt=words, width="content")
    st.caption(safe(words))
facts = facts_about(shown, knowledge)
st.subheader(f"Known facts ({len(facts)})")
if facts:
    st.table([fact_row(one, knowledge) for one in facts], hide_index=True)
else:
    st.info("Nothing is published about these together: not in one syringe.", icon=":material/search_off:")
