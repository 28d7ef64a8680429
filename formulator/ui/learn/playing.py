"""One case from its story to what was missed."""

from __future__ import annotations

from typing import Any

import streamlit as st

from formulator.evidence.answer import EvidenceModel
from formulator.faults import Fault, FaultsFound
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of
from formulator.learn.cases.case import DIFFICULTIES
from formulator.learn.commitment_reading import commitment_from
from formulator.learn.diagnosis import feedback_of
from formulator.learn.progress import judged
from formulator.learn.progress.exercises import due_in
from formulator.learn.progress.next_steps import next_steps
from formulator.ui.faults import show_faults
from formulator.ui.learn.deciding import show_decision
from formulator.ui.learn.desk import clear_desk, held, key, plain_desk
from formulator.ui.learn.findings import show_questions, show_story
from formulator.ui.learn.reveal import show_reveal
from formulator.ui.learn.saving import begin_or_resume, now, save_desk, store, told
from formulator.ui.model import shared_model
from formulator.ui.words import safe

CASE = "case"


def show_case(case: Case, book: Casebook, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    """Ask and decide on one page; after the decision the answer takes its place."""
    committed = held(case, "committed")
    st.title(safe(case.title))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("All cases", icon=":material/arrow_back:", on_click=leave)
        st.caption(f"{DIFFICULTIES[case.difficulty]}. Decide first; what the rules say and what you missed come after.")
    if committed is None:
        begin_or_resume(case)
        _ask_and_decide(case, book, knowledge)
    else:
        _revealed(case, committed, book, knowledge, model)


def leave() -> None:
    """Callback: back to the casebook; what was entered stays saved."""
    st.query_params.pop(CASE, None)


def _next(book: Casebook, knowledge: Knowledge) -> None:
    """Callback: the case that is proposed first; the casebook where none is."""
    leave()
    with told():
        proposed = [step.case for step in next_steps(store(), book, knowledge, now()) if step.case]
        if proposed:
            st.query_params[CASE] = proposed[0]


def _earlier(case: Case) -> None:
    """A case that was decided before: its feedback can be seen again."""
    decided = None
    with told():
        decided = next((one for one in reversed(store().history()) if one.case == case.id and one.committed), None)
    if decided is None or decided.committed_at is None:
        return
    st.button(
        f"See what you decided on {decided.committed_at:%d %b %Y}",
        key=key(case, "earlier"),
        icon=":material/history:",
        on_click=_show_again,
        args=(case, decided.committed),
    )


def _show_again(case: Case, committed: dict[str, Any]) -> None:
    st.session_state[key(case, "committed")] = committed


def _ask_and_decide(case: Case, book: Casebook, knowledge: Knowledge) -> None:
    def save() -> None:
        save_desk(case, knowledge)

    if held(case, "resumed"):
        st.info("You were in the middle of this case; everything is as you left it.", icon=":material/history:")
    _earlier(case)
    left, right = st.columns([5, 6], gap="large")
    with left:
        st.subheader("The patient")
        show_story(case, book, knowledge)
        show_questions(case, book, knowledge, save)
    with right:
        st.subheader("Your decision")
        show_decision(case, knowledge, save)
        ready = bool(held(case, "cause") and held(case, "decision"))
        st.button(
            "Commit, then show me",
            type="primary",
            icon=":material/lock:",
            disabled=not ready,
            on_click=_commit,
            args=(case, book, knowledge),
            key=key(case, "commit"),
        )
        if not ready:
            st.caption("Name the cause and decide whether to treat; the rest may stay empty.")
        for sentence in held(case, "refused", default=()):
            st.error(safe(sentence), icon=":material/error:")


def _commit(case: Case, book: Casebook, knowledge: Knowledge) -> None:
    """Callback: the decision is checked, judged, kept, and only then shown."""
    plain, model = plain_desk(case, knowledge), shared_model()[0]
    try:
        commitment = commitment_from(plain, case, knowledge)
    except FaultsFound as found:
        st.session_state[key(case, "refused")] = tuple(_in_words(fault) for fault in found.faults)
        return
    answer = answer_of(case, knowledge, model)
    feedback = feedback_of(commitment, case, book, knowledge, model)
    dates = {}
    attempt = held(case, "attempt")
    if attempt:
        with told():
            due = due_in(case, (one.lesson for one in store().due(now())), book, knowledge)
            kept = store().commit_attempt(attempt, commitment, judged(case, answer, commitment, feedback, due), now())
            dates = {one.lesson.key: one.due for one in kept}
    st.session_state[key(case, "committed")] = plain
    st.session_state[key(case, "returns")] = dates


def _in_words(fault: Fault) -> str:
    """A fault without its place in the file that nobody sees here."""
    return " ".join(filter(None, (fault.problem, f"Allowed: {fault.allowed}." if fault.allowed else "", fault.advice)))


def _revealed(
    case: Case, plain: dict[str, Any], book: Casebook, knowledge: Knowledge, model: EvidenceModel | None
) -> None:
    try:
        commitment = commitment_from(plain, case, knowledge)
        feedback = feedback_of(commitment, case, book, knowledge, model)
        answer = answer_of(case, knowledge, model)
    except FaultsFound as found:
        show_faults(found, knowledge)
        return
    show_reveal(case, commitment, feedback, answer, book, knowledge, model, held(case, "returns", default={}))
    with st.container(horizontal=True):
        st.button("Play it again", icon=":material/replay:", on_click=clear_desk, args=(case,))
        st.button("Next case", icon=":material/arrow_forward:", on_click=_next, args=(book, knowledge), type="primary")
    with st.expander("The patient again", icon=":material/person:"):
        st.markdown(safe(case.story))
        st.markdown("\n".join(f"- **{safe(one.ask)}**: {safe(one.says)}" for one in case.findings))
    st.caption(f"Knowledge {answer.knowledge_version} {answer.knowledge_sha256[:12]}")
