"""Syringes that somebody fills by hand: which components, how strong, how much; whoever draws it names its widgets."""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal, InvalidOperation
from typing import Any

import streamlit as st

from formulator.engine.strengths import strength_of
from formulator.knowledge import Knowledge
from formulator.learn.commitment import Drawn
from formulator.ui.words import safe

SYRINGES = 3
_NOT_SAID = "Not decided"
_LARGEST_VOLUME_ML = 500.0
Key = Callable[..., str]
"""Makes the name of a widget from its parts, such as `syringe`, 0."""


def show_syringes(names: Collection[str], key: Key, knowledge: Knowledge, on_change: Callable[[], None] | None) -> None:
    """One syringe after another: the next one is offered once something is in the one before."""
    for number in range(SYRINGES):
        members = _held(key, "syringe", number) or []
        if number and not members and not _held(key, "syringe", number - 1):
            break
        st.multiselect(
            f"Syringe {number + 1}",
            sorted({*names, *members}),
            format_func=lambda name: component_label(name, knowledge),
            key=key("syringe", number),
            persist_state="page",
            on_change=on_change or "rerun",
            placeholder="Empty",
            filter_mode="contains",
            select_all=False,
        )
        for name in members:
            _amount(number, name, key, knowledge, on_change)


def _amount(number: int, name: str, key: Key, knowledge: Knowledge, on_change: Callable[[], None] | None) -> None:
    unit, shown = unit_of(name, knowledge), safe(knowledge.components[name].name)
    strength, volume = st.columns(2)
    for column, quantity, measured_in, most in (
        (strength, "strength", unit, None),
        (volume, "volume", "mL", _LARGEST_VOLUME_ML),
    ):
        if not measured_in:
            continue
        column.number_input(
            f"{shown}: {quantity}, {measured_in}",
            0.0,
            most,
            value=None,
            key=key(quantity, number, name),
            persist_state="page",
            on_change=on_change or "rerun",
            placeholder=_NOT_SAID,
        )


def drawn_in(key: Key, knowledge: Knowledge) -> tuple[tuple[Drawn, ...], ...]:
    """The syringes as the widgets hold them; empty ones are left out."""
    found = (
        tuple(_drawn(number, name, key, knowledge) for name in _held(key, "syringe", number) or ())
        for number in range(SYRINGES)
    )
    return tuple(syringe for syringe in found if syringe)


def _drawn(number: int, name: str, key: Key, knowledge: Knowledge) -> Drawn:
    strength = _number(_held(key, "strength", number, name))
    unit = unit_of(name, knowledge) if strength is not None else ""
    return Drawn(name, strength, unit, _number(_held(key, "volume", number, name)))


def _held(key: Key, *parts: object) -> Any:
    return st.session_state.get(key(*parts))


def component_label(name: str, knowledge: Knowledge) -> str:
    """What a component is called, with the short form that clinicians say."""
    component = knowledge.components[name]
    short = next((one for one in component.synonyms if one.isupper() and len(one) <= _LONGEST_SHORT_FORM), "")
    return f"{component.name} ({short})" if short and short not in component.name else component.name


_LONGEST_SHORT_FORM = 6


def unit_of(name: str, knowledge: Knowledge) -> str:
    """The unit in which the strength of a component is written; empty where none has been published."""
    strength = strength_of(knowledge.components[name])
    return strength.unit if strength else ""


def _number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
