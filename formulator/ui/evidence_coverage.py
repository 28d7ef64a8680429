"""Where there is evidence and where there is none: components by indications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import altair as alt
import pandas as pd
import streamlit as st

from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge
from formulator.ui.charts import show_chart
from formulator.ui.evidence_words import Row, component_name, indication_name, many
from formulator.ui.words import safe

_NOTHING, _WITHIN, _TRIED, _ESTIMATED = "nothing", "gains in one arm only", "controlled, no estimate", "estimated"
_LEVELS = [_NOTHING, _WITHIN, _TRIED, _ESTIMATED]
_COLOURS = ["#00000000", "#b9a15a", "#6fa3d8", "#1f8f86"]
_LINE = "#7d8a8899"
_BODIES = {"Hair": ("hair",), "Skin and body": ("skin", "body")}


class Cell(NamedTuple):
    """One component in one indication."""

    component: str
    indication: str
    controlled: int
    within: int
    estimated: bool

    @property
    def level(self) -> str:
        """The best kind of evidence in the cell."""
        if self.estimated:
            return _ESTIMATED
        return _TRIED if self.controlled else _WITHIN if self.within else _NOTHING


def coverage(model: EvidenceModel, indications: Sequence[str]) -> dict[str, list[Cell]]:
    """The cells of each component that somebody tried in one of the indications, best studied first."""
    controlled = _studies(model.document["rows"], ("added", "removed"))
    within = _studies(model.document["within_arm"], ("treatment",))
    tried = {component for component, indication in [*controlled, *within] if indication in indications}
    inert = set(model.document["inert"])
    found = {
        component: [_cell(model, component, one, controlled, within) for one in indications]
        for component in tried - inert
    }
    return dict(sorted(found.items(), key=lambda item: (-_weight(item[1]), item[0])))


def show_coverage(model: EvidenceModel, knowledge: Knowledge) -> None:
    """Heat map and its table twin, and the components that nobody tried."""
    body = st.segmented_control("Part of the body", list(_BODIES), default="Hair", key="coverage_of", required=True)
    indications = _indications(_BODIES[body or "Hair"], model, knowledge)
    cells = coverage(model, indications)
    st.caption("Numbers count controlled studies. An empty square is no evidence at all, not a finding of no effect.")
    show_chart(_picture(cells, knowledge), alt=_in_words(cells), width="stretch")
    _untried(cells, indications, knowledge)
    box = st.expander("The squares as a table", icon=":material/table_rows:", key="coverage_table", on_change="rerun")
    if box.open:
        with box:
            st.table(
                [_line(cell, knowledge) for row in cells.values() for cell in row if cell.level != _NOTHING],
                hide_index=True,
            )


def _untried(cells: Mapping[str, Sequence[Cell]], indications: Sequence[str], knowledge: Knowledge) -> None:
    never = sorted(one.name for one in knowledge.components.values() if one.id not in cells and one.id != "saline")
    bare = [
        indication_name(i, knowledge)
        for n, i in enumerate(indications)
        if not any(r[n].controlled for r in cells.values())
    ]
    lines = []
    if never:
        lines.append(f"**{many(len(never), 'component')} without any figure here**: {safe(', '.join(never))}.")
    if bare:
        lines.append(f"**{many(len(bare), 'indication')} without a controlled trial**: {safe(', '.join(bare))}.")
    if lines:
        st.markdown("\n\n".join(lines))


def _indications(domains: Sequence[str], model: EvidenceModel, knowledge: Knowledge) -> list[str]:
    known = [one for one in model.indications if one in knowledge.indications]
    chosen = [one for one in known if knowledge.indications[one].domain in domains]
    return sorted(chosen, key=lambda one: indication_name(one, knowledge))


def _studies(rows: Iterable[Row], fields: Sequence[str]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for component in {one for field in fields for one in row[field]}:
            for indication in row["indications"]:
                found.setdefault((component, indication), set()).add(row["study"])
    return found


def _cell(
    model: EvidenceModel,
    component: str,
    indication: str,
    controlled: Mapping[tuple[str, str], set[str]],
    within: Mapping[tuple[str, str], set[str]],
) -> Cell:
    studies = len(controlled.get((component, indication), ()))
    families = model.families(indication) if studies else ()
    estimated = any(model.response(component, indication, family).estimable for family in families)
    return Cell(component, indication, studies, len(within.get((component, indication), ())), estimated)


def _weight(cells: Sequence[Cell]) -> int:
    return sum(1000 * cell.controlled + cell.within for cell in cells)


def _picture(cells: Mapping[str, Sequence[Cell]], knowledge: Knowledge) -> alt.LayerChart | alt.FacetChart:
    frame = pd.DataFrame(_square(cell, knowledge) for row in cells.values() for cell in row)
    columns = list(dict.fromkeys(frame["Indication"]))
    base = alt.Chart(frame).encode(
        x=alt.X(
            "Indication:N",
            sort=columns,
            title=None,
            axis=alt.Axis(orient="top", labelAngle=-90, labelFontSize=11, labelLimit=230, labelOverlap=False),
        ),
        y=alt.Y(
            "Component:N",
            sort=list(dict.fromkeys(frame["Component"])),
            title=None,
            axis=alt.Axis(labelLimit=230, labelPadding=6, labelOverlap=False),
        ),
        tooltip=["Component:N", "Indication:N", "Evidence:N", "Controlled studies:Q", "Studies of one arm:Q"],
    )
    squares = base.mark_rect(stroke=_LINE, strokeWidth=1).encode(
        color=alt.Color(
            "Evidence:N",
            scale=alt.Scale(domain=_LEVELS, range=_COLOURS),
            legend=alt.Legend(
                orient="bottom",
                title=None,
                columns=1,
                symbolStrokeColor=_LINE,
                symbolStrokeWidth=1,
                symbolType="square",
                labelLimit=200,
            ),
        )
    )
    counts = base.transform_filter(alt.datum["Controlled studies"] > 0).mark_text(fontSize=12, color="#0b1413")
    return alt.layer(squares, counts.encode(text="Controlled studies:Q")).properties(height=alt.Step(22))


def _square(cell: Cell, knowledge: Knowledge) -> dict[str, object]:
    return {
        "Component": component_name(cell.component, knowledge),
        "Indication": indication_name(cell.indication, knowledge),
        "Evidence": cell.level,
        "Controlled studies": cell.controlled,
        "Studies of one arm": cell.within,
    }


def _line(cell: Cell, knowledge: Knowledge) -> dict[str, str]:
    return {name: safe(value) for name, value in _square(cell, knowledge).items()}


def _in_words(cells: Mapping[str, Sequence[Cell]]) -> str:
    flat = [cell for row in cells.values() for cell in row]
    counts = ", ".join(f"{sum(cell.level == level for cell in flat)} {level}" for level in reversed(_LEVELS))
    return f"Heat map of {len(cells)} components by indications, {len(flat)} squares: {counts}."
