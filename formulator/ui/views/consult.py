"""Consult: the profile on the left, the answer on the right."""

from datetime import date

import streamlit as st

from formulator.engine import recommend
from formulator.faults import FaultsFound
from formulator.ui.faults import show_faults
from formulator.ui.form import ANSWER_ANCHOR, show_form
from formulator.ui.link import read_link, show_refusals, write_link
from formulator.ui.model import shared_model
from formulator.ui.state import entered, profile_from_form, shared_knowledge
from formulator.ui.tour import show_start, show_tour
from formulator.ui.words import safe

knowledge = shared_knowledge()
model, complaints = shared_model()
read_link(knowledge)
st.title("Consult")
st.caption(safe(knowledge.notice))
left, right = st.columns([4, 7], gap="large")
with left:
    show_form(knowledge)
with right:
    write_link(knowledge)
    show_refusals()
    for complaint in complaints:
        st.warning(safe(complaint), icon=":material/model_training:")
    empty = not entered(knowledge.catalogue)
    show_tour(started_only=not empty)
    if empty:
        show_start()
    else:
        from formulator.ui.answer import show_answer  # the empty form needs none of it, and opens without it
        from formulator.ui.formulations import chosen_preferences
        from formulator.ui.what_if import show_what_if

        st.subheader("Answer", anchor=ANSWER_ANCHOR)
        try:
            profile, today, preferences = profile_from_form(knowledge.catalogue), date.today(), chosen_preferences()
            answer = recommend(profile, knowledge, today, model, preferences)
            show_answer(
                answer,
                knowledge,
                model,
                lambda: show_what_if(profile, answer, knowledge, today, model, preferences),
            )
        except FaultsFound as found:
            show_faults(found, knowledge)
