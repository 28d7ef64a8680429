"""Files written whole or not at all: the content beside its place first, then moved there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def written_beside(place: Path, content: bytes) -> Path:
    """The content in a new file in the same folder, safe on disk, with the permissions of the file it will replace."""
    handle, name = tempfile.mkstemp(prefix=f".{place.name[:40]}.", suffix=".part", dir=place.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if place.exists():
            temporary.chmod(place.stat().st_mode & 0o777)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write every file, or none: all are written beside their places first, then moved in order.

    Raises OSError where the disk refuses. New files are readable by their owner only.
    """
    waiting: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            waiting[path] = written_beside(path.resolve(), content)
        for path, temporary in waiting.items():
            temporary.replace(path.resolve())
    finally:
        for temporary in waiting.values():
            temporary.unlink(missing_ok=True)
