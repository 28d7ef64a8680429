"""A difference on the screen: what moved first, then dates and formulations, arguments on demand."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from formulator.engine.words import DECISION_WORDS
from formulator.explain.attribution import Attribution
from formulator.explain.compare import causes_words
from formulator.explain.difference import Difference
from formulator.explain.difference_lines import Names, status_word
from formulator.explain.difference_words import Line, lines_of, quiet_words
from formulator.ui.words import DECISION_ICONS, STATUS_ICONS, safe

_AT_ONCE = ("Decision", "Components that moved", "Dates", "Formulations")
_MOST_LINES = 6
_ABSENT = ":material/indeterminate_question_box:"
_TO = ":material/arrow_forward:"
_VERBS = {
    "came": ":material/add: New:",
    "went": ":material/remove: Gone:",
    "changed": ":material/swap_horiz:",
}


def show_difference(found: Difference, names: Names, key: str, causes: Attribution | None = None) -> None:
    """Headings with their lines; with more than one differing input, each line with its cause."""
    sections = lines_of(found, names, causes.causes if causes else None)
    if not sections:
        st.info("Nothing in the answer moves.", icon=":material/drag_handle:")
    for title in (name for name in _AT_ONCE if name in sections):
        st.markdown(f"**{title}**\n\n" + _listed(sections[title][:_MOST_LINES], names, causes))
    rest = {title: lines[_MOST_LINES:] if title in _AT_ONCE else lines for title, lines in sections.items()}
    _on_demand({title: lines for title, lines in rest.items() if lines}, found, names, key, causes)


def _on_demand(
    rest: dict[str, list[Line]], found: Difference, names: Names, key: str, causes: Attribution | None
) -> None:
    """What is read when a line above is doubted, and what differs without moving anything."""
    quiet = quiet_words(found)
    if not rest and not quiet:
        return
    label = f"Arguments and everything else that differs ({sum(map(len, rest.values()))})"
    box = st.expander(label, key=f"{key}_more", on_change="rerun", icon=":material/difference:")
    if box.open:
        with box:
            for title, lines in rest.items():
                st.markdown(f"**{title}**\n\n" + _listed(lines, names, causes))
            if quiet:
                st.caption(f"Differs without moving anything: {safe(quiet)}.")


def _listed(lines: Sequence[Line], names: Names, causes: Attribution | None) -> str:
    return "\n".join(f"- {_line(one)}{_because(one, names, causes)}" for one in lines)


def _line(one: Line) -> str:
    first = one.changes[0]
    if one.part == "decision":
        return f"{_decision(first.before)} {_TO} {_decision(first.after)}"
    if one.part == "status":
        return f"{_status(first.before)} {_TO} {_status(first.after)}: {safe(one.text.split(': ', 1)[1])}"
    return f"{_VERBS[one.verb]} {safe(one.text)}"


def _decision(decision: str) -> str:
    return f"{DECISION_ICONS[decision]} **{DECISION_WORDS[decision]}**"


def _status(status: str | None) -> str:
    return f"{STATUS_ICONS[status] if status else _ABSENT} **{status_word(status)}**"


def _because(one: Line, names: Names, causes: Attribution | None) -> str:
    if causes is None or len(causes.inputs) < 2:
        return ""
    return f" :gray[because of {safe(causes_words(one.causes, causes.searched, names.after))}]"
