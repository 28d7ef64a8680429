"""Where sources disagree: the positions of each topic, and with one click what the answer would be under another."""

from __future__ import annotations

import streamlit as st

from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.explain.asked import Asked
from formulator.explain.positions import PositionShown, TopicShown, consequence, topics_of
from formulator.knowledge import Knowledge
from formulator.profile import profile_from_mapping
from formulator.ui.formulations import chosen_preferences
from formulator.ui.words import safe, source_links

_MOST_LINES = 12


def show_positions(answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    """One closed box a topic; what stands in it is worked out only when it is opened."""
    topics = topics_of(answer, knowledge)
    if not topics:
        st.info("No disagreement of sources touches this answer.", icon=":material/handshake:")
    for topic in topics:
        box = st.expander(safe(topic.topic), key=f"disputed_{topic.id}", on_change="rerun")
        if box.open:
            with box:
                _topic(topic, answer, knowledge, model)


def _topic(topic: TopicShown, answer: Recommendation, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    st.markdown(f"**Used**: {safe(topic.used)}  \n**Why**: {safe(topic.why)}")
    st.table([_row(one, knowledge) for one in topic.positions], hide_index=True)
    others = [one for one in topic.positions if not (one.used or one.no_plan)]
    if not others:
        return
    st.caption("What would this answer be under another position?")
    with st.container(horizontal=True):
        for one in others:
            st.button(
                safe(one.value),
                key=f"take_{topic.id}_{one.index}",
                icon=":material/compare_arrows:",
                on_click=_take,
                args=(topic.id, one.index, answer.profile_sha256),
            )
    index = _taken(topic.id, answer.profile_sha256)
    taken = next((one for one in others if one.index == index), None)
    if taken:
        profile = profile_from_mapping(answer.profile, "form", knowledge.catalogue)
        _consequence(taken, Asked(answer, profile, knowledge, model, chosen_preferences()), topic)


def _row(one: PositionShown, knowledge: Knowledge) -> dict[str, str]:
    here = "Used here" if one.used else "No plan follows" if one.no_plan else ""
    said = ": ".join(part for part in (here, one.no_plan) if part) or (f"Read as {one.read_as}" if one.read_as else "")
    return {
        "Position": safe(one.value),
        "Who says so": safe(one.held_by),
        "Here": safe(said),
        "Sources": source_links(one.sources, knowledge),
    }


def _taken(topic: str, profile: str) -> int | None:
    """The position that was clicked for this very profile; another patient starts with none."""
    index, clicked_for = st.session_state.get(f"taken_{topic}", (None, None))
    return index if clicked_for == profile else None


def _take(topic: str, index: int, profile: str) -> None:
    st.session_state[f"taken_{topic}"] = (index, profile)


def _consequence(taken: PositionShown, asked: Asked, topic: TopicShown) -> None:
    """The difference in words; it is said that this is not the answer."""
    found = consequence(asked, topic.id, taken.index)
    read = f" (read as {taken.read_as})" if taken.read_as else ""
    st.markdown(f"**If this were used: {safe(taken.value)}**{safe(read)}")
    if found.outcome != "differs":
        st.info(safe(found.said), icon=":material/equal:")
        return
    rest = len(found.lines) - _MOST_LINES
    lines = [f"- {safe(line)}" for line in found.lines[:_MOST_LINES]]
    lines += [f"- and {rest} more; `formulator explain PROFILE --positions` lists all"] if rest > 0 else []
    st.markdown("\n".join(lines))
    st.caption(
        "Only a comparison: the answer above, its worksheet and its calendar stay as they are. "
        f"Knowledge {safe(found.knowledge_version)} {found.knowledge_sha256[:12]}"
    )
