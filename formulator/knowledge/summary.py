"""One line that says what an item is."""

from __future__ import annotations

from pydantic import BaseModel

from formulator.knowledge.items import Claim, Rule


def summary(item: BaseModel) -> str:
    """The sentence, name or meaning of an item; empty where it has none."""
    if isinstance(item, Claim):
        return f"{item.claim} [{item.verdict}] {item.text}"
    if isinstance(item, Rule):
        return f"{item.kind} {', '.join(item.subject)}: {item.text}"
    for attribute in ("name", "topic", "meaning", "title", "text"):
        if getattr(item, attribute, ""):
            return str(getattr(item, attribute))
    return ""
