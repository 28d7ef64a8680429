"""The answer on the right of the Consult page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from formulator.engine.answer import Note, Question, Recommendation
from formulator.engine.words import DECISION_WORDS
from formulator.evidence.answer import EvidenceModel
from formulator.explain.trace import Reading, decision_trace, plan_trace
from formulator.export.text import note_line
from formulator.export.words import field_label, model_words
from formulator.knowledge import Knowledge
from formulator.profile.fields import NO, YES
from formulator.ui.cards import show_arguments, show_components
from formulator.ui.composer import show_composer
from formulator.ui.drivers_view import show_drivers
from formulator.ui.formulations import show_formulations
from formulator.ui.positions_view import show_positions
from formulator.ui.save import show_save
from formulator.ui.state import ANSWER_TAB, FLAG_GROUPS, answer_flag
from formulator.ui.timeline import show_plan
from formulator.ui.trace_view import show_trace, show_trace_body
from formulator.ui.why_not_view import show_what_would_make_treatable, show_why_not
from formulator.ui.words import DECISION_ICONS, safe, source_links

_FIRST_QUESTIONS = 4
_AT_ONCE = 3
_BANNERS = {"treat": st.success, "treat_after": st.warning, "refer_first": st.error, "do_not_treat": st.error}


def show_answer(
    answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None, under_banner: Callable[[], None]
) -> None:
    """Decision first, then components, plan, formulations, questions, surroundings: only the open tab is made."""
    _banner(answer, knowledge, model)
    under_banner()
    for tab, show in zip(st.tabs(list(_TABS), key=ANSWER_TAB, on_change="rerun"), _TABS.values(), strict=True):
        if tab.open:
            with tab:
                show(answer, knowledge, model)
    st.caption(
        f"Knowledge {answer.knowledge_version} {answer.knowledge_sha256[:12]}; {model_words(answer)}; "
        f"profile {answer.profile_sha256[:12]}; {answer.date}"
    )


def _banner(answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    indication = knowledge.indications.get(answer.indication or "")
    title = indication.name if indication else "No indication in scope yet"
    reasons = "  \n".join(safe(one.text) for one in answer.decision_arguments[:3])
    provided = _provisos(answer, knowledge)
    banner = st.warning if provided else _BANNERS[answer.decision]
    headline = (
        f"**{DECISION_WORDS[answer.decision]}{', provided that:' if provided else ':'}** {provided or safe(title)}"
    )
    banner(f"{headline}  \n{reasons}", icon=DECISION_ICONS[answer.decision])
    if answer.missing:
        first = "".join(f"\n- {safe(_worth(one, knowledge))}" for one in answer.missing[:_AT_ONCE])
        number = len(answer.assumptions)
        assumed = f" ({number} unknown facts are taken as absent until they are asked)" if number else ""
        st.markdown(f":material/contact_support: **Ask next ({len(answer.missing)})**{assumed}\n{first}")
    box = st.expander("Why this decision", key="why_decision", on_change="rerun", icon=":material/account_tree:")
    if box.open:
        with box:
            show_arguments(answer.decision_arguments, knowledge)
            if indication:
                st.markdown(f"**What it is.** {safe(indication.summary)}")
                st.markdown(f"**Place of mesotherapy.** {safe(indication.place_of_mesotherapy.text)}")
                standard = "\n".join(f"- {safe(one.text)}" for one in indication.standard_treatment)
                st.markdown(f"**Standard treatment**\n\n{standard}")
            show_what_would_make_treatable(answer, knowledge)
            show_trace_body(decision_trace(Reading(answer, knowledge, model)), "trace_decision", knowledge)


def _worth(question: Question, knowledge: Knowledge) -> str:
    """A question with the answer that would change most, and how."""
    label = field_label(knowledge, question.field)
    if not question.worst:
        return f"{label}: part of the work-up"
    change, *rest = question.answers[question.worst]
    more = f" and {len(rest)} more" if rest else ""
    return f"{label} - if {question.worst}: {change.split(' (')[0]}{more}"


def _provisos(answer: Recommendation, knowledge: Knowledge) -> str:
    """What the clinician marked as not known and what would change the decision: the answer hangs on it."""
    if answer.decision != "treat":
        return ""
    asked = [one for one in answer.missing if answer.profile.get(one.field) == "unknown"]
    deciding = [
        one
        for one in asked
        if any(change.startswith("Decision") for changes in one.answers.values() for change in changes)
    ]
    return safe(", ".join(f"{field_label(knowledge, one.field)} is answered no" for one in deciding))


def _plan(answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    if answer.plan is None:
        treated = answer.decision == "treat"
        why = "Nothing is injected: what helps here is applied or taken." if treated else "No plan with this decision."
        st.info(why, icon=":material/event_busy:")
    else:
        show_plan(answer.plan, knowledge)
        show_trace("Why these dates and numbers", "trace_plan", plan_trace, answer, knowledge, model)


def _ask(answer: Recommendation, knowledge: Knowledge) -> None:
    if answer.missing:
        st.caption(f"{len(answer.missing)} unknown facts could change this answer; the weightiest first.")
    else:
        st.success("Nothing that is unknown would change this answer.", icon=":material/task_alt:")
    for question in answer.missing[:_FIRST_QUESTIONS]:
        with st.container(border=True):
            _question(question, knowledge)
    rest = answer.missing[_FIRST_QUESTIONS:]
    if rest:
        box = st.expander(f"{len(rest)} more questions", key="more_questions", on_change="rerun")
        if box.open:
            with box:
                st.table(
                    [{"Ask": field_label(knowledge, one.field), "Because": safe(one.why)} for one in rest],
                    hide_index=True,
                )
    if answer.assumptions:
        _assumed(answer, knowledge)
    show_drivers(answer, knowledge)


def _question(question: Question, knowledge: Knowledge) -> None:
    field = knowledge.catalogue.fields[question.field]
    lines = [f"**{safe(field.label)}**: {safe(question.why)}", ""]
    for value, changes in question.answers.items():
        more = f" and {len(changes) - 3} more" if len(changes) > 3 else ""
        lines.append(f"- **{safe(value)}**: {safe('; '.join(changes[:3]))}{more}")
    st.markdown("\n".join(lines))
    if field.group in FLAG_GROUPS:
        with st.container(horizontal=True):
            for answer, label in ((YES, "Yes"), (NO, "No")):
                st.button(
                    f"{field.label}: {label}",
                    key=f"answer_{field.name}_{answer}",
                    on_click=answer_flag,
                    args=(field.name, field.group, answer),
                )


def _assumed(answer: Recommendation, knowledge: Knowledge) -> None:
    st.markdown("**Assumed, to be asked before the first session**")
    words = [f"{field_label(knowledge, one.field)}: {one.value}" for one in answer.assumptions]
    st.markdown(safe("; ".join(words)) + ".")


def _around(answer: Recommendation, knowledge: Knowledge) -> None:
    parts = (
        ("Before", answer.before),
        ("After", answer.after),
        ("Expect", answer.expect),
        ("Side effects", answer.side_effects),
    )
    if not any(notes for _, notes in parts):
        st.info("Nothing to prepare while there is no plan.", icon=":material/event_busy:")
    for title, notes in parts:
        if notes:
            box = st.expander(
                f"{title} ({len(notes)})", key=f"notes_{title}", on_change="rerun", expanded=title == "Before"
            )
            if box.open:
                with box:
                    _notes(notes, knowledge)


def _notes(notes: Sequence[Note], knowledge: Knowledge) -> None:
    st.markdown(
        "\n".join(f"- {safe(note_line(one))} :gray[{source_links(one.sources[:2], knowledge)}]" for one in notes)
    )


def _components(answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    show_why_not(answer, knowledge)
    show_components(answer, knowledge, model)


def _formulations(answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    show_formulations(answer, knowledge, model)
    show_composer(answer, knowledge, model)


_TABS: dict[str, Callable[[Recommendation, Knowledge, EvidenceModel | None], None]] = {
    "Components": _components,
    "Plan": _plan,
    "Formulations": _formulations,
    "Ask next": lambda answer, knowledge, model: _ask(answer, knowledge),
    "Before, after, expect": lambda answer, knowledge, model: _around(answer, knowledge),
    "Sources disagree": show_positions,
    "Save and share": lambda answer, knowledge, model: show_save(answer, knowledge),
}
"""The names never change while a patient does: a tab that were called otherwise would be another tab, and closed."""
