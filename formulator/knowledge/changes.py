"""What differs between two states of the knowledge, item by item; every changed file has at least one changed item."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from formulator.conditions import Condition, say
from formulator.conditions.tree import IsOneOf, atoms, with_limits
from formulator.knowledge.base import Knowledge
from formulator.knowledge.change_tables import is_table, table_changes
from formulator.knowledge.items import Component, Composition, Indication, Protocol
from formulator.knowledge.references import all_items
from formulator.knowledge.summary import summary
from formulator.knowledge.versions import How, Snapshot

_CONDITIONS = ("when", "derived_from")
_ABOUT = "knowledge.yaml"
_LONGEST_DRAFT = 700


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One item that differs: `parts` are those that do, `says` a true sentence made from the data alone.

    `indications` are those that it names; empty where it names none, which may mean that it concerns all.
    """

    item: str
    how: How
    parts: tuple[str, ...]
    says: str
    indications: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """The kind of item, such as rule or threshold."""
        return item_kind(self.item)

    @property
    def id(self) -> str:
        """The item's own id, the last word of `item`."""
        return self.item.rpartition(" ")[2]


def item_kind(item: str) -> str:
    """The kind in the name of an item: `mixing fact` of `mixing fact prp_lidocaine`."""
    return item.rpartition(" ")[0]


def changes_between(before: Snapshot, after: Snapshot) -> tuple[ItemChange, ...]:
    """Every item that is new, gone or other, in order of name."""
    found = [
        *_item_changes(before.knowledge, after.knowledge),
        *_about_changes(before.knowledge, after.knowledge),
        *(ItemChange(*one) for one in table_changes(before.files, after.files)),
    ]
    found += _other_files(before, after, found)
    return tuple(sorted(found, key=lambda one: one.item))


def items_by_name(knowledge: Knowledge) -> dict[str, BaseModel]:
    """Every item by its kind and id in words, such as `mixing fact prp_lidocaine`, parts of the composition too."""
    items = [one for one in all_items(knowledge) if not isinstance(one, Composition)]
    named = {f"{_kind(one)} {getattr(one, 'id', '')}": one for one in (*items, *knowledge.sources.values())}
    composition = knowledge.composition
    parts = (*composition.settings, *composition.one_of, *composition.cost_classes, *composition.barrels)
    named |= {f"{_kind(one)} {one.id}": one for one in parts}
    return {**named, "composition needle_dead_space": composition.needle_dead_space}


def _kind(item: BaseModel) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(item).__name__).lower()


def _item_changes(before: Knowledge, after: Knowledge) -> Iterator[ItemChange]:
    old, new = items_by_name(before), items_by_name(after)
    for name in old.keys() | new.keys():
        yield from _one_change(name, old.get(name), new.get(name), after if name in new else before)


def _one_change(name: str, old: BaseModel | None, new: BaseModel | None, knowledge: Knowledge) -> Iterator[ItemChange]:
    named = frozenset().union(*(indications_named(one) for one in (old, new) if one is not None))
    if old is None and new is not None:
        yield ItemChange(name, "added", (), _shortened(f"New: {summary(new) or name}"), named)
    elif new is None and old is not None:
        yield ItemChange(name, "removed", (), _shortened(f"Gone: {summary(old) or name}"), named)
    elif old is not None and new is not None:
        parts = changed_parts(old, new)
        if parts:
            words = "; ".join(_part_words(part, old, new, knowledge) for part in parts)
            yield ItemChange(name, "changed", parts, _shortened(words[0].upper() + words[1:] + "."), named)


def changed_parts(old: BaseModel, new: BaseModel) -> tuple[str, ...]:
    """The parts of an item that differ. A condition that only compares with a threshold's new value is the same."""
    names = type(new).model_fields
    return tuple(name for name in names if _compared(name, old) != _compared(name, new))


def _compared(name: str, item: BaseModel) -> Any:
    value = getattr(item, name, None)
    return with_limits(value, lambda atom: 0.0) if name in _CONDITIONS and value is not None else value


def _part_words(part: str, old: BaseModel, new: BaseModel, knowledge: Knowledge) -> str:
    was, now = (_value_words(part, getattr(one, part, None), knowledge) for one in (old, new))
    name = part.replace("_", " ")
    if not was or not now:
        return f"{name}: changed" if was == now else f'{name} is new: "{now}"' if now else f'{name} is gone: "{was}"'
    return f'{name} was "{was}" and is "{now}"'


def _value_words(part: str, value: Any, knowledge: Knowledge) -> str:
    if value is None or value == ():
        return ""
    if part in _CONDITIONS:
        return textwrap.shorten(_condition_words(value, knowledge), 300, placeholder=" ...")
    if isinstance(value, tuple) and all(isinstance(one, str) for one in value):
        return textwrap.shorten(", ".join(value), 200, placeholder=" ...")
    if isinstance(value, BaseModel | tuple | dict):
        return ""
    return textwrap.shorten(f"{value:g}" if isinstance(value, float) else str(value), 300, placeholder=" ...")


def _condition_words(condition: Condition, knowledge: Knowledge) -> str:
    fields = knowledge.catalogue.fields

    def label(name: str) -> str:
        return fields[name].label if name in fields else name.replace("_", " ")

    return say(condition, label, lambda name, value: fields[name].value_label(value) if name in fields else str(value))


def indications_named(item: BaseModel) -> frozenset[str]:
    """The indications that an item names: in its condition, among its uses, or as its own id."""
    when = getattr(item, "when", None)
    compared = atoms(when) if when is not None else ()
    named = [one.values for one in compared if isinstance(one, IsOneOf) and one.field == "indication"]
    own = {item.id} if isinstance(item, Protocol | Indication) else set()
    uses = {use.indication for use in item.uses} if isinstance(item, Component) else set()
    return frozenset(str(value) for values in named for value in values) | own | uses


def _about_changes(before: Knowledge, after: Knowledge) -> Iterator[ItemChange]:
    if before.notice != after.notice:
        yield ItemChange(
            "about notice", "changed", ("notice",), "The notice on the intended purpose is worded otherwise."
        )
    if dict(before.unread_fields) != dict(after.unread_fields):
        fields = sorted(before.unread_fields.items() ^ after.unread_fields.items())
        names = ", ".join(dict(fields))
        yield ItemChange("about unread_fields", "changed", (), _shortened(f"Why no rule reads a field: {names}."))


def _other_files(before: Snapshot, after: Snapshot, found: list[ItemChange]) -> Iterator[ItemChange]:
    """Changed files in which no item changed: comments, order, or what no part of the program reads as an item."""
    covered = {_file_of(one.item, state.knowledge) for one in found for state in (before, after)}
    for name in sorted(before.files.keys() | after.files.keys()):
        old, new = before.files.get(name), after.files.get(name)
        if old == new or name in covered or is_table(name) or _only_the_version(name, old, new):
            continue
        how: How = "added" if old is None else "removed" if new is None else "changed"
        says = {"added": "New file.", "removed": "The file is gone.", "changed": "Comments, order or layout only."}
        whole = says[how] if name.endswith(".yaml") and not name.startswith("examples/") else f"{how.capitalize()}."
        yield ItemChange(f"file {name}", how, (), whole)


def _file_of(item: str, knowledge: Knowledge) -> str:
    kind, identifier = item_kind(item), item.rpartition(" ")[2]
    if kind == "source":
        return "sources/sources.json"
    if kind == "about":
        return _ABOUT
    if kind in ("setting", "one of", "cost class", "barrel", "composition"):
        return "composition.yaml"
    place = knowledge.places.get(f"{kind.title().replace(' ', '')} {identifier}")
    return place.file.removeprefix("data/") if place else ""


def _only_the_version(name: str, old: bytes | None, new: bytes | None) -> bool:
    if name != _ABOUT or old is None or new is None:
        return False
    return without_version(old) == without_version(new)


def without_version(about: bytes) -> bytes:
    """The text of knowledge.yaml without its version."""
    return re.sub(rb"(?m)^version:[^\n]*\n", b"", about)


def _shortened(words: str) -> str:
    return textwrap.shorten(words, _LONGEST_DRAFT, placeholder=" ...")
