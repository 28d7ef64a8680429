"""The patient comes in: the story, and what can be asked for, each at its cost."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from formulator.export.words import field_label, value_label
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, Finding, truth_of
from formulator.learn.commitment import FREE_GROUPS, Commitment, effort_of, shown_to
from formulator.profile import Profile
from formulator.ui.learn.desk import ask_for, asked, key
from formulator.ui.words import safe


def show_story(case: Case, book: Casebook, knowledge: Knowledge) -> None:
    """Story, what the patient has read, and what was found out so far."""
    st.markdown(safe(case.story))
    country = knowledge.catalogue.jurisdictions.get(str(case.profile.get("jurisdiction", "")))
    if country:
        st.caption(f"You practise here: {safe(country)}.")
    truth = truth_of(case, knowledge)
    findings = {one.id: _told(one, book) for one in case.findings}
    found = [findings.get(name) or f"- {safe(_answered(name, truth, knowledge))}" for name in asked(case)]
    if found:
        st.markdown("**What you found out**\n\n" + "\n".join(found))


def _told(one: Finding, book: Casebook) -> str:
    return f"- **{safe(one.ask)}** ({safe(book.steps[one.step].label.lower())}): {safe(one.says)}"


def show_questions(case: Case, book: Casebook, knowledge: Knowledge, save: Callable[[], None]) -> None:
    """A button for each finding that has not been asked for, and a free question."""
    effort = effort_of(Commitment(asked=asked(case)), case, book)
    st.caption(f"Each question costs effort, as it does in a clinic. So far: {effort}.")
    for step in book.steps.values():
        waiting = [one for one in case.findings if one.step == step.id and one.id not in asked(case)]
        if waiting:
            st.markdown(f"{safe(step.label)} :gray[(effort {step.effort} each)]")
            with st.container(horizontal=True):
                for one in waiting:
                    st.button(
                        safe(one.ask),
                        key=key(case, "ask", one.id),
                        on_click=_ask,
                        args=(case, one.id, save),
                        icon=":material/contact_support:",
                    )
    _free_question(case, knowledge, save)


def _free_question(case: Case, knowledge: Knowledge, save: Callable[[], None]) -> None:
    known = shown_to(Commitment(asked=asked(case)), case)
    fields = [one for group in FREE_GROUPS for one in knowledge.catalogue.group(group) if one.name not in known]
    chosen = key(case, "free")
    st.selectbox(
        "Ask about anything else",
        [one.name for one in fields],
        index=None,
        format_func=lambda name: field_label(knowledge, name),
        key=chosen,
        placeholder="An illness, an allergy, a medicine, a blood test",
        filter_mode="contains",
        on_change=lambda: _ask(case, st.session_state.get(chosen) or "", save),
    )


def _answered(name: str, truth: Profile, knowledge: Knowledge) -> str:
    value = truth.get(name)
    said = value_label(knowledge, name, value) if value is not None else "this was not measured and cannot be had today"
    return f"{field_label(knowledge, name)}: {said}"


def _ask(case: Case, name: str, save: Callable[[], None]) -> None:
    ask_for(case, name)
    save()
