"""Each changed item taken over alone into the older knowledge: what it would do without all the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from formulator.cohort.impact.sides import Side
from formulator.columns import Compiled, compile_columns
from formulator.knowledge.changes import ItemChange, changes_between
from formulator.knowledge.items import Rule
from formulator.knowledge.mixture import with_one

MOST_ITEMS = 400
"""Changed items that are taken over one by one; with more of them, none is."""
_READ = ("rule ", "threshold ", "derivation ", "indication ", "component ", "group ")
_READ += ("table profile/", "row of profile/")
_PROSE = frozenset(("text", "detail", "sources", "reviewed", "certainty", "ask", "meaning", "why", "positions", "name"))
_NEVER_READ = tuple(f"{kind} profile/changeable.csv" for kind in ("table", "row of"))


@dataclass(frozen=True)
class Alone:
    """The older knowledge in which one item is as in the newer one."""

    change: ItemChange
    compiled: Compiled


class Tried:
    """The changed items, and those that can move a status or a decision; compiled when the first patient has moved."""

    def __init__(self, before: Side, after: Side) -> None:
        self._sides = (before, after)
        self.changed = changes_between(before.snapshot, after.snapshot)
        self._read = [one for one in self.changed if _may_matter(one)]

    @property
    def all_tried(self) -> bool:
        """False where there are too many items to take each over alone: then none is."""
        return len(self._read) <= MOST_ITEMS

    @cached_property
    def alone(self) -> tuple[Alone, ...]:
        """Each item that makes another program of the older knowledge."""
        before, after = self._sides
        plain = compile_columns(before.knowledge, questions=False)
        found = (_alone(one, before, after) for one in self._read if self.all_tried)
        return tuple(one for one in found if one and not _alike(one.compiled, plain))


def _may_matter(change: ItemChange) -> bool:
    """Whether conditions or what follows from them may differ, and not the prose alone."""
    prose = change.how == "changed" and bool(change.parts) and _PROSE.issuperset(change.parts)
    return change.item.startswith(_READ) and not change.item.startswith(_NEVER_READ) and not prose


def _alone(change: ItemChange, before: Side, after: Side) -> Alone | None:
    mixed = with_one(before.knowledge, after.knowledge, change.item)
    return Alone(change, compile_columns(mixed, questions=False)) if mixed else None


def _alike(one: Compiled, other: Compiled) -> bool:
    """Whether two programs are the same, so that no patient can tell them apart."""
    if (
        one.inputs != other.inputs
        or one.cells != other.cells
        or tuple(one.knowledge.components) != tuple(other.knowledge.components)
    ):
        return False
    arrays = [(made.program.code, made.program.outputs, made.statuses, made.decision) for made in (one, other)]
    return all(np.array_equal(left, right) for left, right in zip(*arrays, strict=True))


def sentence_of(change: ItemChange, before: Side, after: Side) -> str:
    """What a rule says, or what became of another item, in a sentence."""
    for side in (after, before):
        item = side.knowledge.rules.get(change.id) if change.kind == "rule" else None
        if isinstance(item, Rule):
            return item.text
    return change.says
