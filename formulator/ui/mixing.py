"""The mixing table as a picture and as a list of facts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import altair as alt
import pandas as pd

from formulator.export.words import STATE_WORDS, mixed_words
from formulator.knowledge import Knowledge
from formulator.knowledge.items.compounding import MixingFact
from formulator.ui.formulation_words import STATES, name_of
from formulator.ui.words import safe, source_links

LETTERS = {"compatible": "C", "incompatible": "X", "conflicting": "?", "no_data": "·"}
_COLOURS = {"compatible": "#1b7f5c", "incompatible": "#a8323e", "conflicting": "#e0a526", "no_data": "#e4e8ea"}
_INK = {"compatible": "#ffffff", "incompatible": "#ffffff", "conflicting": "#1f1f1f", "no_data": "#4a5558"}
_CELL = 21
_NAMES_AND_LEGEND = 332
_LABELS: dict[str, Any] = {"labelLimit": 340, "labelOverlap": False}


def with_facts(knowledge: Knowledge) -> list[str]:
    """Components with a fact of their own, by name; a fact about a whole group alone does not count."""
    known = [one for one in knowledge.components if knowledge.mixing.about(one)]
    return sorted(known, key=lambda one: name_of(one, knowledge).lower())


def counts(components: Collection[str], knowledge: Knowledge) -> dict[str, int]:
    """How many pairs of the components are in each state."""
    states = [one.state for one in knowledge.mixing.matrix(components).values()]
    return {state: states.count(state) for state in STATES}


def facts_about(components: Collection[str], knowledge: Knowledge) -> list[MixingFact]:
    """Facts that name one of the components and, where they name two, only chosen ones; by what they name."""
    found = [one for one in knowledge.mixing.facts if all(name in components for name in one.pair or (one.component,))]
    return sorted(found, key=lambda one: (STATES.index(one.state), mixed_words(one, knowledge).lower()))


def fact_row(one: MixingFact, knowledge: Knowledge) -> dict[str, str]:
    """A fact as a row."""
    apart = {"syringe": "one syringe", "session": "one session"}[one.apart]
    state = f"{LETTERS[one.state]}  {STATE_WORDS[one.state]}"
    return {
        "Together": safe(mixed_words(one, knowledge)),
        "State": safe(state if one.state == "compatible" else f"{state}: not in {apart}"),
        "What is published": safe(one.text),
        "Conditions": safe(" ".join(one.conditions)) or "none stated",
        "Sources": source_links(one.sources, knowledge),
    }


def in_words(found: dict[str, int], size: int) -> str:
    """The picture in a sentence."""
    parts = ", ".join(f"{number} {STATE_WORDS[state]}" for state, number in found.items())
    return f"Mixing table of {size} components, {sum(found.values())} pairs: {parts}. The facts stand below."


def box_height(size: int) -> int:
    """Pixels that the picture of so many components needs; in a narrow window its box scrolls instead of the page."""
    return _NAMES_AND_LEGEND + _CELL * size


def heat_map(components: Sequence[str], knowledge: Knowledge) -> alt.FacetChart | alt.LayerChart:
    """One cell a pair, in the colour and with the letter of its state; both halves are the same."""
    frame = pd.DataFrame(_cells(components, knowledge))
    order = [name_of(one, knowledge) for one in components]
    shown = [STATE_WORDS[state] for state in STATES]
    x = alt.X(
        "across:N",
        sort=order,
        title=None,
        axis=alt.Axis(orient="top", labelAngle=-60, **_LABELS),
    )
    y = alt.Y("down:N", sort=order, title=None, axis=alt.Axis(**_LABELS))
    colour = alt.Color(
        "state:N",
        title=None,
        scale=alt.Scale(domain=shown, range=[_COLOURS[state] for state in STATES]),
        legend=alt.Legend(orient="bottom", symbolType="square", labelExpr=_legend_words()),
    )
    ink = alt.Color("ink:N", scale=None)
    tooltip = [alt.Tooltip(f"{name}:N", title=title) for name, title in _TOOLTIP]
    base = alt.Chart(frame)
    cells = base.mark_rect(stroke="#ffffff", strokeWidth=1).encode(x=x, y=y, color=colour, tooltip=tooltip)
    letters = base.mark_text(fontSize=12, fontWeight="bold").encode(x=x, y=y, text="letter:N", color=ink)
    return (
        alt.layer(cells, letters)
        .resolve_scale(color="independent")
        .properties(width=alt.Step(_CELL), height=alt.Step(_CELL))
    )


_TOOLTIP = (("down", "One"), ("across", "Other"), ("state", "State"), ("says", "Says"))


def _legend_words() -> str:
    words = {STATE_WORDS[state]: f"{LETTERS[state]}  {STATE_WORDS[state]}" for state in STATES}
    return f"{words!r}[datum.label]"


def _cells(components: Sequence[str], knowledge: Knowledge) -> list[dict[str, str]]:
    cells = []
    for (one, other), found in knowledge.mixing.matrix(components).items():
        names = name_of(one, knowledge), name_of(other, knowledge)
        for down, across in (names, names[::-1]):
            cell = {"down": down, "across": across, "state": STATE_WORDS[found.state], "says": found.text}
            cells.append(cell | {"letter": LETTERS[found.state], "ink": _INK[found.state]})
    return cells
