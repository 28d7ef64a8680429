"""The shipped knowledge base, kept ready in the user's cache folder, so that a program starts quickly.

Kept under the hash of the knowledge files and of the code that reads them. Before anything is unpacked, owner, size and
hash of the kept file are checked, and only our own classes can come out of it; whatever does not fit is made anew from
the files. Nothing depends on it: without the folder the files are read as ever.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import sys
from pathlib import Path
from typing import Any

from formulator import __version__
from formulator.files import write_together
from formulator.knowledge.archive import files_of, hash_of
from formulator.knowledge.base import Knowledge
from formulator.knowledge.load import load_knowledge
from formulator.paths import cache_directory, data_directory

_READERS = ("conditions", "knowledge", "profile")
_OURS = ("formulator.conditions.", "formulator.knowledge.", "formulator.profile.", "formulator.faults")
_OTHERS = {("datetime", "date"), ("decimal", "Decimal"), ("builtins", "frozenset"), ("collections", "OrderedDict")}
_HASH = hashlib.sha256
_HASH_BYTES = 32
LARGEST = 64_000_000
MOST_KEPT = 4
"""So many are kept, for several checkouts or interpreters; the oldest goes first."""


def ready_knowledge() -> Knowledge:
    """The shipped knowledge base; read and checked as by `load_knowledge`, which is also what raises FaultsFound."""
    digest = hash_of(files_of(data_directory()))
    place = cache_directory() / f"knowledge-{_key(digest)}.bin"
    kept = _kept(place)
    if kept is not None and kept.sha256 == digest:
        return kept
    knowledge = load_knowledge()
    knowledge.prepare()
    _keep(knowledge, place)
    return knowledge


def _key(digest: str) -> str:
    """The name of what is kept: knowledge, program, its readers' files and the interpreter."""
    package = Path(__file__).resolve().parents[1]
    made = _HASH(f"{digest} {__version__} {sys.version} {data_directory()}".encode())
    for folder in _READERS:
        for path in sorted((package / folder).rglob("*.py")):
            state = path.stat()
            made.update(f"{path.name} {state.st_size} {state.st_mtime_ns}".encode())
    return made.hexdigest()[:32]


def _kept(place: Path) -> Knowledge | None:
    """What is kept there, None where it is missing, damaged, somebody else's or anything but a knowledge base."""
    try:
        if not _is_private(place):
            return None
        content = place.read_bytes()
        digest, body = content[:_HASH_BYTES], content[_HASH_BYTES:]
        if _HASH(body).digest() != digest:
            return None
        found = _OurClasses(io.BytesIO(body)).load()
    except Exception:  # whatever a damaged file brings about, it is made anew
        return None
    return found if isinstance(found, Knowledge) else None


def _is_private(place: Path) -> bool:
    """Whether file and folder are ours, and nobody else may write there."""
    if place.is_symlink() or not place.is_file() or place.stat().st_size > LARGEST:
        return False
    if not hasattr(os, "geteuid"):
        return True
    states = (place.stat(), place.parent.stat())
    return all(state.st_uid == os.geteuid() and not state.st_mode & 0o022 for state in states)


def _keep(knowledge: Knowledge, place: Path) -> None:
    """Write what was read, and take away what older files left; where that fails, nothing is kept."""
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        body = pickle.dumps(knowledge, protocol=pickle.HIGHEST_PROTOCOL)
        write_together({place: _HASH(body).digest() + body})
        for old in sorted(place.parent.glob("knowledge-*.bin"), key=_written)[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
    except (OSError, pickle.PicklingError, RecursionError, TypeError):
        return


def _written(path: Path) -> int:
    return path.stat().st_mtime_ns


class _OurClasses(pickle.Unpickler):
    """Makes objects of our own classes and of a few plain ones; any other name, and any function, is refused."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        """The class of this name."""
        if module_name.startswith(_OURS) or (module_name, global_name) in _OTHERS:
            found = super().find_class(module_name, global_name)
            if isinstance(found, type):
                return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is no part of a knowledge base")
