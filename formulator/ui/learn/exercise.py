"""A short exercise: two patients who differ in one fact. Say what it changes, look, and grade yourself."""

from __future__ import annotations

import streamlit as st

from formulator.learn.progress.next_steps import NextStep
from formulator.ui.learn.saving import now, store, told
from formulator.ui.words import safe


def show_exercise(step: NextStep, number: int) -> None:
    """The question; the answer after a click; then missed or remembered."""
    question, lesson = step.question, step.lesson
    if question is None or lesson is None:
        return
    with st.container(border=True):
        st.markdown(f":gray[{safe(step.sentence)}]")
        st.markdown(f"**{safe(question.question)}**")
        shared = "".join(f"\n- {safe(one)}" for one in question.shared)
        st.markdown(f"Both:{shared or ' nothing else is given.'}")
        st.markdown(
            f"{safe(question.differs)}: **{safe(question.first)}** with the first, "
            f"**{safe(question.second)}** with the second."
        )
        seen = f"exercise_{number}_{lesson.key}"
        if not st.session_state.get(seen):
            st.button("Show the answer", key=f"{seen}_show", on_click=_show, args=(seen,), icon=":material/visibility:")
            return
        st.markdown("\n".join(f"- {safe(one)}" for one in question.changes))
        st.markdown(f"{safe(question.sentence)}  \n:gray[rule {safe(question.rule)}]")
        with st.container(horizontal=True):
            for remembered, label in ((True, "I knew it"), (False, "I missed it")):
                st.button(label, key=f"{seen}_{remembered}", on_click=_grade, args=(step, remembered, seen))


def _show(seen: str) -> None:
    st.session_state[seen] = True


def _grade(step: NextStep, remembered: bool, seen: str) -> None:
    st.session_state.pop(seen, None)
    if step.lesson is not None:
        with told():
            store().review(step.lesson, remembered, now())
