"""The form in which a case is written, beside what the engine answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from formulator.evidence.answer import EvidenceModel
from formulator.explain.compare import given_words
from formulator.export.words import field_label
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.learn.cases import Casebook
from formulator.learn.cases.case import DIFFICULTIES
from formulator.learn.diagnosis import Lesson
from formulator.learn.diagnosis.words import lesson_words
from formulator.learn.instructor.author.bench import judged, proposed_expectation
from formulator.learn.instructor.author.case_text import yaml_text
from formulator.learn.instructor.author.draft import (
    FINDING_COLUMNS,
    draft_from,
    expectation_from,
    findings_from,
    lines_from,
)
from formulator.ui import author_state as state
from formulator.ui.author_verdict import show_verdict
from formulator.ui.one_field import change_fields, show_one_field
from formulator.ui.words import safe

_PATIENT, _CHANGE = state.PATIENT, state.CHANGE


def show_author(book: Casebook, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    """The form on the left; answer, faults and the file on the right. Nothing is written into the casebook."""
    state.begin()
    _start(book)
    left, right = st.columns([1, 1], gap="large")
    with left:
        _story()
        _patient(knowledge)
        _findings(book, knowledge)
        teach = st.container()
        _rest(book, knowledge)
    try:
        draft, faults = _draft(), ()
    except FaultsFound as found:
        draft, faults = _draft(expectation=False), found.faults
    verdict = judged(draft, str(state.held("id") or ""), book, knowledge, model)
    with teach:
        _lessons(verdict.fired, knowledge)
        _expect(yaml_text(proposed_expectation(verdict.answer)) if verdict.answer else "")
        _neighbour(knowledge)
    with right:
        show_verdict(verdict, faults, knowledge)


def _draft(expectation: bool = True) -> dict[str, Any]:
    """What was entered, as the draft of a case. Raises FaultsFound where the expectation is no YAML."""
    texts = {name: state.held(name) for name in (*state.TEXTS, *state.LISTS, "difficulty", "day", "source")}
    entered = {
        **{name: value for name, value in texts.items() if name != "id"},
        "profile": state.given(_PATIENT),
        "findings": state.rows(),
        "objectives": lines_from(str(state.held("objectives") or "")),
        "expect": expectation_from(str(state.held("expect") or "")) if expectation else {},
        "change": state.given(_CHANGE),
    }
    return draft_from(entered, date.today())


def _start(book: Casebook) -> None:
    with st.expander("Begin with a case that exists", icon=":material/folder_open:", key="author_open"):
        st.selectbox(
            "Case of the casebook",
            list(book.cases),
            index=None,
            format_func=lambda name: book.cases[name].title,
            key=state.key_of("start"),
            placeholder="Choose a case",
            on_change=state.open_chosen,
            args=(book,),
        )
        st.file_uploader(
            "Or a file of your own",
            ["yaml", "yml"],
            key="author_upload",
            on_change=state.open_upload,
            max_upload_size=2,
        )
        st.button("Empty the form", icon=":material/restart_alt:", key="author_clear", on_click=state.clear)
    for sentence in st.session_state.get(state.FAULTS, ()):
        st.error(safe(sentence), icon=":material/error:")


def _story() -> None:
    st.subheader("Story")
    _line("id", "Name of the file", "letters, digits and underscores; trainees do not see it", 90)
    _line("title", "Title", "names neither cause nor answer", 90)
    st.pills(
        "Difficulty",
        list(DIFFICULTIES),
        format_func=lambda one: DIFFICULTIES[one],
        key=state.key_of("difficulty"),
        persist_state="session",
    )
    _area("story", "Story", "What the patient says; nothing that gives the answer away.", 1500)


def _line(name: str, label: str, help_text: str, longest: int) -> None:
    st.text_input(label, key=state.key_of(name), help=help_text, max_chars=longest, persist_state="session")


def _area(name: str, label: str, help_text: str, longest: int) -> None:
    st.text_area(label, key=state.key_of(name), help=help_text, max_chars=longest, persist_state="session")


def _many(name: str, label: str, options: Mapping[str, str], help_text: str = "") -> None:
    """A list of ids, each shown in words; what is chosen stays an option whatever else changes."""
    chosen = state.held(name) or []
    st.multiselect(
        label,
        list(dict.fromkeys([*options, *chosen])),
        format_func=lambda one: options.get(one, one),
        key=state.key_of(name),
        help=help_text or None,
        placeholder="Choose",
        persist_state="session",
    )


def _labels(names: Mapping[str, Any], knowledge: Knowledge) -> dict[str, str]:
    return {name: field_label(knowledge, name) for name in names}


def _patient(knowledge: Knowledge) -> None:
    st.subheader("Patient")
    st.caption("The patient is whole: a condition, allergy or medicine that is not named was asked for and is absent.")
    show_one_field(_PATIENT, knowledge, "Add to the patient")
    _given(_PATIENT, "The patient so far", knowledge)
    told = {name: label for name, label in _labels(state.given(_PATIENT), knowledge).items() if name != "cause"}
    _many("known", "Told in the story", told, "Everything else must be shown by a finding.")
    _many("causes", "Causes to choose from", knowledge.catalogue.fields["cause"].choices, "The right one among them.")
    st.date_input("Day of the consultation", key=state.key_of("day"), persist_state="session")


def _given(prefix: str, label: str, knowledge: Knowledge) -> None:
    """The given fields with their values; taking one out of the list takes it out of the patient."""
    values = state.given(prefix)
    if not values:
        return
    key = f"{prefix}_kept"
    st.session_state[key] = list(values)
    st.multiselect(
        label,
        list(values),
        format_func=lambda name: f"{field_label(knowledge, name)}: {given_words(name, values[name], knowledge)}",
        key=key,
        on_change=_keep,
        args=(prefix, key),
    )


def _keep(prefix: str, key: str) -> None:
    left = st.session_state.get(key) or []
    change_fields(prefix, {name: value for name, value in state.given(prefix).items() if name in left})


def _findings(book: Casebook, knowledge: Knowledge) -> None:
    st.subheader("Findings")
    columns = st.column_config
    edited = st.data_editor(
        pd.DataFrame(state.drawn_rows(), columns=list(FINDING_COLUMNS)).astype({"needed": bool}),
        key=state.rows_key(),
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        alt="Findings that can be asked for; the file on this page says the same.",
        column_config={
            "id": columns.TextColumn("Id", help="Letters, digits, underscores", max_chars=90),
            "step": columns.SelectboxColumn("Kind", options=list(book.steps)),
            "ask": columns.TextColumn("Ask", max_chars=90),
            "says": columns.TextColumn("What is found", max_chars=400, width="large"),
            "shows": columns.MultiselectColumn("Shows", options=list(knowledge.catalogue.fields)),
            "needed": columns.CheckboxColumn("Needed", help="Nobody should decide without it", default=False),
        },
    )
    state.keep_rows(findings_from(edited.to_dict("records")))


def _lessons(fired: frozenset[str], knowledge: Knowledge) -> None:
    st.subheader("What is learned")
    _area("objectives", "Objectives, one a line", "What the trainee can do afterwards, whole sentences.", 1500)
    rules = {rule: f"{lesson_words(Lesson('rule', rule), knowledge)} ({rule})" for rule in sorted(fired)}
    _many("lessons", f"Lessons, from the {len(rules)} rules that speak about this patient", rules)
    claims = {one.id: one.claim for one in knowledge.claims.values()}
    _many("claims", "Claims that the patient brings along", claims)


def _expect(proposal: str) -> None:
    st.subheader("What must come out")
    st.caption("From your sources first. The proposal is what the program says, which is not yet why it is right.")
    _area("expect", "Expectation", "YAML in the words of tests/spec/README.md", 4000)
    st.button(
        "Propose what the engine answers",
        icon=":material/auto_fix_high:",
        key="author_propose",
        disabled=not proposal,
        on_click=_propose,
        args=(proposal,),
    )


def _propose(proposal: str) -> None:
    st.session_state[state.key_of("expect")] = proposal


def _neighbour(knowledge: Knowledge) -> None:
    st.subheader("Neighbour")
    st.caption("The same patient with one fact set differently; decision or a status must change.")
    show_one_field(_CHANGE, knowledge, "Set it differently")
    _given(_CHANGE, "What is different", knowledge)
    _line("asks", "The question", "Such as: the same woman with ferritin 60 - what changes?", 90)


def _rest(book: Casebook, knowledge: Knowledge) -> None:
    st.subheader("To take home, and from where")
    _area("pearl", "Pearl", "One sentence to take home.", 400)
    titles = {one.id: f"{one.title[:90]} ({one.id})" for one in (*knowledge.sources.values(), *book.sources.values())}
    _many("sources", "Sources", titles)
    with st.expander("A published report stands behind it", icon=":material/article:", key="author_published"):
        st.selectbox(
            "Report",
            list(titles),
            index=None,
            format_func=lambda one: titles[one],
            key=state.key_of("source"),
            placeholder="None",
            persist_state="session",
        )
        _area("outcome", "What happened there", "In your own words.", 400)
        _area("differs", "What this case adds or leaves out", "", 400)
