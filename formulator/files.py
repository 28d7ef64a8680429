"""The first half of writing a file whole or not at all: its content beside its place, to be moved there."""

from __future__ import annotations

import os
import tempfile
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
