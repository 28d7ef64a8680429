"""Shareable links: coded choices only; what the form does not take is refused in sight, and nothing is guessed.

The session holds the patient; the address only mirrors its coded choices. It is read once, when a session begins, so
that going back in the browser never empties half a form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from formulator.faults import shown
from formulator.knowledge import Knowledge
from formulator.profile import Catalogue, Field
from formulator.ui.state import FLAG_ANSWERS, FLAG_GROUPS, LINK_REFUSED, flag_key

CODED = ("concern", "cause", "sex", "skin_type", "phototype", "site", "severity_scale", "goal", "needle_aversion")
_VERSION = "knowledge"
_OPENED = "link_opened"
_MOST_REFUSALS = 20


def read_link(knowledge: Knowledge) -> None:
    """Fill the form from the address, once a session, before any widget is drawn; remember what was refused."""
    if LINK_REFUSED in st.session_state:
        return
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    values, refused = choices_of_link(given, knowledge)
    for key, value in values.items():
        st.session_state[key] = value
    st.session_state[LINK_REFUSED] = tuple(refused)
    st.session_state[_OPENED] = bool(values)


def choices_of_link(given: Mapping[str, list[str]], knowledge: Knowledge) -> tuple[dict[str, Any], list[str]]:
    """The widgets' values that a link sets, and one sentence for each part that was refused."""
    values: dict[str, Any] = {}
    refused: list[str] = []
    keys = {flag_key(group, answer): group for group in FLAG_GROUPS for answer in FLAG_ANSWERS}
    for name, texts in given.items():
        if name in CODED or name == "jurisdiction":
            _take_choice(knowledge.catalogue.fields[name], texts, knowledge.catalogue, values, refused)
        elif name in keys:
            _take_flags(name, keys[name], texts, knowledge.catalogue, values, refused)
        elif name == _VERSION:
            _check_version(texts, knowledge, refused)
        else:
            refused.append(f"{shown(name)} is not part of a link: only coded choices are. It was ignored.")
    _drop_contradictions(values, knowledge.catalogue, refused)
    return values, _shortened(refused)


def _shortened(refused: list[str]) -> list[str]:
    more = len(refused) - _MOST_REFUSALS
    return refused if more <= 0 else [*refused[:_MOST_REFUSALS], f"{more} more parts of the link were refused."]


def _take_choice(
    field: Field, texts: list[str], catalogue: Catalogue, values: dict[str, Any], refused: list[str]
) -> None:
    allowed = catalogue.jurisdictions if field.name == "jurisdiction" else field.choices
    if len(texts) != 1:
        refused.append(f"{field.name} is given {len(texts)} times; none was taken.")
    elif texts[0] not in allowed:
        choices = ", ".join(list(allowed)[:8])
        refused.append(f"{field.name} = {shown(texts[0])} is not a choice and was refused. Allowed: {choices}.")
    else:
        values[field.name] = int(texts[0]) if field.is_number else texts[0]


def _take_flags(  # noqa: PLR0913 - what is read and where it goes
    key: str, group: str, texts: list[str], catalogue: Catalogue, values: dict[str, Any], refused: list[str]
) -> None:
    known = {field.name for field in catalogue.group(group)}
    refused += [f"{key} = {shown(text)} is not a choice and was refused." for text in texts if text not in known]
    values[key] = [text for text in dict.fromkeys(texts) if text in known]


def _drop_contradictions(values: dict[str, Any], catalogue: Catalogue, refused: list[str]) -> None:
    """A flag with two answers has none: it stays unknown, and that is said."""
    for group in FLAG_GROUPS:
        keys = [flag_key(group, answer) for answer in FLAG_ANSWERS if flag_key(group, answer) in values]
        flags = [flag for key in keys for flag in values[key]]
        for flag in sorted({flag for flag in flags if flags.count(flag) > 1}):
            refused.append(f"{catalogue.fields[flag].label} has two different answers; it stays unknown.")
            for key in keys:
                values[key] = [one for one in values[key] if one != flag]


def _check_version(texts: list[str], knowledge: Knowledge, refused: list[str]) -> None:
    if texts != [knowledge.version]:
        made_with = shown(", ".join(texts))
        refused.append(f"This link was made with knowledge {made_with}; the answer below uses {knowledge.version}.")


def show_refusals() -> None:
    """Say what the link asked for and did not get, and what no link carries."""
    for sentence in st.session_state.get(LINK_REFUSED, ()):
        st.error(f"From the link: {sentence}", icon=":material/link_off:")
    if st.session_state.get(_OPENED) and not st.session_state.get("age"):
        st.info(
            "Opened from a link: age, grade, blood tests and dates are not part of a link. Enter them again.",
            icon=":material/link:",
        )


def write_link(knowledge: Knowledge) -> None:
    """Mirror the coded choices in the address, with the version of the knowledge."""
    coded = {name: str(st.session_state[name]) for name in (*CODED, "jurisdiction") if st.session_state.get(name)}
    flags = {
        flag_key(group, answer): st.session_state.get(flag_key(group, answer))
        for group in FLAG_GROUPS
        for answer in FLAG_ANSWERS
    }
    link: dict[str, Any] = {**coded, **{key: chosen for key, chosen in flags.items() if chosen}}
    if link:
        link[_VERSION] = knowledge.version
    st.query_params.from_dict(link)
