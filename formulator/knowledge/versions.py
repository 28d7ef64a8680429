"""Released versions of the knowledge: their records, and each of them rebuilt offline, byte for byte."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from formulator.faults import Fault, FaultsFound, Place, did_you_mean
from formulator.knowledge.archive import VERSIONS, Files, files_of, hash_of, rebuilt, unpacked
from formulator.knowledge.base import Knowledge
from formulator.knowledge.items import Composition, Setting
from formulator.knowledge.items.parts import Entry, OneOrMore, Prose
from formulator.knowledge.load import load_knowledge
from formulator.knowledge.older_shapes import in_todays_shape
from formulator.knowledge.reading import FileReader
from formulator.paths import data_directory

How = Literal["added", "changed", "removed"]
KINDS = {
    "first": "first knowledge base",
    "safety": "safety: something is refused, permitted or asked otherwise",
    "clinical": "clinical: what is suggested, in which dose or rhythm",
    "evidence": "evidence: trials, sources or certainty",
    "correction": "correction of a mistake",
    "technical": "technical: no answer changes",
}
"""Kinds of change by their word in a record, gravest first after the first."""
ALL_INDICATIONS = "all"
LENT = ("profile/changeable.csv",)
"""Files that the program of today cannot read a knowledge base without, and that older versions did not have.

An old version is read with today's file in their place.
"""


class Change(Entry):
    """What became of one or more items, in clinical words."""

    items: OneOrMore
    how: How
    says: Prose
    why: Prose


class VersionRecord(Entry):
    """data/versions/VERSION.yaml: what a released version is and what it changed; `sha256` is that of its files."""

    version: Annotated[str, Field(pattern=r"^[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,4}$")]
    released: date
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    kind: Literal["first", "safety", "clinical", "evidence", "correction", "technical"]
    summary: Prose
    indications: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def id(self) -> str:
        """The version, by which a record is named."""
        return self.version


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the knowledge with the files that it was read from.

    `lent` are files and settings of today that it lacks and that this program cannot answer without.
    """

    knowledge: Knowledge
    files: Files
    lent_files: tuple[str, ...] = ()
    lent_settings: tuple[Setting, ...] = ()

    @property
    def lent(self) -> tuple[str, ...]:
        """What is today's, by name."""
        return (*self.lent_files, *(f"setting {one.id}" for one in self.lent_settings))

    @property
    def answering(self) -> Knowledge:
        """The knowledge with what it was lent, ready to answer; its version and hash stay its own."""
        if not self.lent_settings:
            return self.knowledge
        composition = self.knowledge.composition
        settings = (*composition.settings, *self.lent_settings)
        return replace(self.knowledge, composition=composition.model_copy(update={"settings": settings}))


def order(version: str) -> tuple[int, ...]:
    """Sorting key of a version: its numbers."""
    return tuple(int(part) for part in version.split("."))


def record_path(version: str, data: Path) -> Path:
    """Where the record of a version stands."""
    return data / VERSIONS / f"{version}.yaml"


def archive_path(version: str, data: Path) -> Path:
    """Where the archive of a version stands."""
    return data / VERSIONS / f"{version}.json.xz"


def version_records(data: Path | None = None) -> tuple[VersionRecord, ...]:
    """The records of all released versions, oldest first; none where the folder has no versions.

    Raises FaultsFound where a record cannot be read or is named after another version.
    """
    root = data or data_directory()
    reader = FileReader(root)
    found = reader.documents(f"{VERSIONS}/*.yaml", VersionRecord)
    stems = {path.stem for path in (root / VERSIONS).glob("*.yaml")}
    faults = list(reader.faults)
    if not faults and stems != {one.version for one in found}:
        faults.append(Fault(Place(f"data/{VERSIONS}"), "version", "A record is named after another version."))
    if faults:
        raise FaultsFound(faults)
    return tuple(sorted(found, key=lambda one: order(one.version)))


def record_of(version: str, records: Iterable[VersionRecord]) -> VersionRecord:
    """The record of a version; raises FaultsFound with the versions that exist."""
    known = {one.version: one for one in records}
    if version not in known:
        allowed = ", ".join(known) or "no version is recorded"
        problem = f"There is no version {version[:40]!r} of the knowledge."
        raise FaultsFound([Fault(Place("VERSION"), "", problem, allowed, did_you_mean(version, known))])
    return known[version]


def version_files(version: str, data: Path | None = None) -> dict[str, bytes]:
    """Every file of a released version, rebuilt and checked against the hash of its record.

    Raises FaultsFound where the version is not recorded, an archive is damaged, or the hash is another one.
    """
    root = data or data_directory()
    records = version_records(root)
    record = record_of(version, records)
    upto = [one.version for one in records if order(one.version) <= order(version)]
    files = rebuilt(unpacked(_archive(one, root), f"data/{VERSIONS}/{one}.json.xz") for one in upto)
    found = hash_of(files)
    if found != record.sha256:
        problem = f"Version {version} was rebuilt, but it is not what was released (hash {found[:12]}"
        place = Place(f"data/{VERSIONS}/{version}.yaml")
        problem += f", recorded {record.sha256[:12]}). Nothing is answered with it."
        raise FaultsFound([Fault(place, "sha256", problem, advice="Take data/versions from a sound copy.")])
    return files


def _archive(version: str, root: Path) -> bytes:
    path = archive_path(version, root)
    try:
        return path.read_bytes()
    except OSError as error:
        problem = f"The archive of version {version} cannot be read: {error.strerror}."
        advice = "Without it no version from this one on can be rebuilt; take it from a sound copy of the program."
        raise FaultsFound([Fault(Place(f"data/{VERSIONS}/{path.name}"), "", problem, advice=advice)]) from None


def snapshot_of(version: str, data: Path | None = None) -> Snapshot:
    """A released version, rebuilt, checked and read; raises FaultsFound as `version_files` and where it is unreadable.

    The knowledge carries the hash of its record, also where something of today is lent to it.
    """
    root = data or data_directory()
    files = version_files(version, root)
    lent = tuple(name for name in LENT if name not in files and (root / name).exists())
    complete = files | {name: (root / name).read_bytes() for name in lent}
    knowledge = replace(_read(version, complete), sha256=hash_of(files))
    return Snapshot(knowledge, files, lent, _settings_lacking(knowledge, root))


def _settings_lacking(knowledge: Knowledge, root: Path) -> tuple[Setting, ...]:
    """The settings of today that a version has no value for; the engine asks for a setting by its id."""
    known = {one.id for one in knowledge.composition.settings}
    today = FileReader(root).documents("composition.yaml", Composition)
    return tuple(setting for one in today for setting in one.settings if setting.id not in known)


def load_version(version: str, data: Path | None = None) -> Knowledge:
    """The knowledge of a released version, ready to answer as it did; raises FaultsFound as `snapshot_of`."""
    return snapshot_of(version, data).answering


def present_snapshot(data: Path | None = None) -> Snapshot:
    """The knowledge as it lies in the folder now; raises FaultsFound where it cannot be read."""
    root = data or data_directory()
    return Snapshot(load_knowledge(root), files_of(root))


def _read(version: str, files: Files) -> Knowledge:
    """The knowledge in these files; their names were checked when the archives were unpacked."""
    with tempfile.TemporaryDirectory(prefix="formulator-") as folder:
        try:
            for name, content in files.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            return load_knowledge(Path(folder), in_todays_shape)
        except OSError as error:
            problem = f"Version {version} cannot be laid out for reading: {error.strerror}."
            raise FaultsFound([Fault(Place(f"data/{VERSIONS}"), "", problem)]) from None
        except FaultsFound as found:
            problem = f"Version {version} is as it was released, but this program no longer reads it: {found.faults[0]}"
            raise FaultsFound([Fault(Place(f"data/{VERSIONS}"), "", problem)]) from None
