"""The trail: every action appended, each entry hashed together with the hash of the one before it.

A hash is SHA-256 over the entry as canonical JSON (sorted keys, no spaces, ASCII). Whoever can write the file can also
work out a new chain: this is found out only with a hash that was noted elsewhere, so `verified` takes one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from formulator.keeping.connection import canonical
from formulator.keeping.records import Record

BEGINNING = "0" * 64
Action = Literal[
    "switched_on", "switched_off", "kept", "given", "outcome", "withdrawn", "deleted", "imported", "exported"
]
ACTIONS: dict[str, str] = {
    "switched_on": "Keeping was switched on",
    "switched_off": "Keeping was switched off",
    "kept": "A consultation was kept",
    "given": "What was given was added",
    "outcome": "An outcome was added",
    "withdrawn": "An addition was withdrawn",
    "deleted": "A consultation was deleted for good",
    "imported": "Imported from an export",
    "exported": "Everything was exported",
}
"""What an entry stands for, in words."""
_GONE, _CHANGED = "what it recorded is gone.", "what it recorded was changed."
_ADDS = ("kept", "given", "outcome", "imported")


class Entry(Record):
    """One action: when, what kind, about which consultation and addition, and the hash of what was recorded."""

    number: int
    at: str
    action: str
    consultation: str
    item: str
    content_sha256: str
    previous: str
    sha256: str

    @property
    def subject(self) -> str:
        """The id of the row that the entry is about."""
        return self.item or self.consultation


@dataclass(frozen=True, slots=True)
class Break:
    """What does not fit, and at which entry if one is about it; `is_gone` where what it recorded is missing."""

    number: int | None
    problem: str
    is_gone: bool = False

    def __str__(self) -> str:
        return self.problem if self.number is None else f"Entry {self.number} does not fit: {self.problem}"


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries there are, the hash of the last one, and what does not fit, the earliest first."""

    entries: int
    head: str
    breaks: tuple[Break, ...]

    @property
    def words(self) -> str:
        """The result as a sentence."""
        first, *rest = self.breaks or (None,)
        if first is not None:
            return f"{first} {len(rest)} more do not fit." if rest else str(first)
        return f"All {self.entries} entries fit together and with what is kept."


def content_hash(table: str, columns: Mapping[str, Any]) -> str:
    """SHA-256 of a row; bytes are left out, because a column of their hash stands beside them."""
    kept = {name: value for name, value in columns.items() if not isinstance(value, bytes)}
    return _sha256({"table": table, **kept})


def next_entry(last: Entry | None, at: str, action: Action, about: tuple[str, str], content: str) -> Entry:
    """The entry after the last one; `about` is the consultation and the addition, each perhaps empty."""
    values = {
        "number": last.number + 1 if last else 1,
        "at": at,
        "action": action,
        "consultation": about[0],
        "item": about[1],
        "content_sha256": content,
        "previous": last.sha256 if last else BEGINNING,
    }
    return Entry(**values, sha256=_sha256(values))


def _sha256(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(values).encode("ascii")).hexdigest()


def verified(entries: Sequence[Entry], contents: Mapping[str, str], head: str | None, noted: str = "") -> Verified:
    """Whether entries follow from one another and what is kept is what they recorded.

    `contents` maps the id of every row to its content hash; `head` is what the file says about its last entry (None:
    nothing to compare); `noted` a hash that was written down elsewhere, which must be that of an entry.
    """
    breaks = [*_chain_breaks(entries), *_content_breaks(entries, contents)]
    last = entries[-1].sha256 if entries else BEGINNING
    if head is not None and head != head_text(entries):
        breaks.append(Break(None, "The last entry is not the one that the file says it is: entries are missing."))
    if noted and noted.lower() not in {one.sha256 for one in entries}:
        breaks.append(Break(None, "The noted hash is that of no entry: the trail was written anew since."))
    breaks.sort(key=lambda one: one.number if one.number is not None else len(entries) + 1)
    return Verified(len(entries), last, tuple(breaks))


def head_text(entries: Sequence[Entry]) -> str:
    """Number and hash of the last entry, as the file holds them."""
    return f"{entries[-1].number}:{entries[-1].sha256}" if entries else ""


def _chain_breaks(entries: Iterable[Entry]) -> list[Break]:
    """The first entry that does not follow; what comes after it follows from nothing that can be trusted."""
    previous = BEGINNING
    for number, one in enumerate(entries, start=1):
        if one.number != number:
            return [Break(number, "it is missing or stands in another place.")]
        if one.previous != previous:
            return [Break(number, "it does not follow from the entry before it.")]
        if one.sha256 != _hash_of(one):
            return [Break(number, "it was changed after it was written.")]
        previous = one.sha256
    return []


def _hash_of(entry: Entry) -> str:
    """The hash that an entry should have."""
    return _sha256({name: getattr(entry, name) for name in Entry.model_fields if name != "sha256"})


def _content_breaks(entries: Iterable[Entry], contents: Mapping[str, str]) -> list[Break]:
    recorded = standing(entries)
    breaks = [
        Break(one.number, _GONE, is_gone=True) if subject not in contents else Break(one.number, _CHANGED)
        for subject, one in recorded.items()
        if contents.get(subject) != one.content_sha256
    ]
    unknown = len(set(contents) - set(recorded))
    if unknown:
        breaks.append(Break(None, f"No entry recorded {unknown} of the things that are kept."))
    return breaks


def standing(entries: Iterable[Entry]) -> dict[str, Entry]:
    """What is recorded and neither withdrawn nor deleted: the entry that recorded it, by the id of its row."""
    found: dict[str, Entry] = {}
    for one in entries:
        if one.action in _ADDS:
            found[one.subject] = one
        elif one.action == "withdrawn":
            found.pop(one.item, None)
        elif one.action == "deleted":
            found = {subject: kept for subject, kept in found.items() if kept.consultation != one.consultation}
    return found


def gone_for_good(entries: Iterable[Entry]) -> frozenset[str]:
    """The ids of everything that was deleted or withdrawn."""
    return frozenset(one.subject for one in entries if one.action in ("withdrawn", "deleted"))
