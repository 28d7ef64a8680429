"""Which treatments were compared with which, as a graph and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from formulator.evidence.answer import EvidenceModel
from formulator.evidence.answer_words import study_label
from formulator.knowledge import Knowledge
from formulator.ui.evidence_words import INERT, Row, linked, many, names, study_of
from formulator.ui.words import safe

_LINE = "#7d8a88"
_PLAIN, _INERT_FILL, _INK = "#cfe8e5", "#e6ddc4", "#16211f"
_WRAP = 15


@dataclass(frozen=True, slots=True)
class Edge:
    """Trials of one pair: the tested side, what it was set against, the rows."""

    tested: str
    against: str
    rows: tuple[Row, ...]

    @property
    def studies(self) -> list[str]:
        """Studies of the pair, each once."""
        return list(dict.fromkeys(row["study"] for row in self.rows))

    @property
    def people(self) -> int:
        """People of the studies of the pair, each study by its largest contrast."""
        return round(sum(max(r["n"] for r in self.rows if r["study"] == study) for study in self.studies))


def edges_of(rows: Sequence[Row], model: EvidenceModel, knowledge: Knowledge) -> list[Edge]:
    """The pairs that were compared, most studied first; what both arms got is left out."""
    pairs: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        sides = (_side(row["added"], model, knowledge), _side(row["removed"], model, knowledge))
        turned = (sides[1], sides[0])
        known = turned if turned in pairs and sides not in pairs else sides
        pairs.setdefault(known, []).append(row)
    edges = [Edge(*pair, tuple(found)) for pair, found in pairs.items()]
    return sorted(edges, key=lambda edge: (-len(edge.studies), edge.tested, edge.against))


def show_network(rows: Sequence[Row], model: EvidenceModel, knowledge: Knowledge) -> None:
    """The graph and its table twin, and whether effects were found to add up."""
    edges = edges_of(rows, model, knowledge)
    st.caption(
        "A line joins what was compared; its width and number count the studies. What both arms got is left out."
    )
    st.graphviz_chart(as_dot(edges), alt=_in_words(edges), width="content")
    st.table([_line(edge, model) for edge in edges], hide_index=True)


def show_additivity(family: str, model: EvidenceModel) -> None:
    """Whether the trials of a family can test, and do support, that effects add up."""
    found = next((one for one in model.document["additivity"] if one["family"] == family), None)
    if found is None or not found["df"]:
        text = "No trial here can test whether the effects of components add up: that is an assumption."
        st.info(text, icon=":material/functions:")
        return
    verdict = "speak against" if found["p"] < 0.05 else "do not speak against"
    numbers = f"Q {found['q']:.1f}, df {found['df']}, p {found['p']:.2g}"
    text = f"The trials of this outcome {verdict} effects adding up: {numbers}."
    box = st.warning if found["p"] < 0.05 else st.info
    box(f"{safe(text)} Plain differences between trials count against it too.", icon=":material/functions:")


def as_dot(edges: Sequence[Edge]) -> str:
    """The graph in the DOT language; colours carry their own ground, so both themes can show it."""
    lines = [
        'graph compared { bgcolor="transparent"; rankdir=LR; nodesep=0.18; ranksep=0.4;',
        f'node [shape=box, style="rounded,filled", fillcolor="{_PLAIN}", color="{_LINE}", fontcolor="{_INK}",'
        ' fontname="sans-serif", fontsize=14, margin="0.08,0.05"];',
        f'edge [color="{_LINE}", fontcolor="{_LINE}", fontname="sans-serif", fontsize=12];',
    ]
    if any(INERT in (edge.tested, edge.against) for edge in edges):
        lines.append(f'{_quoted(INERT)} [fillcolor="{_INERT_FILL}", label={_quoted(_wrapped(INERT))}];')
    for name in dict.fromkeys(side for edge in edges for side in (edge.tested, edge.against) if side != INERT):
        lines.append(f"{_quoted(name)} [label={_quoted(_wrapped(name))}];")
    for edge in edges:
        count = len(edge.studies)
        pair = f"{_quoted(edge.tested)} -- {_quoted(edge.against)}"
        lines.append(f'{pair} [penwidth={min(1 + count, 8)}, label=" {count} "];')
    return "\n".join([*lines, "}"])


def _side(identifiers: Sequence[str], model: EvidenceModel, knowledge: Knowledge) -> str:
    inert = set(model.document["inert"])
    return names((one for one in identifiers if one not in inert), knowledge, INERT)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n") + '"'


def _wrapped(text: str) -> str:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= _WRAP:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _line(edge: Edge, model: EvidenceModel) -> dict[str, str]:
    rows = {row["study"]: row for row in edge.rows}
    trials = [linked(study_label(name, study_of(row, model)), row["url"]) for name, row in rows.items()]
    return {
        "Tested": safe(edge.tested),
        "Against": safe(edge.against),
        "Studies": str(len(edge.studies)),
        "People": str(edge.people),
        "Trials": "; ".join(trials),
    }


def _in_words(edges: Sequence[Edge]) -> str:
    nodes = {side for edge in edges for side in (edge.tested, edge.against)}
    pairs = "; ".join(
        f"{edge.tested} with {edge.against}, {many(len(edge.studies), 'study', 'studies')}" for edge in edges
    )
    return f"Graph of {len(nodes)} treatments and {many(len(edges), 'compared pair')}: {pairs}."
