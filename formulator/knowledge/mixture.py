"""One state of the knowledge with some items of another: what one change alone would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from formulator.conditions import AtLeast, Below
from formulator.conditions.tree import thresholds_read, with_limits
from formulator.knowledge.base import Knowledge
from formulator.knowledge.changes import item_kind
from formulator.knowledge.items import Threshold
from formulator.knowledge.references import broken_references

TABLES_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "rule": ("rules",),
    "threshold": ("thresholds",),
    "component": ("components",),
    "indication": ("indications",),
    "protocol": ("protocols",),
    "technique": ("techniques",),
    "group": ("groups",),
    "claim": ("claims",),
    "derivation": ("derivations",),
    "washout": ("washouts",),
    "planning figure": ("planning",),
    "disagreement": ("disagreements",),
    "mixing fact": ("compatibility",),
    "emergency": ("emergencies",),
    "care note": ("before", "after", "expect", "side_effects"),
}
PARTS_OF_COMPOSITION = {"setting": "settings", "one of": "one_of", "cost class": "cost_classes", "barrel": "barrels"}
_CONDITIONAL = ("rules", "derivations", "indications", "before", "after", "expect", "side_effects")
_CONDITIONAL += ("washouts", "planning", "disagreements")
_CONDITION_KEYS = ("when", "derived_from")


def with_items(base: Knowledge, other: Knowledge, names: Iterable[str]) -> Knowledge:
    """`base`, in which the items of these names (as in `changes_between`) are as in `other`: new, changed or gone.

    Sources are those of both. Names of what no answer reads (sources, tables of evidence, files) change nothing; rows
    of the tables of fields are taken over all together.
    """
    parts: dict[str, Any] = {"sources": {**base.sources, **other.sources}}
    for name in names:
        _take(name, base, other, parts)
    mixed = replace(base, **parts)
    moved = _moved_thresholds(base, other)
    return replace(mixed, **_with_limits(mixed, moved)) if moved else mixed


def with_one(base: Knowledge, other: Knowledge, name: str) -> Knowledge | None:
    """`base` with one item as in `other`; None where it cannot stand alone, as it needs others that are not there."""
    mixed = with_items(base, other, (name,))
    return None if not name.startswith("rule ") and broken_references(mixed) else mixed


def _take(name: str, base: Knowledge, other: Knowledge, parts: dict[str, Any]) -> None:
    kind, identifier = item_kind(name), name.rpartition(" ")[2]
    if kind in TABLES_OF_KIND:
        for table in TABLES_OF_KIND[kind]:
            parts[table] = _replaced(parts.get(table, getattr(base, table)), getattr(other, table), identifier)
    elif kind in PARTS_OF_COMPOSITION:
        current, table = parts.get("composition", base.composition), PARTS_OF_COMPOSITION[kind]
        entries = _replaced(getattr(current, table), getattr(other.composition, table), identifier)
        parts["composition"] = current.model_copy(update={table: entries})
    elif kind == "composition":
        current = parts.get("composition", base.composition)
        parts["composition"] = current.model_copy(update={identifier: getattr(other.composition, identifier)})
    elif name == "about notice":
        parts["notice"] = other.notice
    elif name.partition(" profile/")[0] in ("table", "row of"):
        parts["catalogue"] = other.catalogue


def _replaced(current: Any, theirs: Any, identifier: str) -> Any:
    """A table by id, or a list, with one item as in the other one; lists keep the order of the other."""
    if isinstance(current, Mapping):
        kept = {name: item for name, item in current.items() if name != identifier}
        kept |= {identifier: theirs[identifier]} if identifier in theirs else {}
        return dict(sorted(kept.items()))
    found = {item.id: item for item in current if item.id != identifier}
    found |= {item.id: item for item in theirs if item.id == identifier}
    order = [item.id for item in theirs if item.id in found]
    return tuple(found[name] for name in [*order, *(name for name in found if name not in set(order))])


def _moved_thresholds(base: Knowledge, other: Knowledge) -> frozenset[str]:
    both = base.thresholds.keys() & other.thresholds.keys()
    return frozenset(name for name in both if base.thresholds[name].value != other.thresholds[name].value)


def _with_limits(mixed: Knowledge, moved: frozenset[str]) -> dict[str, Any]:
    """Every table of conditions, each compared with the thresholds of the mixture."""
    found: dict[str, Any] = {}
    for table in _CONDITIONAL:
        items = getattr(mixed, table)
        if isinstance(items, Mapping):
            found[table] = {name: _limited(item, mixed.thresholds, moved) for name, item in items.items()}
        else:
            found[table] = tuple(_limited(item, mixed.thresholds, moved) for item in items)
    return found


def _limited(item: BaseModel, thresholds: Mapping[str, Threshold], moved: frozenset[str]) -> BaseModel:
    conditions = {key: getattr(item, key, None) for key in _CONDITION_KEYS}
    update = {
        key: with_limits(condition, lambda atom: _limit(atom, thresholds))
        for key, condition in conditions.items()
        if condition is not None and thresholds_read(condition) & moved
    }
    return item.model_copy(update=update) if update else item


def _limit(atom: AtLeast | Below, thresholds: Mapping[str, Threshold]) -> float:
    return thresholds[atom.threshold].value if atom.threshold in thresholds else atom.limit
