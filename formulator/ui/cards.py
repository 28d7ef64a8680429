"""Component cards: status by icon, word and colour, the strongest argument on each side, the rest on demand."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from formulator.engine.answer import STATUSES, Argument, ComponentAnswer, Recommendation
from formulator.engine.words import STATUS_WORDS
from formulator.evidence.answer import EvidenceModel
from formulator.explain.trace import Reading, status_trace
from formulator.export.text import strongest
from formulator.export.words import CERTAINTY_WORDS, STATUS_MEANING, amount_words, field_label, kind_word, value_label
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Component
from formulator.ui.evidence_card import show_response
from formulator.ui.studied_view import show_studied_in_answer, show_studied_of_component
from formulator.ui.trace_view import show_trace, show_trace_body
from formulator.ui.words import KIND_ICONS, STATUS_COLOURS, STATUS_ICONS, item_link, safe, source_links

_AS_CARDS = ("recommended", "adjunct", "deferred", "optional")


def show_components(answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    """All components, best first; those that are not used are listed with their main reason."""
    show_studied_in_answer(answer, model)
    for status in _AS_CARDS:
        group = [one for one in answer.components if one.status == status]
        if group:
            st.markdown(f"#### {STATUS_ICONS[status]} {STATUS_WORDS[status]}: {STATUS_MEANING[status]}")
            _grid(group, answer, knowledge, model)
    for status in STATUSES:
        group = [one for one in answer.components if one.status == status]
        if status not in _AS_CARDS and group:
            _list(status, group, answer, knowledge, model)


def _grid(
    group: Sequence[ComponentAnswer], answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None
) -> None:
    columns = st.columns(2)
    for position, one in enumerate(group):
        with columns[position % 2], st.container(border=True):
            _card(one, answer, knowledge, model)


def _card(one: ComponentAnswer, answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    component = knowledge.components[one.id]
    status = f":{STATUS_COLOURS[one.status]}-badge[{STATUS_ICONS[one.status]} {STATUS_WORDS[one.status]}]"
    reasons = [
        f"{KIND_ICONS[reason.kind]} {safe(reason.text)}  \n:gray[{CERTAINTY_WORDS[reason.certainty]}]"
        for reason in strongest(one.arguments)
    ]
    st.markdown("\n\n".join((f"**{item_link(component.name, one.id)}**  \n{status}", *reasons)))
    if one.response.sentence:
        st.caption(f":material/query_stats: {safe(one.response.sentence)}")
    if not one.stocked:
        st.caption("Not in stock here.")
    details = st.expander(
        f"Arguments, trials and amounts ({len(one.arguments)})", key=f"why_{one.id}", on_change="rerun"
    )
    if details.open:
        with details:
            show_arguments(one.arguments, knowledge)
            _open_rules(one, knowledge)
            _trials(one, answer, knowledge, model)
            _published(component, knowledge)
    show_trace(
        "Why this status", f"trace_{one.id}", lambda reading: status_trace(one, reading), answer, knowledge, model
    )


def _trials(one: ComponentAnswer, answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    """Every trial behind the estimate, or why there is none."""
    if model is None or answer.indication is None or one.status == "contraindicated":
        return
    sex, age = answer.profile.get("sex"), answer.profile.get("age")
    st.markdown("**What trials found**")
    show_response(model.response(one.id, answer.indication, sex=sex, age=age), model, knowledge)
    show_studied_of_component(one.id, answer, model)


def _published(component: Component, knowledge: Knowledge) -> None:
    """Concentrations and doses that somebody published, reported harms, and what nobody knows."""
    amounts = [*component.concentrations, *component.doses]
    lines = [f"- {safe(amount_words(one))} ({source_links(one.sources[:1], knowledge)})" for one in amounts]
    if lines:
        st.markdown("**Published amounts**\n\n" + "\n".join(lines))
    harms = [
        f"- {safe(one.event)}{safe(f': {one.frequency}') if one.frequency else ''}" for one in component.adverse_events
    ]
    if harms:
        st.markdown("**Reported harms**\n\n" + "\n".join(harms))
    if component.gaps:
        st.markdown("**Not known**\n\n" + "\n".join(f"- {safe(gap)}" for gap in component.gaps))


def show_arguments(arguments: Sequence[Argument], knowledge: Knowledge) -> None:
    """Arguments in full: sentence, the values that were read, certainty, rule, sources."""
    for one in arguments:
        values = "; ".join(
            f"{field_label(knowledge, read.field)}: {value_label(knowledge, read.field, read.value)}"
            for read in one.because
        )
        lines = [f"{KIND_ICONS[one.kind]} **{kind_word(one)}.** {safe(one.text)}"]
        lines += [safe(one.detail)] if one.detail else []
        lines += [f"Until: {safe(one.until)}"] if one.until else []
        lines.append(f":gray[{safe(f'Because {values}.') if values else 'Holds for everybody.'}]")
        lines.append(f":gray[{CERTAINTY_WORDS[one.certainty]}; rule] {item_link(one.rule, one.rule)}")
        lines.append(f"Sources: {source_links(one.sources, knowledge)}")
        st.markdown("  \n".join(lines))


def _open_rules(one: ComponentAnswer, knowledge: Knowledge) -> None:
    if one.not_evaluated:
        asked = sorted(
            {field_label(knowledge, field) for open_rule in one.not_evaluated for field in open_rule.unknown}
        )
        st.caption(
            f"{len(one.not_evaluated)} rules could not be read, because these are unknown: {safe(', '.join(asked))}."
        )


def _list(
    status: str,
    group: Sequence[ComponentAnswer],
    answer: Recommendation,
    knowledge: Knowledge,
    model: EvidenceModel | None,
) -> None:
    """What is not used: first what was weighed for this very concern, then the rest, folded."""
    weighed = [one for one in group if status == "not_indicated" and _was_weighed(one)]
    if weighed:
        st.markdown(f"#### {STATUS_ICONS[status]} Considered for this concern and rejected")
        _reasons(weighed, knowledge)
    rest = [one for one in group if one not in weighed]
    label = f"{STATUS_WORDS[status]}: {len(rest)} more, {STATUS_MEANING[status]}"
    box = st.expander(label, icon=STATUS_ICONS[status], key=f"list_{status}", on_change="rerun")
    if rest and box.open:
        with box:
            _reasons(rest, knowledge)
    chosen = st.selectbox(
        f"Why {STATUS_WORDS[status].lower()}?",
        [one.id for one in group],
        index=None,
        format_func=lambda name: knowledge.components[name].name,
        placeholder="Choose a component",
        key=f"why_{status}",
    )
    found = next((one for one in group if one.id == chosen), None)
    if found is not None:
        show_trace_body(status_trace(found, Reading(answer, knowledge, model)), f"trace_{found.id}", knowledge)


def _was_weighed(one: ComponentAnswer) -> bool:
    """Whether an argument that caps the component, or speaks for it, reads the concern or its indication."""
    weighty = [reason for reason in one.arguments if reason.limits_to or reason.kind == "for"]
    return any(read.field in ("indication", "concern") for reason in weighty for read in reason.because)


def _reasons(group: Sequence[ComponentAnswer], knowledge: Knowledge) -> None:
    rows = [
        {"Component": item_link(knowledge.components[one.id].name, one.id), "Main reason": _main_reason(one)}
        for one in group
    ]
    st.table(rows, hide_index=True)


def _main_reason(one: ComponentAnswer) -> str:
    against = [reason for reason in one.arguments if reason.kind == "excludes" or reason.limits_to]
    return safe(against[0].text) if against else "Nothing speaks for it here."
