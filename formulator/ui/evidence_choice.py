"""What the Evidence page is about: indication, outcome family, component; only those with anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from formulator.evidence.answer import EvidenceModel
from formulator.faults import shown
from formulator.knowledge import Knowledge
from formulator.ui.evidence_words import Row, component_name, family_name, indication_name

_TABLES = ("rows", "within_arm", "pooled_by_reviews")
_LINK = "evidence_link"
_KEYS = ("evidence_indication", "evidence_outcome", "evidence_component")


@dataclass(frozen=True, slots=True)
class Choice:
    """The cell that is looked at; component None means all of them."""

    indication: str
    family: str
    component: str | None

    def rows(self, table: str, model: EvidenceModel) -> list[Row]:
        """The rows of a table of the document that belong to the cell."""
        return [row for row in in_indication(table, self.indication, model) if self._has(row)]

    def _has(self, row: Row) -> bool:
        given = (*row["added"], *row["removed"], *row["treatment"])
        named = self.component is None or not given or self.component in given
        return row["family"] == self.family and named


def in_indication(table: str, indication: str, model: EvidenceModel) -> list[Row]:
    """The rows of a table in an indication."""
    return [row for row in model.document[table] if indication in row["indications"]]


def indications_with_anything(model: EvidenceModel) -> list[str]:
    """Indications with a trial, a gain within one arm or a pooled effect."""
    return [one for one in model.indications if any(in_indication(table, one, model) for table in _TABLES)]


def families_with_anything(indication: str, model: EvidenceModel) -> list[str]:
    """Families with something in an indication, those with controlled trials first."""
    found = [row["family"] for table in _TABLES for row in in_indication(table, indication, model)]
    return list(dict.fromkeys([*model.families(indication), *found]))


def components_with_trials(indication: str, family: str, model: EvidenceModel) -> list[str]:
    """Components that differ between the arms of a controlled trial of the cell, most studied first."""
    inert = set(model.document["inert"])
    counts: dict[str, int] = {}
    for row in in_indication("rows", indication, model):
        for one in (*row["added"], *row["removed"]) if row["family"] == family else ():
            counts[one] = counts.get(one, 0) + 1
    return sorted(set(counts) - inert, key=lambda one: (-counts[one], one))


def choose(model: EvidenceModel, knowledge: Knowledge) -> Choice | None:
    """The three choosers; what a link asks for and is not there is said and not replaced."""
    asked = _asked_by_link()
    first, second, third = st.columns(3)
    indications = {one: indication_name(one, knowledge) for one in indications_with_anything(model)}
    with first:
        indication = _chooser("Indication", _KEYS[0], indications, None, "Choose what is treated")
    _refuse(asked, _KEYS[0], indications)
    if indication is None:
        return None
    families = {one: family_name(one, model) for one in families_with_anything(indication, model)}
    with second:
        family = _chooser("Outcome", _KEYS[1], families, 0, "Choose an outcome")
    _refuse(asked, _KEYS[1], families)
    if family is None:
        return None
    components = {one: component_name(one, knowledge) for one in components_with_trials(indication, family, model)}
    with third:
        component = _chooser("Component", _KEYS[2], components, None, "All components")
    _refuse(asked, _KEYS[2], components)
    return Choice(indication, family, component)


def _asked_by_link() -> Mapping[str, str]:
    """What the page was opened with; the address itself forgets a value that is no choice."""
    if _LINK not in st.session_state:
        st.session_state[_LINK] = {name: st.query_params.get(name, "") for name in _KEYS}
    return st.session_state[_LINK]


def _forget_link() -> None:
    st.session_state[_LINK] = {}


def _chooser(label: str, key: str, options: Mapping[str, str], index: int | None, hint: str) -> str | None:
    if st.session_state.get(key) not in options:
        st.session_state.pop(key, None)
    ordered: Sequence[str] = sorted(options, key=options.__getitem__) if index is None else list(options)
    return st.selectbox(
        label,
        ordered,
        index=index,
        format_func=lambda one: options.get(one, one),
        key=key,
        placeholder=hint,
        bind="query-params",
        on_change=_forget_link,
    )


def _refuse(asked: Mapping[str, str], key: str, options: Mapping[str, str]) -> None:
    """A value of the link that is no choice here is named until somebody chooses."""
    value = asked.get(key)
    if value and value not in options.values():
        st.warning(
            f"From the link: {key} = {shown(value)} is not a choice here and was refused.", icon=":material/link_off:"
        )
