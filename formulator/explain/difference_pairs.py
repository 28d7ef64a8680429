"""Which entry of one list belongs to which of the other, in the same way whichever list comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Any)
Entry = TypeVar("Entry")


def keyed(entries: Iterable[Entry], key: Callable[[Entry], str]) -> dict[str, Entry]:
    """The entries by key, in their order; a key that comes again is numbered."""
    found: dict[str, Entry] = {}
    seen: dict[str, int] = {}
    for one in entries:
        name = key(one)
        seen[name] = seen.get(name, 0) + 1
        found[name if seen[name] == 1 else f"{name} #{seen[name]}"] = one
    return found


def pairs_of(before: Mapping[Key, Entry], after: Mapping[Key, Entry]) -> dict[Key, tuple[Entry | None, Entry | None]]:
    """Both entries of each key, None where a side has none; sorted by key."""
    return {name: (before.get(name), after.get(name)) for name in sorted(before.keys() | after.keys())}


def in_other_order(before: Sequence[str], after: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What both lists have, as each orders it."""
    both = set(before) & set(after)
    return tuple(one for one in before if one in both), tuple(one for one in after if one in both)
