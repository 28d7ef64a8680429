"""The gate: no change of data/ without a version, a record of what changed and an entry in the changelog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge.archive import VERSIONS
from formulator.knowledge.base import Knowledge
from formulator.knowledge.changes import changes_between
from formulator.knowledge.release import TO_BE_WRITTEN, changelog_names, concerns_patients, is_written
from formulator.knowledge.versions import (
    ALL_INDICATIONS,
    KINDS,
    VersionRecord,
    present_snapshot,
    snapshot_of,
    version_files,
    version_records,
)

_CLINICAL = tuple(kind for kind in KINDS if kind not in ("first", "technical"))


def changelog_beside(data: Path) -> Path:
    """The changelog of a data folder: beside it in a checkout, and inside the package in an installed wheel."""
    return data.parent / "CHANGELOG.md"


def release_faults(data: Path, knowledge: Knowledge) -> Iterator[Fault]:
    """Why the folder is not a released version, completely recorded; `knowledge` is what was read from it."""
    try:
        records = version_records(data)
        if not records:
            yield Fault(Place(f"data/{VERSIONS}"), "", "No version is recorded.", advice=_remedy("VERSION"))
            return
        yield from _unlogged(records, data)
        for record in records:
            version_files(record.version, data)
        yield from _unreleased(records[-1], knowledge) or _incomplete(records, data, knowledge)
    except FaultsFound as found:
        yield from found.faults


def _unlogged(records: tuple[VersionRecord, ...], data: Path) -> Iterator[Fault]:
    for record in records:
        if not changelog_names(record.version, changelog_beside(data)):
            problem = f"There is no entry for knowledge {record.version}."
            advice = f"Write a heading `## ..., knowledge {record.version} (date)` and below it what changed."
            yield Fault(Place("CHANGELOG.md"), "", problem, advice=advice)


def _unreleased(last: VersionRecord, knowledge: Knowledge) -> list[Fault]:
    if (last.version, last.sha256) == (knowledge.version, knowledge.sha256):
        return []
    problem = (
        f"data/ is not the released version {last.version}: its hash is {knowledge.sha256[:12]}, "
        f"recorded is {last.sha256[:12]}"
    )
    problem += "." if last.version == knowledge.version else f"; it calls itself {knowledge.version}."
    return [
        Fault(
            Place("data/knowledge.yaml"),
            "version",
            problem,
            advice=_remedy(_next(last.version), "" if last.kind == "first" else last.version),
        )
    ]


def _remedy(version: str, last: str = "") -> str:
    again = f" (or `formulator release {last} --again` while {last} is unpublished)" if last else ""
    return (
        f"Write what changed under `## ..., knowledge {version} (date)` in CHANGELOG.md, run `formulator release "
        f"{version}`{again}, which sets `version`, and complete data/versions/{version}.yaml."
    )


def _next(version: str) -> str:
    year, month, number = version.split(".")
    return f"{year}.{month}.{int(number) + 1}"


def _incomplete(records: tuple[VersionRecord, ...], data: Path, knowledge: Knowledge) -> Iterator[Fault]:
    """What the last record leaves out, says too much, or has not been written."""
    record = records[-1]
    place = Place(f"data/{VERSIONS}/{record.version}.yaml")
    before = snapshot_of(records[-2].version, data) if len(records) > 1 else None
    changes = changes_between(before, present_snapshot(data)) if before else ()
    changed = {one.item: one.how for one in changes}
    named = {item: entry.how for entry in record.changes for item in entry.items}
    for item in sorted(changed.keys() - named.keys()):
        advice = f"Name it, or run `formulator release {record.version} --again`."
        yield Fault(place, "changes", f"{item} was {changed[item]} and is not named.", advice=advice)
    for item in sorted(named.keys() - changed.keys()):
        yield Fault(place, "changes", f"{item} is named, but it did not change.", advice="Remove it.")
    for item in sorted(item for item in named.keys() & changed.keys() if named[item] != changed[item]):
        yield Fault(place, "changes", f"{item} was {changed[item]}, not {named[item]}.")
    reaching = next((one.item for one in changes if concerns_patients(one)), "")
    if record.kind == "technical" and reaching:
        yield Fault(place, "kind", f"technical says that no answer changes, but {reaching} did.", ", ".join(_CLINICAL))
    yield from _unsound(record, place, knowledge)


def _unsound(record: VersionRecord, place: Place, knowledge: Knowledge) -> Iterator[Fault]:
    for item, times in Counter(item for entry in record.changes for item in entry.items).items():
        if times > 1:
            yield Fault(place, "changes", f"{item} is named {times} times.", "each item once")
    if TO_BE_WRITTEN in record.summary:
        yield Fault(place, "summary", "It is not written yet.", "what this version means for a clinician")
    for entry in record.changes:
        if not is_written(entry):
            words = f"{entry.items[0]}{' and others' * (len(entry.items) > 1)}: a sentence is not written yet."
            yield Fault(place, "changes", words, "says: what changed for a patient; why: the reason")
    for name in record.indications:
        if name != ALL_INDICATIONS and name not in knowledge.indications:
            yield Fault(place, "indications", f"There is no indication {name!r}.", "ids of indications, or all")
