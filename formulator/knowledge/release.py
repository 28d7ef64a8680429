"""Releasing a version of the knowledge: what changed, item by item, written down with all that rebuilds the version."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from formulator.faults import Fault, FaultsFound, Place
from formulator.files import write_together
from formulator.knowledge.archive import Files, delta_between, files_of, hash_of, packed
from formulator.knowledge.changes import ItemChange, changes_between, without_version
from formulator.knowledge.load import load_knowledge
from formulator.knowledge.versions import (
    ALL_INDICATIONS,
    Change,
    Snapshot,
    VersionRecord,
    archive_path,
    order,
    record_path,
    snapshot_of,
    version_records,
)

TO_BE_WRITTEN = "TO BE WRITTEN"
ABOUT = "knowledge.yaml"
_VERSION = re.compile(r"[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,4}")
_VERSION_LINE = re.compile(rb"(?m)^version:[^\n]*$")
_TOGETHER = ("source", "claim", "file")
_NO_PATIENT = ("source ", "claim ", "file ", "table ", "about ", "row of profile/changeable.csv ")
_WAS = " (since more has changed), was: "


@dataclass(frozen=True, slots=True)
class Release:
    """What was written: the record, and the items whose entry still waits for its sentence."""

    record: VersionRecord
    changes: tuple[ItemChange, ...]

    @property
    def unwritten(self) -> tuple[str, ...]:
        """The items that a curator has not written about yet."""
        return tuple(item for one in self.record.changes if not is_written(one) for item in one.items)


def is_written(change: Change) -> bool:
    """Whether a curator has written both sentences of an entry."""
    return TO_BE_WRITTEN not in f"{change.says} {change.why}"


def release(version: str, data: Path, changelog: Path, today: date, again: bool = False) -> Release:
    """Write record and archive of a version and its number into knowledge.yaml: all of them or none.

    `again` makes the last version anew, before it is published, and keeps the sentences about what still differs.
    Raises FaultsFound where the version is not newer, nothing changed, or CHANGELOG.md has no entry for it.
    """
    records = version_records(data)
    earlier, kept = _earlier(version, records, again)
    files = _numbered(files_of(data), version)
    before = snapshot_of(earlier[-1].version, data) if earlier else None
    _refuse(version, files, before, changelog)
    changes = changes_between(before, Snapshot(load_knowledge(data), files)) if before else ()
    record = _record(version, hash_of(files), changes, kept, today, first=before is None)
    written = {
        archive_path(version, data): packed(delta_between(before.files if before else {}, files)),
        record_path(version, data): record_text(record).encode(),
        data / ABOUT: files[ABOUT],
    }
    _write(written)
    return Release(record, changes)


def _earlier(
    version: str, records: tuple[VersionRecord, ...], again: bool
) -> tuple[tuple[VersionRecord, ...], VersionRecord | None]:
    """The versions before this one, and the record of it that exists already."""
    if not _VERSION.fullmatch(version):
        raise _refused(f"{version[:40]!r} is not a version.", "year.month.number, such as 2026.11.2")
    last = records[-1] if records else None
    if again:
        if last is None or last.version != version or last.kind == "first":
            newest = last.version if last and last.kind != "first" else "none yet"
            raise _refused(f"Only the last version after the first one ({newest}) can be made again.")
        return records[:-1], last
    if last is not None and order(version) <= order(last.version):
        advice = f"`formulator release {last.version} --again` makes the last one anew, before it is published."
        raise _refused(f"{version} is not newer than {last.version}.", "a later version", advice)
    return records, None


def _numbered(files: dict[str, bytes], version: str) -> dict[str, bytes]:
    about, lines = _VERSION_LINE.subn(f"version: {version}".encode(), files.get(ABOUT, b""))
    if lines != 1:
        raise _refused(f"data/{ABOUT} has {lines} lines that begin with `version:`.", "one")
    return {**files, ABOUT: about}


def _refuse(version: str, files: Files, before: Snapshot | None, changelog: Path) -> None:
    if before and _without_version(files) == _without_version(before.files):
        raise _refused("data/ has not changed since the last version: there is nothing to release.")
    if not changelog_names(version, changelog):
        advice = f"Write `## ..., knowledge {version} (date)` and what it means for clinicians, then run this again."
        raise _refused(f"CHANGELOG.md has no entry for knowledge {version}.", advice=advice)


def _without_version(files: Files) -> dict[str, bytes]:
    return {**files, ABOUT: without_version(files[ABOUT])}


def changelog_names(version: str, changelog: Path) -> bool:
    """Whether a heading of the changelog names this version of the knowledge."""
    try:
        text = changelog.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    return bool(re.search(rf"(?m)^## .*\bknowledge {re.escape(version)}(?![.0-9])", text))


def _record(  # noqa: PLR0913 - each is a part of the record
    version: str,
    sha256: str,
    changes: tuple[ItemChange, ...],
    kept: VersionRecord | None,
    today: date,
    first: bool,
) -> VersionRecord:
    """The record as far as the data can write it; a record made before keeps what a curator wrote."""
    written = tuple(_still_true(kept.changes, changes)) if kept else ()
    named = {item for one in written for item in one.items}
    drafts = tuple(_drafts([one for one in changes if one.item not in named]))
    return VersionRecord(
        version=version,
        released=kept.released if kept else today,
        sha256=sha256,
        kind="first" if first else kept.kind if kept else "clinical",
        summary=_summary(kept, news=bool(drafts)),
        indications=touched_indications(changes) if not first else (ALL_INDICATIONS,),
        changes=written + drafts,
    )


def _summary(kept: VersionRecord | None, news: bool) -> str:
    """The summary of the record made before, which is no longer known to be true once something else changed."""
    if kept is None:
        return f"{TO_BE_WRITTEN}: what this version means for a clinician."
    was = kept.summary.partition(_WAS)[2] or kept.summary
    return textwrap.shorten(f"{TO_BE_WRITTEN}{_WAS}{was}", 1500, placeholder=" ...") if news else kept.summary


def concerns_patients(change: ItemChange) -> bool:
    """Whether an answer can read the item."""
    return not change.item.startswith(_NO_PATIENT)


def _still_true(written: Iterable[Change], changes: tuple[ItemChange, ...]) -> Iterator[Change]:
    """Entries about items that still differ in the same way; the others, and drafts, are dropped."""
    ways = {one.item: one.how for one in changes}
    for entry in written:
        items = tuple(item for item in entry.items if ways.get(item) == entry.how)
        if items and is_written(entry):
            yield entry.model_copy(update={"items": items})


def _drafts(changes: Iterable[ItemChange]) -> Iterator[Change]:
    """One entry for items of a kind that changed in the same words; one for all sources, claims or rows of a table."""
    for _, group in groupby(sorted(changes, key=_together), key=_together):
        alike = list(group)
        same = len({one.says for one in alike}) == 1
        says = alike[0].says if same else f"{len(alike)} items of this kind, {alike[0].how}."
        yield Change(items=tuple(one.item for one in alike), how=alike[0].how, says=says, why=TO_BE_WRITTEN)


def _together(change: ItemChange) -> tuple[str, str, str]:
    together = change.kind in _TOGETHER or change.kind.startswith("row of")
    return change.kind, change.how, "" if together else change.says


def touched_indications(changes: Iterable[ItemChange]) -> tuple[str, ...]:
    """The indications that changed items name; the word `all` where a change for patients names none."""
    concerning = [one for one in changes if concerns_patients(one)]
    if any(not one.indications for one in concerning):
        return (ALL_INDICATIONS,)
    return tuple(sorted(frozenset().union(*(one.indications for one in concerning))))


def record_text(record: VersionRecord) -> str:
    """The record as YAML for a curator to complete."""
    content: Mapping[str, Any] = record.model_dump(mode="json")
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def _write(files: Mapping[Path, bytes]) -> None:
    try:
        for path in files:
            path.parent.mkdir(exist_ok=True)
        write_together(files)
    except OSError as error:
        raise _refused(f"It cannot be written ({error.strerror}): {error.filename}.") from None
    for path in files:
        path.chmod(0o644)


def _refused(problem: str, allowed: str = "", advice: str = "") -> FaultsFound:
    return FaultsFound([Fault(Place("release"), "", problem, allowed, advice)])
