"""One released version as one file: the knowledge files that the version before did not hold, as text in JSON, in xz.

Forward deltas, because a file that was released is then never written again, and because the last version can be
rebuilt while data/ is being edited. Nothing is ever unpacked to a path that an archive names before that is checked.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from formulator.faults import Fault, FaultsFound, Place, shown

VERSIONS = "versions"
"""The folder of records and archives inside data/; no part of the knowledge that they describe."""
PAIRS = "pairs"
"""The folder of pairs of patients, made from the knowledge."""
VERIFICATION = "verification"
"""The folder of the verification report, made from the knowledge."""
CASES = "cases"
"""The folder of teaching cases: they are checked against the knowledge and are no part of it."""
_MADE = (VERSIONS, PAIRS, VERIFICATION, CASES)
SUFFIXES = (".yaml", ".csv", ".json")
LARGEST_ARCHIVE = 16_000_000
LARGEST_CONTENT = 64_000_000
MOST_FILES = 5_000
_MEMORY = 128_000_000
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6 | lzma.PRESET_EXTREME}]
_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_NAME = re.compile(rf"(?!(?:{'|'.join(_MADE)})/)(?:{_PART}/)*{_PART}\.(?:yaml|csv|json)")

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Delta:
    """What turns the files of one version into those of the next."""

    files: Files = field(default_factory=dict)
    removed: frozenset[str] = frozenset()

    def applied_to(self, before: Files) -> dict[str, bytes]:
        """The files of the next version."""
        return {name: content for name, content in before.items() if name not in self.removed} | dict(self.files)


def files_of(root: Path) -> dict[str, bytes]:
    """The knowledge files below a folder by their name with slashes; what is made from them is not among them."""
    found = (path for path in root.rglob("*") if path.suffix in SUFFIXES)
    named = {path.relative_to(root).as_posix(): path for path in found}
    return {name: path.read_bytes() for name, path in named.items() if name.split("/")[0] not in _MADE}


def hash_of(files: Files) -> str:
    """SHA-256 over the names and bytes of knowledge files, in order of folder and name."""
    digest = hashlib.sha256()
    for name in sorted(files, key=lambda one: one.split("/")):
        digest.update(name.encode() + b"\0")
        digest.update(hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def delta_between(before: Files, after: Files) -> Delta:
    """The files that are new or other, whole, and the names of those that are gone."""
    files = {name: content for name, content in after.items() if before.get(name) != content}
    return Delta(files, frozenset(before) - frozenset(after))


def packed(delta: Delta) -> bytes:
    """The archive of a delta: the same bytes for the same files.

    Raises FaultsFound where a file is not UTF-8 text or has a name that an archive may not hold.
    """
    faults = [_fault(f"data/{name}", problem) for name in sorted(delta.files) if (problem := _unfit(name, delta))]
    if faults:
        raise FaultsFound(faults)
    files = {name: delta.files[name].decode() for name in sorted(delta.files)}
    text = json.dumps({"files": files, "removed": sorted(delta.removed)}, ensure_ascii=False, indent=0)
    return lzma.compress(text.encode(), format=lzma.FORMAT_XZ, filters=_FILTERS)


def _unfit(name: str, delta: Delta) -> str:
    if not _NAME.fullmatch(name):
        return "A file of the knowledge has a plain name of letters, digits, dots, hyphens and underscores."
    try:
        delta.files[name].decode()
    except UnicodeDecodeError:
        return "It is not UTF-8 text."
    return ""


def unpacked(content: bytes, place: str) -> Delta:
    """The delta of an archive; nothing is written anywhere.

    Raises FaultsFound where the archive is damaged, too large, or names a file outside the knowledge.
    """
    try:
        document = json.loads(_text(content, place))
    except (ValueError, RecursionError):
        raise FaultsFound([_fault(place, "The archive is damaged: its content is no JSON text.")]) from None
    files, removed = _parts(document, place)
    names = [*files, *removed]
    if len(names) > MOST_FILES:
        raise FaultsFound([_fault(place, f"The archive names {len(names):,} files.", f"at most {MOST_FILES:,}")])
    outside = [name for name in names if not _NAME.fullmatch(name)]
    if outside:
        problem = f"The archive names {shown(outside[0])}, which is no place for knowledge. Nothing was read from it."
        raise FaultsFound([_fault(place, problem, "names such as rules/safety/pregnancy.yaml")])
    return Delta({name: _encoded(text, place) for name, text in files.items()}, frozenset(removed))


def _text(content: bytes, place: str) -> str:
    """The decompressed text: bounded in memory and length."""
    if len(content) > LARGEST_ARCHIVE:
        raise FaultsFound([_fault(place, "The archive is too large.", f"at most {LARGEST_ARCHIVE:,} bytes")])
    try:
        decompressor = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY)
        plain = decompressor.decompress(content, max_length=LARGEST_CONTENT)
    except lzma.LZMAError:
        raise FaultsFound([_fault(place, "The archive is damaged: it cannot be decompressed.")]) from None
    if not decompressor.eof:
        more = len(plain) >= LARGEST_CONTENT
        problem = f"It holds more than {LARGEST_CONTENT:,} bytes." if more else "The archive is damaged: it is cut off."
        raise FaultsFound([_fault(place, problem)])
    return plain.decode()


def _parts(document: Any, place: str) -> tuple[dict[str, str], list[str]]:
    shape = isinstance(document, dict) and document.keys() == {"files", "removed"}
    files, removed = (document["files"], document["removed"]) if shape else (None, None)
    texts = isinstance(files, dict) and all(isinstance(text, str) for text in files.values())
    names = isinstance(removed, list) and all(isinstance(name, str) for name in removed)
    if not (texts and names):
        raise FaultsFound([_fault(place, "The archive has another shape.", "files (name: text) and removed (names)")])
    return dict(files or {}), list(removed or [])


def _encoded(text: str, place: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise FaultsFound([_fault(place, "The archive is damaged: it holds text that is no Unicode.")]) from None


def _fault(place: str, problem: str, allowed: str = "") -> Fault:
    return Fault(Place(place), "", problem, allowed, "Take the file from a sound copy of the program.")


def rebuilt(deltas: Iterable[Delta]) -> dict[str, bytes]:
    """The files of a version from the deltas of all versions up to it, oldest first."""
    files: dict[str, bytes] = {}
    for delta in deltas:
        files = delta.applied_to(files)
    return files
