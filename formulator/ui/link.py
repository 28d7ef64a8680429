"""Shareable links: coded choices only, and a value that the form does not take is refused in sight."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from formulator.faults import shown
from formulator.knowledge import Knowledge
from formulator.ui.state import FLAG_ANSWERS, FLAG_GROUPS, flag_key

CODED = ("concern", "cause", "sex", "skin_type", "phototype", "site", "severity_scale", "goal", "needle_aversion")
_VERSION = "knowledge"
_SEEN = "link_seen"


def incoming() -> Mapping[str, list[str]]:
    """The parameters with which the page was opened; must be read before any widget is drawn."""
    if _SEEN not in st.session_state:
        st.session_state[_SEEN] = {name: st.query_params.get_all(name) for name in st.query_params}
    return st.session_state[_SEEN]


def labels_of(knowledge: Knowledge) -> dict[str, set[str]]:
    """What each parameter of a link may say."""
    fields = knowledge.catalogue.fields
    allowed = {name: set(fields[name].choices.values()) for name in CODED}
    allowed["jurisdiction"] = {f"{name} ({code})" for code, name in knowledge.catalogue.jurisdictions.items()}
    for group in FLAG_GROUPS:
        for answer in FLAG_ANSWERS:
            allowed[flag_key(group, answer)] = {field.label for field in knowledge.catalogue.group(group)}
    return allowed


def refusals(link: Mapping[str, list[str]], knowledge: Knowledge) -> list[str]:
    """One sentence for each parameter that was not taken over."""
    allowed = labels_of(knowledge)
    sentences = []
    for name, values in link.items():
        if name not in allowed and name != _VERSION:
            sentences.append(f"{shown(name)} is not part of a link: only coded choices are. It was ignored.")
        for value in values if name in allowed else ():
            if value not in allowed[name]:
                choices = ", ".join(sorted(allowed[name])[:8])
                sentences.append(f"{name} = {shown(value)} is not a choice and was refused. Allowed: {choices}.")
    return sentences


def show_refusals(knowledge: Knowledge) -> None:
    """Say what the link asked for and did not get, and whether it was made with other knowledge."""
    link = incoming()
    for sentence in refusals(link, knowledge):
        st.error(f"From the link: {sentence}", icon=":material/link_off:")
    made_with = (link.get(_VERSION) or [knowledge.version])[0]
    if made_with != knowledge.version:
        st.warning(
            f"This link was made with knowledge {shown(made_with)}; the answer below uses {knowledge.version}.",
            icon=":material/history:",
        )
    _tidy(knowledge)


def _tidy(knowledge: Knowledge) -> None:
    """Nothing that is not a coded choice stays in the address; the version of the knowledge joins what does."""
    allowed = labels_of(knowledge)
    for name in list(st.query_params):
        if name not in allowed and name != _VERSION:
            del st.query_params[name]
    if any(name in allowed for name in st.query_params):
        st.query_params[_VERSION] = knowledge.version
