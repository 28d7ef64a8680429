"""One item of the knowledge on the screen: its sentences, tables, condition, rules and sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import streamlit as st
from pydantic import BaseModel

from formulator.explain.browse import CONDITIONS, rules_about, summary
from formulator.export.words import condition_words
from formulator.knowledge import Knowledge
from formulator.knowledge.references import sources_of
from formulator.learn.handbook.page import KINDS
from formulator.ui.paths import view
from formulator.ui.words import item_link, safe, source_links

_HIDDEN = ("id", "status", "sources", "name")
_CODED = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")


def show_item(identifier: str, item: BaseModel, knowledge: Knowledge) -> None:
    """Everything that an item holds, and the rules that speak about it."""
    st.subheader(safe(summary(item) or identifier))
    place = knowledge.places.get(f"{type(item).__name__} {identifier}")
    st.caption(safe(f"{identifier}, {place}" if place else identifier))
    kind = type(item).__name__.lower()
    if kind in KINDS:
        where = {"kind": kind, "id": identifier}
        st.page_link(
            view("handbook"), label="Its page in the handbook", icon=":material/auto_stories:", query_params=where
        )
    for name, info in type(item).model_fields.items():
        value = getattr(item, name)
        if name not in _HIDDEN and value not in (None, "", (), {}):
            _part((info.alias or name).replace("_", " "), value, knowledge)
    _rules(identifier, knowledge)
    cited = tuple(sorted(sources_of(item)))
    if cited:
        st.markdown("**Sources**\n\n" + "\n".join(f"- {source_links((one,), knowledge)}" for one in cited))
    elif getattr(item, "url", ""):
        st.markdown(f"**Address**: {source_links((identifier,), knowledge)}")


def _part(title: str, value: Any, knowledge: Knowledge) -> None:
    if isinstance(value, CONDITIONS):
        st.markdown(f"**{title.capitalize()}**: {safe(condition_words(value, knowledge))}")
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        st.markdown(f"**{title.capitalize()}**")
        st.table(_rows(value, knowledge), hide_index=True)
    elif isinstance(value, BaseModel):
        text = "; ".join(f"{name} {one}" for name, one in _row(value, knowledge).items() if one)
        st.markdown(f"**{title.capitalize()}**: {safe(getattr(value, 'text', '') or text)}")
    else:
        st.markdown(f"**{title.capitalize()}**: {_listed(value, knowledge)}")


def _listed(value: Any, knowledge: Knowledge) -> str:
    """One value, several in a line, or sentences below one another."""
    if not isinstance(value, tuple):
        return safe(_words(value, knowledge))
    words = [safe(_words(one, knowledge)) for one in value]
    return "".join(f"\n- {one}" for one in words) if any(one.endswith(".") for one in words) else ", ".join(words)


def _words(value: Any, knowledge: Knowledge) -> str:
    """What a reader calls a value: the name of what an id stands for, and no code with underlines."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    for table in (knowledge.indications, knowledge.components, knowledge.techniques):
        if value in table:
            return str(getattr(table[value], "name", "")) or str(value).replace("_", " ")
    return str(value).replace("_", " ") if _CODED.fullmatch(str(value)) else str(value)


def _rows(entries: Sequence[BaseModel], knowledge: Knowledge) -> list[dict[str, str]]:
    """The entries as rows, without columns in which none says anything."""
    rows = [_row(entry, knowledge) for entry in entries]
    said = [name for name in rows[0] if any(row.get(name) for row in rows)]
    return [{name: row.get(name, "") for name in said} for row in rows]


def _row(entry: BaseModel, knowledge: Knowledge) -> dict[str, str]:
    """The simple parts of an entry; its sources stand below the item."""
    row = {}
    for name, info in type(entry).model_fields.items():
        value = getattr(entry, name)
        if name != "sources" and not isinstance(value, BaseModel | tuple):
            row[(info.alias or name).replace("_", " ").capitalize()] = (
                "" if value is None else safe(_words(value, knowledge))
            )
    return row


def _rules(identifier: str, knowledge: Knowledge) -> None:
    rules = rules_about(identifier, knowledge)
    if rules:
        with st.expander(f"{len(rules)} rules speak about it", icon=":material/rule:"):
            st.table(
                [{"Rule": item_link(rule.id, rule.id), "Kind": rule.kind, "Says": safe(rule.text)} for rule in rules],
                hide_index=True,
            )
