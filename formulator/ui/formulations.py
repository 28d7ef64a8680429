"""The Formulations tab: the best one in full, the next ones in short, effect against burden, or why there is none."""

from __future__ import annotations

import streamlit as st

from formulator.engine import Preferences
from formulator.engine.answer import Formulation, Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.explain.trace import formulation_trace
from formulator.export.drawings import colour_of, points_map
from formulator.export.formulation_text import tie_words
from formulator.export.words import CERTAINTY_WORDS, field_label
from formulator.export.worksheet.syringes import syringe_entries
from formulator.knowledge import Knowledge
from formulator.ui.firmness_view import show_firmness
from formulator.ui.formulation_picture import show_benefit_and_burden
from formulator.ui.formulation_words import (
    blood_words,
    burden_words,
    effect_words,
    infeasible_lines,
    limit_words,
    mixing_line,
    names_of,
    unpublished,
    why_words,
)
from formulator.ui.trace_view import show_trace
from formulator.ui.why_not_view import show_why_not_first
from formulator.ui.words import safe, source_links

_ESTIMATE, _CAUTIOUS, _TECHNIQUE = "estimate", "cautious", "technique"
_SYRINGE_WIDTH, _MAP_WIDTH = 420, 190
_COLOUR_NAMES = ("teal", "amber", "blue", "plum", "green", "brown", "violet", "grey")
_COLOUR_WORDS = {colour_of(place): name for place, name in enumerate(_COLOUR_NAMES)}


def show_formulations(answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    """What goes into which syringe, best first; where nothing can be composed, what clashes."""
    if not answer.formulations:
        _none(answer, knowledge)
        return
    _choose(answer, knowledge)
    st.caption(_mixing_sentence(knowledge))
    best, *others = answer.formulations
    with st.container(border=True):
        _full(best, answer, knowledge)
        _why(best, answer, knowledge, model)
    if others:
        show_firmness(answer, knowledge, chosen_preferences())
        st.markdown("#### The next best")
        for one in others:
            _short(one, answer, knowledge, model)
        show_benefit_and_burden(answer.formulations, knowledge)


def chosen_preferences() -> Preferences:
    """How formulations are ranked in this session: by the lower end of the estimate unless the mean was asked for."""
    estimate, technique = st.session_state.get(_ESTIMATE), st.session_state.get(_TECHNIQUE)
    return Preferences(estimate or _CAUTIOUS, technique=technique)


def _choose(answer: Recommendation, knowledge: Knowledge) -> None:
    """How to rank, and by which of the indication's techniques; both change the answer at once."""
    rank, technique = st.columns(2)
    protocol = knowledge.protocols.get(answer.indication or "")
    technique.selectbox(
        "Technique",
        list(protocol.technique) if protocol else [],
        index=None,
        format_func=lambda name: knowledge.techniques[name].name,
        placeholder="The usual one",
        help="Taken for every component that it fits.",
        key=_TECHNIQUE,
        persist_state="session",
    )
    rank.segmented_control(
        "Rank by",
        [_CAUTIOUS, "mean"],
        default=_CAUTIOUS,
        required=True,
        format_func={_CAUTIOUS: "Cautious end of the estimate", "mean": "Mean of the estimate"}.__getitem__,
        key=_ESTIMATE,
        persist_state="session",
    )


def _mixing_sentence(knowledge: Knowledge) -> str:
    pairs = knowledge.mixing.matrix(knowledge.into_skin)
    known = sum(1 for one in pairs.values() if one.state != "no_data")
    mixable = sum(1 for one in pairs.values() if one.state == "compatible")
    return (
        f"Almost no pair has data that allow mixing: of {len(pairs)} pairs {known} have any and {mixable} are "
        "compatible. No data means not in one syringe, so most components are given in separate syringes, one after "
        "the other. The page Mixing shows the table."
    )


def _none(answer: Recommendation, knowledge: Knowledge) -> None:
    if answer.infeasible is None:
        waits = answer.plan.provisional if answer.plan else ()
        asked = ", ".join(field_label(knowledge, name) for name in waits)
        why = (
            f"Nothing is composed before this is answered: {asked}."
            if waits
            else "Nothing is composed with this decision."
        )
        st.info(safe(why), icon=":material/event_busy:")
        return
    st.warning(f"**No formulation.** {safe(answer.infeasible.text)}", icon=":material/block:")
    st.markdown("\n".join(infeasible_lines(answer.infeasible, knowledge)))


def _full(one: Formulation, answer: Recommendation, knowledge: Knowledge) -> None:
    st.markdown(f"#### :material/star: {one.rank}. {safe(names_of(one.components, knowledge))}")
    st.markdown(f"{safe(why_words(one, knowledge))}  \n:material/query_stats: {safe(effect_words(one, knowledge))}")
    st.caption(f"A session: {safe(burden_words(one))}.")
    if one.asks:
        asked = ", ".join(field_label(knowledge, name) for name in one.asks)
        st.info(f"To make the amounts definite, ask: **{safe(asked)}**.", icon=":material/contact_support:")
    _syringes(one, answer, knowledge)
    _given(one, knowledge)
    _limits(one, knowledge)
    _objections(one, knowledge)


def _syringes(one: Formulation, answer: Recommendation, knowledge: Knowledge) -> None:
    for number, entry in enumerate(syringe_entries(one, knowledge)):
        drawn, mapped = st.columns([7, 3])
        with drawn:
            st.markdown(f"**{safe(entry['title'])}**: {safe(entry['barrels'])}  \n{safe(entry['how'])}")
            if entry["svg"]:
                st.image(entry["svg"], width=_SYRINGE_WIDTH, alt=entry["alt"])
            st.table([_row(row, drawn=bool(entry["svg"])) for row in entry["rows"]], hide_index=True)
            if entry["notes"]:
                st.caption(safe(" ".join(entry["notes"])))
        with mapped:
            _map(one.syringes[number].points, entry["title"], answer)
    if not one.syringes:
        st.markdown(":material/vaccines: No syringe is filled: see what is given separately.")


def _row(row: dict[str, str], *, drawn: bool) -> dict[str, str]:
    return {
        "Layer": _COLOUR_WORDS.get(row["colour"], "") if drawn and row["volume"] != "-" else "",
        "Component": safe(row["name"]),
        "Concentration": _figure(row["concentration"]),
        "Volume": _figure(row["volume"]),
        "Dose": _figure(row["dose"]),
    }


def _figure(words: str) -> str:
    """A figure; a dash alone would be read as a list."""
    return "not given" if words == "-" else safe(words)


def _map(points: int | None, title: str, answer: Recommendation) -> None:
    found = points_map(str(answer.profile.get("site")), points)
    if found is None:
        return
    count = "number of points not worked out for this technique and area" if points is None else f"{points} points"
    if points is not None and found.drawn < points:
        count += f", {found.drawn} of them drawn"
    st.image(found.svg, width=_MAP_WIDTH, alt=f"{title}: outline with injection points. {found.words}. {count}.")
    st.caption(safe(f"{found.words}; schematic. {count[0].upper()}{count[1:]}."))


def _given(one: Formulation, knowledge: Knowledge) -> None:
    lines = [blood_words(draw, knowledge) for draw in one.blood]
    if one.separate:
        names = safe(names_of(one.separate, knowledge))
        lines.append(f":material/call_split: **Given separately, not by syringe**: {names}")
    lines += [f":material/format_list_numbered: {safe(text)}" for text in one.sequence]
    if one.mixing:
        lines.append("**Mixing**")
        lines += [mixing_line(state, knowledge) for state in one.mixing]
    if lines:
        st.markdown("\n\n".join(lines))


def _limits(one: Formulation, knowledge: Knowledge) -> None:
    checked = [limit for limit in one.limits if not unpublished(limit)]
    silent = [limit for limit in one.limits if unpublished(limit)]
    if checked:
        st.markdown("**Limits checked**\n\n" + "\n\n".join(limit_words(limit, knowledge) for limit in checked))
    if silent:
        box = st.expander(
            f"No figure to check against ({len(silent)})",
            key=f"unpublished_{one.rank}",
            on_change="rerun",
            icon=":material/help:",
        )
        if box.open:
            with box:
                st.markdown("\n".join(f"- {safe(limit.text)}" for limit in silent))


def _objections(one: Formulation, knowledge: Knowledge) -> None:
    if not one.objections:
        return
    lines = [
        f":material/thumb_down: {safe(against.text)} :gray[{CERTAINTY_WORDS[against.certainty]}; "
        f"{source_links(against.sources[:2], knowledge)}]"
        for against in one.objections
    ]
    st.markdown("**Objections**\n\n" + "\n\n".join(lines))


def _why(one: Formulation, answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    """Every amount, limit and part of the score, with its arithmetic."""
    label, key = "How these amounts and the rank were worked out", f"trace_formulation_{one.rank}"
    show_trace(label, key, lambda reading: formulation_trace(one, reading), answer, knowledge, model)


def _short(one: Formulation, answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    front = " (Pareto front)" if one.pareto else ""
    title = f"{one.rank}. {names_of(one.components, knowledge)}{tie_words(one)}{front}"
    box = st.expander(safe(title), key=f"formulation_{one.rank}", on_change="rerun")
    with box:
        if box.open:
            _short_body(one, answer, knowledge)
            _why(one, answer, knowledge, model)
            show_why_not_first(one, answer, knowledge, model, chosen_preferences())
    st.caption(safe(why_words(one, knowledge)))


def _short_body(one: Formulation, answer: Recommendation, knowledge: Knowledge) -> None:
    st.markdown(f":material/query_stats: {safe(effect_words(one, knowledge))}")
    st.caption(f"A session: {safe(burden_words(one))}.")
    _syringes(one, answer, knowledge)
    _given(one, knowledge)
    _limits(one, knowledge)
    _objections(one, knowledge)
