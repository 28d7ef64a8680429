"""What the engine answers to a draft, what keeps it out of the casebook, and the file to take along."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import streamlit as st

from formulator.engine.answer import MOVABLE, Recommendation
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.export.words import field_label, kind_word
from formulator.export.worksheet.words import name_of
from formulator.faults import Fault, FaultsFound
from formulator.knowledge import Knowledge
from formulator.learn.diagnosis import Lesson
from formulator.learn.diagnosis.words import lesson_words
from formulator.learn.instructor.author.bench import Judged
from formulator.ui.faults import show_faults
from formulator.ui.words import DECISION_ICONS, STATUS_ICONS, safe

_MISSING = "This is missing."


def show_verdict(verdict: Judged, more: Sequence[Fault], knowledge: Knowledge) -> None:
    """The answer, every fault, the rules, the file."""
    st.subheader("What the engine answers")
    if verdict.answer is None:
        st.info("Give a patient to see the answer.", icon=":material/start:")
    else:
        _answer(verdict.answer, verdict.hangs_on, knowledge)
    faults = [*more, *verdict.faults]
    st.subheader(f"What keeps it out of the casebook ({len(faults)})")
    _faults(faults, knowledge)
    _rules(verdict, knowledge)
    st.subheader("The file")
    _take_along(verdict, faults)
    st.code(verdict.text, language="yaml", wrap_lines=True, height=480)


def _answer(answer: Recommendation, hangs_on: Sequence[str], knowledge: Knowledge) -> None:
    found = knowledge.indications.get(answer.indication or "")
    name = found.name if found else "no indication in scope"
    st.markdown(f"{DECISION_ICONS[answer.decision]} **{DECISION_WORDS[answer.decision]}**: {safe(name)}")
    reasons = [f"- {kind_word(one)}: {safe(one.text)} :gray[{safe(one.rule)}]" for one in answer.decision_arguments]
    lines = [
        f"- {STATUS_ICONS[one.status]} **{STATUS_WORDS[one.status]}**: {safe(name_of(one.id, knowledge))}"
        for one in answer.components
        if one.status in MOVABLE
    ]
    st.markdown("\n".join([*reasons, *(lines or ["- No component is used or waits."])]))
    if hangs_on:
        labels = ", ".join(field_label(knowledge, one) for one in hangs_on)
        st.caption(safe(f"Not known of this patient, and would change something: {labels}."))


def _faults(faults: Sequence[Fault], knowledge: Knowledge) -> None:
    missing = [one for one in faults if one.problem == _MISSING]
    if missing:
        labels = ", ".join(field_label(knowledge, one.field) for one in missing)
        st.info(safe(f"Still missing: {labels}."), icon=":material/pending:")
    show_faults(FaultsFound(one for one in faults if one.problem != _MISSING), knowledge)
    if not faults:
        st.success("Nothing: form, patient, findings and expectation agree.", icon=":material/check_circle:")


def _rules(verdict: Judged, knowledge: Knowledge) -> None:
    fired = sorted(verdict.fired)
    box = st.expander(
        f"Rules that speak about this patient ({len(fired)})",
        key="author_rules",
        on_change="rerun",
        icon=":material/rule:",
    )
    if box.open:
        with box:
            st.table(
                [{"Rule": safe(one), "Says": safe(lesson_words(Lesson("rule", one), knowledge))} for one in fired],
                hide_index=True,
            )


def _take_along(verdict: Judged, faults: Sequence[Fault]) -> None:
    """The download, once nothing is wrong and the expectation has been confirmed as it stands now."""
    mark = hashlib.sha256(verdict.text.encode()).hexdigest()[:12]
    confirmed = st.checkbox(
        "My sources, and not the program alone, say that this must come out",
        key=f"author_confirmed_{mark}",
        disabled=bool(faults),
        help="Asked again after every change.",
    )
    st.download_button(
        "The case as a file",
        verdict.text,
        file_name=verdict.file.rsplit("/", 1)[-1],
        mime="application/yaml",
        icon=":material/download:",
        on_click="ignore",
        disabled=bool(faults) or not confirmed,
        help="Mend what is listed above first." if faults else None,
    )
    st.caption(
        safe(f"Its place is data/{verdict.file}. Nothing is written there from here; check it with formulator lint.")
    )
