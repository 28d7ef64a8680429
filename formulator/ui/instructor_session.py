"""Choosing the cases of a session, and the papers and files that are made of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.util import find_spec

import streamlit as st

from formulator.engine.words import DECISION_WORDS
from formulator.evidence.answer import EvidenceModel
from formulator.export.words import value_label
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook
from formulator.learn.cases.case import DIFFICULTIES
from formulator.learn.diagnosis import SKILLS, Lesson, Skill
from formulator.learn.diagnosis.words import lesson_words
from formulator.learn.instructor.answer_form import answer_form
from formulator.learn.instructor.choose import Wish, expected, fitting
from formulator.learn.instructor.mistakes import skills_at_stake
from formulator.learn.instructor.session import (
    DEFAULT_TITLE,
    LONGEST_TITLE,
    TeachingSession,
    session_json,
    session_of,
)
from formulator.ui.faults import show_faults
from formulator.ui.learn.book import shared_casebook
from formulator.ui.state import shared_knowledge
from formulator.ui.words import safe

CHOSEN = "session_cases"


def show_session(book: Casebook, knowledge: Knowledge, model: EvidenceModel | None) -> TeachingSession | None:
    """The session that is being put together, None while it has no case."""
    left, right = st.columns([1, 1], gap="large")
    with left:
        _choose(book, knowledge, model)
    with right:
        _chosen(book)
        session = _session(book, knowledge)
        if session is not None:
            _papers(session, book, knowledge, model)
    return session


def _choose(book: Casebook, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    st.subheader("Which cases")
    found = fitting(book, _wish(book, knowledge), lambda case: _skills(model)[case.id])
    st.caption(f"{len(found)} of {len(book.cases)} cases fit.")
    chosen = st.session_state.get(CHOSEN) or []
    options = list(dict.fromkeys([*chosen, *(one.id for one in found)]))
    st.multiselect(
        "Cases of the session, in the order in which you add them",
        options,
        key=CHOSEN,
        format_func=lambda name: _title(book.cases[name]),
        placeholder="Choose cases",
        persist_state="session",
    )
    rest = [one.id for one in found if one.id not in chosen]
    if rest:
        st.button(
            f"Add all {len(rest)} that fit",
            icon=":material/playlist_add:",
            key="session_add",
            on_click=_add,
            args=(rest,),
        )


@st.cache_resource(show_spinner="Trying which mistakes the cases invite")
def _skills(_model: EvidenceModel | None) -> dict[str, frozenset[Skill]]:
    """The skills of every case, worked out once for all sessions."""
    book, knowledge = shared_casebook(), shared_knowledge()
    return {name: skills_at_stake(case, book, knowledge, _model) for name, case in book.cases.items()}


def _title(case: Case) -> str:
    return f"{case.title} ({DIFFICULTIES[case.difficulty].lower()})"


def _add(names: list[str]) -> None:
    st.session_state[CHOSEN] = [*(st.session_state.get(CHOSEN) or []), *names]


def _wish(book: Casebook, knowledge: Knowledge) -> Wish:
    cases = list(book.cases.values())
    lessons = {rule for one in cases for rule in one.lessons}
    return Wish(
        indications=_filter("Indication", cases, "indication", lambda one: value_label(knowledge, "indication", one)),
        decisions=_filter("Decision", cases, "decision", lambda one: DECISION_WORDS.get(one, one)),
        skills=frozenset(
            st.pills(
                "Skill",
                list(SKILLS),
                selection_mode="multi",
                format_func=lambda one: SKILLS[one],
                key="session_skills",
                help="In which skill somebody is wanting who misses what the case is about.",
            )
        ),
        difficulties=frozenset(
            st.pills(
                "Difficulty",
                list(DIFFICULTIES),
                selection_mode="multi",
                format_func=lambda one: DIFFICULTIES[one],
                key="session_difficulty",
            )
        ),
        lessons=frozenset(
            st.multiselect(
                "Lesson",
                sorted(lessons),
                format_func=lambda rule: lesson_words(Lesson("rule", rule), knowledge),
                key="session_lessons",
                placeholder="Any",
            )
        ),
    )


def _filter(label: str, cases: list[Case], key: str, words: Callable[[str], str]) -> frozenset[str]:
    options = sorted({value for one in cases for value in expected(one, key)}, key=words)
    return frozenset(st.multiselect(label, options, format_func=words, key=f"session_{key}", placeholder="Any"))


def _chosen(book: Casebook) -> None:
    """The chosen cases in their order, each to be moved forward."""
    st.subheader("The session")
    chosen = [name for name in st.session_state.get(CHOSEN) or [] if name in book.cases]
    for place, name in enumerate(chosen):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{place + 1}. {safe(_title(book.cases[name]))}", width="stretch")
            if place:
                st.button(
                    "Earlier",
                    key=f"session_up_{name}",
                    icon=":material/arrow_upward:",
                    help=f"Give case {place + 1} one place earlier",
                    on_click=_earlier,
                    args=(place,),
                )


def _earlier(place: int) -> None:
    names = list(st.session_state[CHOSEN])
    names[place - 1], names[place] = names[place], names[place - 1]
    st.session_state[CHOSEN] = names


def _session(book: Casebook, knowledge: Knowledge) -> TeachingSession | None:
    title = st.text_input("Title", DEFAULT_TITLE, key="session_title", max_chars=LONGEST_TITLE, persist_state="session")
    day = st.date_input("Date", date.today(), key="session_day", persist_state="session")
    chosen = st.session_state.get(CHOSEN) or []
    if not chosen or not isinstance(day, date):
        st.info("Choose at least one case.", icon=":material/playlist_add:")
        return None
    try:
        return session_of(title, day, chosen, book, knowledge)
    except FaultsFound as found:
        show_faults(found, knowledge)
        return None


def _papers(session: TeachingSession, book: Casebook, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    """Everything that is made of a session, each when its button is pressed."""

    def sheet(name: str, *more: EvidenceModel | None) -> bytes:
        from formulator.learn.instructor import sheets

        return getattr(sheets, name)(session, book, knowledge, *more)

    st.markdown("**For the trainees**")
    with st.container(horizontal=True):
        _pdf("Class sheet as PDF", lambda: sheet("class_sheet_pdf"), "class-sheet")
        _pdf("Cards with the findings as PDF", lambda: sheet("cards_pdf"), "cards")
        _text("Answer file to fill in", lambda: answer_form(session, book, knowledge), "answers.yaml", "edit_document")
    st.markdown("**For you**")
    with st.container(horizontal=True):
        _pdf("Answer sheet as PDF", lambda: sheet("answer_sheet_pdf", model), "answer-sheet")
        _text("Session file", lambda: session_json(session), "session.json", "save")
    st.caption("The class sheet and the answer file know the cases by number alone: their names give answers away.")


def _pdf(label: str, make: Callable[[], bytes], name: str) -> None:
    has_typst = find_spec("typst") is not None
    st.download_button(
        label,
        make,
        file_name=f"formulator-{name}.pdf",
        mime="application/pdf",
        icon=":material/picture_as_pdf:",
        on_click="ignore",
        disabled=not has_typst,
        help=None if has_typst else "A PDF needs Typst: pip install 'formulator[pdf]'.",
    )


def _text(label: str, make: Callable[[], str], name: str, icon: str) -> None:
    st.download_button(
        label,
        make,
        file_name=f"formulator-{name}",
        mime="text/plain",
        icon=f":material/{icon}:",
        on_click="ignore",
    )
