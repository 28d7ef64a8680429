"""Which fields the form asks, and why: what a rule that can be reached reads, unless every field is wanted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import streamlit as st

from formulator.engine.reachable import SETTLED_FIRST, Reach, reach_of
from formulator.explain.why_asked import can_stop, why_asked
from formulator.export.words import value_label
from formulator.knowledge import Knowledge
from formulator.profile import Field
from formulator.ui.state import FLAG_GROUPS, asked, entered
from formulator.ui.words import safe

EVERY_FIELD = "every_field"
_MOST_NAMED = 6
_MOST_STOPPING = 20


class Needed:
    """What the concern on the form needs."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.given = entered(knowledge.catalogue)

    @cached_property
    def reach(self) -> Reach:
        """What the settled fields leave open."""
        return reach_of({name: self.given[name] for name in SETTLED_FIRST if name in self.given}, self.knowledge)

    @property
    def narrowed(self) -> bool:
        """Whether a concern says what is needed; without one anything may be."""
        return "concern" in self.given

    def shows(self, name: str) -> bool:
        """Whether a field is asked here."""
        return not self.narrowed or bool(st.session_state.get(EVERY_FIELD)) or name in self.reach.fields

    def those_shown(self, fields: Iterable[Field]) -> list[Field]:
        """The fields that are asked, in their order."""
        return [field for field in fields if self.shows(field.name)]

    def why(self, name: str) -> str:
        """What hangs on a field, as Markdown; empty before there is a concern."""
        return safe(why_asked(name, self.reach, self.knowledge)) if self.narrowed else ""

    def why_of(self, fields: Iterable[Field]) -> str:
        """Which of these can stop the treatment."""
        if not self.narrowed:
            return ""
        stopping = [field.label for field in fields if can_stop(field.name, self.reach, self.knowledge)]
        more = f" and {len(stopping) - _MOST_STOPPING} more" if len(stopping) > _MOST_STOPPING else ""
        named = ", ".join(stopping[:_MOST_STOPPING])
        return safe(f"Can rule out, refer or delay treatment: {named}{more}.") if stopping else ""

    def choices(self, field: Field) -> list[str]:
        """The choices of a field, narrowed to the concern; one that is chosen already stays."""
        listed = (
            {"site": self.reach.sites, "severity_scale": self.reach.scales}.get(field.name) if self.narrowed else None
        )
        if listed is None or st.session_state.get(EVERY_FIELD):
            return list(field.choices)
        chosen = str(st.session_state.get(field.name))
        return [*listed, *({chosen} & field.choices.keys() - set(listed))]


def show_what_is_not_read(needed: Needed) -> None:
    """What was given and decides nothing here, in one line; and the switch to every field."""
    if not needed.narrowed:
        return
    catalogue = needed.knowledge.catalogue
    others = [name for name in asked(catalogue) if name not in needed.reach.fields]
    given = [_in_words(name, needed) for name in others if name in needed.given]
    if given:
        more = f" and {len(given) - _MOST_NAMED} more" if len(given) > _MOST_NAMED else ""
        st.caption(f"Also given, not read for this concern: {safe(', '.join(given[:_MOST_NAMED]))}{more}.")
    st.toggle(
        f"Show the {len(others)} fields that decide nothing here",
        key=EVERY_FIELD,
        persist_state="session",
        help="No rule that this concern can reach reads them. What is given in them is kept with the patient.",
    )


def _in_words(name: str, needed: Needed) -> str:
    field, value = needed.knowledge.catalogue.fields[name], needed.given[name]
    if field.group in FLAG_GROUPS or not isinstance(value, str | int | float):
        return field.label
    return f"{field.label} {value_label(needed.knowledge, name, value)}"
