"""A change of facts in words: what would have to be, what is now, and how it would come about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from formulator.conditions.cells import Cell
from formulator.engine.facts import DAYS_TO_EVENT
from formulator.explain.change.moves import ANSWER, Move
from formulator.explain.change.search import Altered, Change
from formulator.explain.change.world import EVENT, START
from formulator.export.words import field_label, value_label
from formulator.knowledge import Knowledge


def change_words(change: Change, facts: Mapping[str, Any], knowledge: Knowledge) -> str:
    """All facts of a change, joined by "and"."""
    return " and ".join(_altered_words(one, facts, knowledge) for one in change)


def change_mapping(change: Change, facts: Mapping[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """A change as plain values."""
    parts = [
        {
            "field": one.field,
            "to": [cell.words for cell in _cells(one.moves)],
            "now": _plain(facts.get(one.field)),
            "kind": one.moves[0].kind,
        }
        for one in change
    ]
    return {"facts": parts, "text": change_words(change, facts, knowledge)}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _altered_words(one: Altered, facts: Mapping[str, Any], knowledge: Knowledge) -> str:
    label = field_label(knowledge, one.field)
    if one.field in (EVENT, START):
        spans = " or ".join(cell.words for cell in _cells(one.moves))
        return f"{label}: another, so that {spans} days lie before the event (now {facts.get(DAYS_TO_EVENT)})"
    wanted = " or ".join(_cell_words(one.field, cell, knowledge) for cell in _cells(one.moves))
    if one.moves[0].kind == ANSWER:
        return f"{label}: {wanted} (not known now)"
    how = knowledge.catalogue.changeable[one.field].how
    return f"{label}: {wanted} (now {value_label(knowledge, one.field, facts.get(one.field))}; {how})"


def _cell_words(field: str, cell: Cell, knowledge: Knowledge) -> str:
    if cell.low is None and cell.high is None:
        return value_label(knowledge, field, cell.value)
    unit = knowledge.catalogue.fields[field].unit
    return f"{cell.words} {unit}".strip()


def _cells(moves: Sequence[Move]) -> list[Cell]:
    """The answers, neighbouring spans of a number taken together."""
    cells = [moves[0].cell]
    for before, after in pairwise(moves):
        if after.cell.low is not None and after.position == before.position + 1:
            cells[-1] = cells[-1].joined(after.cell)
        else:
            cells.append(after.cell)
    return cells
