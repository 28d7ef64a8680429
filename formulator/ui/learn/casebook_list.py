"""The casebook: what is under way, what comes next and why, and all cases to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook
from formulator.learn.cases.case import DIFFICULTIES
from formulator.learn.progress.next_steps import NextStep, next_steps
from formulator.learn.progress.records import AttemptRecord
from formulator.ui.faults import show_faults
from formulator.ui.learn.exercise import show_exercise
from formulator.ui.learn.saving import now, show_notices, store, told
from formulator.ui.paths import view
from formulator.ui.words import safe

_DOMAINS = {"hair": "Hair", "skin": "Skin", "body": "Body"}
_MOST_OPEN = 3
_ON_A_PAGE = 20


def show_casebook(book: Casebook, knowledge: Knowledge) -> None:
    """The first screen of a trainee."""
    st.title("Cases")
    st.caption(
        "A patient comes in. Ask, decide, say how sure you are; then see which argument you missed, and its source."
    )
    show_notices()
    history: tuple[AttemptRecord, ...] = ()
    with told():
        history = store().history()
        _under_way(book)
        _next(next_steps(store(), book, knowledge, now()), book, new_here=not history)
    _all(book, {one.case for one in history})


def open_case(identifier: str) -> None:
    """Callback: the case comes into the address, so that the page can be reloaded and shared."""
    st.query_params["case"] = identifier


def _under_way(book: Casebook) -> None:
    for one in [one for one in store().open_attempts() if one.case in book.cases and one.state][:_MOST_OPEN]:
        st.button(
            f"Go on with: {safe(book.cases[one.case].title)}",
            key=f"resume_{one.id}",
            icon=":material/history:",
            on_click=open_case,
            args=(one.case,),
            type="primary",
        )


def _next(steps: Sequence[NextStep], book: Casebook, new_here: bool) -> None:
    if not steps:
        return
    st.subheader("Begin here" if new_here else "What to do next")
    for number, step in enumerate(steps[:1] if new_here else steps):
        if step.case is not None:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.button(
                    safe(book.cases[step.case].title),
                    key=f"next_{number}",
                    icon=":material/play_arrow:",
                    on_click=open_case,
                    args=(step.case,),
                    type="primary" if number == 0 else "secondary",
                )
                st.markdown(f":gray[{safe(step.sentence)}]")
        elif step.question is not None and step.lesson is not None:
            show_exercise(step, number)


def _all(book: Casebook, played: set[str]) -> None:
    st.subheader("All cases")
    domain, difficulty, word = st.columns([2, 2, 3])
    chosen = domain.segmented_control("About", list(_DOMAINS), format_func=_DOMAINS.__getitem__, key="cases_domain")
    level = difficulty.segmented_control(
        "Difficulty", list(DIFFICULTIES), format_func=DIFFICULTIES.__getitem__, key="cases_difficulty"
    )
    text = word.text_input("Contains", key="cases_word", placeholder="woman, scalp, wedding ...", max_chars=60)
    found = {
        name: case
        for name, case in book.cases.items()
        if (not chosen or case.folder == chosen)
        and (not level or case.difficulty == level)
        and text.lower() in f"{case.title} {case.story}".lower()
    }
    if not found:
        st.info("No case fits these words.", icon=":material/search_off:")
        return
    st.selectbox(
        "Open a case",
        list(found),
        index=None,
        format_func=lambda name: _row(found[name], name in played),
        key="cases_open",
        filter_mode="contains",
        placeholder=f"{len(found)} to choose from",
        on_change=_open_chosen,
    )
    _links(_easy_first(found), played)


def _easy_first(found: Mapping[str, Case]) -> list[Case]:
    return sorted(found.values(), key=lambda case: (case.difficulty, case.title))


def _row(case: Case, played: bool) -> str:
    return f"{case.title} ({DIFFICULTIES[case.difficulty].lower()}{', played' if played else ''})"


def _links(cases: Sequence[Case], played: set[str]) -> None:
    """A page of cases at a time; they open in the same window."""
    pages = -(-len(cases) // _ON_A_PAGE)
    page = st.pagination(pages, key="cases_page") if pages > 1 else 1
    for case in cases[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]:
        about = f"{_DOMAINS.get(case.folder, case.folder)}, {DIFFICULTIES[case.difficulty].lower()}"
        done = ", played" if case.id in played else ""
        st.page_link(
            view("learn"),
            label=f"{safe(case.title)} :gray[({about}{done})]",
            icon=":material/check_circle:" if done else ":material/person:",
            query_params={"case": case.id},
        )


def _open_chosen() -> None:
    if st.session_state.get("cases_open"):
        open_case(st.session_state["cases_open"])
        st.session_state["cases_open"] = None


def chosen_case(book: Casebook, knowledge: Knowledge) -> Case | None:
    """The case in the address; what is none is refused in sight."""
    wanted = st.query_params.get("case")
    if wanted is None:
        return None
    try:
        return book.case(wanted)
    except FaultsFound as found:
        show_faults(found, knowledge)
        return None
