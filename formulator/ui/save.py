"""The tab that gives the answer away: files are made when their button is pressed, never before."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from zoneinfo import available_timezones

import streamlit as st

from formulator.engine.answer import Recommendation
from formulator.export.json_export import as_json
from formulator.export.text import as_text
from formulator.knowledge import Knowledge


def show_save(answer: Recommendation, knowledge: Knowledge) -> None:
    """Everything that can be taken along: paper, calendar, tables, the case itself; and what is kept here if asked."""
    from formulator.ui.consultations.keep import show_keep  # the database is read by nobody before this tab

    show_keep(answer)
    st.markdown("**On paper**")
    _paper(answer, knowledge)
    st.markdown("**In the calendar**")
    _calendar(answer, knowledge)
    st.markdown("**As data**")
    _data(answer, knowledge)
    st.caption("The address of this page holds the coded choices only: no age, no blood test, no date.")


def _paper(answer: Recommendation, knowledge: Knowledge) -> None:
    has_typst = find_spec("typst") is not None
    pages = "session, reasons, plan, leaflet" if answer.plan else "the reasons"
    st.download_button(
        f"Worksheet as PDF: {pages}",
        lambda: _pdf(answer, knowledge),
        file_name="formulator-worksheet.pdf",
        mime="application/pdf",
        icon=":material/picture_as_pdf:",
        on_click="ignore",
        disabled=not has_typst,
        help=None if has_typst else "A PDF needs Typst: pip install 'formulator[pdf]'.",
    )
    st.caption("Print this file: the browser's own print shows the form and the open tab only.")


def _pdf(answer: Recommendation, knowledge: Knowledge) -> bytes:
    from formulator.export.worksheet import as_pdf

    return as_pdf(answer, knowledge)


def _calendar(answer: Recommendation, knowledge: Knowledge) -> None:
    if answer.plan is None or not answer.plan.sessions:
        st.info("There is no dated session to put into a calendar.", icon=":material/event_busy:")
        return
    zones = _zones()
    zone = st.selectbox(
        "Time zone of the clinic", zones, index=zones.index(_likely_zone()), key="calendar_zone", persist_state="page"
    )
    clinical = st.checkbox(
        "Name components and medicines in the titles",
        key="calendar_titles",
        help="Calendars are often shared.",
        persist_state="page",
    )
    st.download_button(
        "Sessions, pauses and reassessments as ICS",
        lambda: _ics(answer, knowledge, zone, clinical),
        file_name="formulator-plan.ics",
        mime="text/calendar",
        icon=":material/calendar_add_on:",
        on_click="ignore",
    )


@cache
def _zones() -> list[str]:
    return sorted(available_timezones())


def _likely_zone() -> str:
    """The browser's zone, else the machine's."""
    from formulator.export.zone import system_zone

    said = st.context.timezone
    return said if said in _zones() else system_zone()


def _ics(answer: Recommendation, knowledge: Knowledge, zone: str, clinical: bool) -> bytes:
    from formulator.export.calendar import as_ics
    from formulator.export.zone import zone_named

    return as_ics(answer, knowledge, zone_named(zone), clinical_titles=clinical) or b""


def _data(answer: Recommendation, knowledge: Knowledge) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Case and answer as JSON",
            lambda: as_json(answer),
            file_name="formulator-case.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
        )
        st.download_button(
            "Case only, as JSON",
            lambda: json.dumps(dict(answer.profile), indent=2) + "\n",
            file_name="formulator-profile.json",
            mime="application/json",
            icon=":material/person:",
            on_click="ignore",
        )
        st.download_button(
            "Answer as text",
            lambda: as_text(answer, knowledge),
            file_name="formulator-answer.txt",
            mime="text/plain",
            icon=":material/description:",
            on_click="ignore",
        )
    _tables(answer, knowledge)


def _tables(answer: Recommendation, knowledge: Knowledge) -> None:
    from formulator.export.table import components_csv, sessions_csv

    with st.container(horizontal=True):
        st.download_button(
            "Components as CSV",
            lambda: components_csv(answer, knowledge).encode("utf-8-sig"),
            file_name="formulator-components.csv",
            mime="text/csv",
            icon=":material/table:",
            on_click="ignore",
        )
        st.download_button(
            "Sessions as CSV",
            lambda: sessions_csv(answer).encode("utf-8-sig"),
            file_name="formulator-sessions.csv",
            mime="text/csv",
            icon=":material/table_rows:",
            on_click="ignore",
        )
