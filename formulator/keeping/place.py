"""How a kept file is begun at its place, how a damaged or foreign one is set aside, and what is left beside it."""

from __future__ import annotations

import os
import stat
import tempfile
from datetime import datetime
from pathlib import Path

MAGIC = b"SQLite format 3\x00"
COMPANIONS = ("-journal", "-wal", "-shm")
_WAITING = ".part"


def private_folder(folder: Path) -> None:
    """The folder, for its owner alone where it is new; raises OSError where it cannot be made."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.exists():
        folder.mkdir(mode=0o700, exist_ok=True)


def waiting_beside(path: Path) -> Path:
    """An empty file beside the place, for its owner alone."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_WAITING, dir=path.parent)
    os.close(handle)
    return Path(name)


def put_in_place(ready: Path, path: Path) -> None:
    """Moves a finished file to its place unless something lies there by now; nothing is ever overwritten."""
    try:
        os.link(ready, path)
    except FileExistsError:
        pass
    except OSError:  # no hard links on this file system
        if not path.exists():
            ready.rename(path)
    finally:
        ready.unlink(missing_ok=True)
    _safe_on_disk(path.parent)


def _safe_on_disk(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_ours(path: Path, mark: int) -> bool:
    """Whether the header has this mark; read as bytes, because SQLite may write to what it opens."""
    with path.open("rb") as stream:
        header = stream.read(100)
    return len(header) == 100 and header.startswith(MAGIC) and int.from_bytes(header[68:72], "big") == mark


def is_plain_file(path: Path) -> bool:
    """Whether a file lies there, and no folder, pipe or device."""
    return stat.S_ISREG(path.stat().st_mode)


def may_be_written(path: Path) -> bool:
    """Whether the file and its folder, in which the journal comes to lie, may be written."""
    mine = os.access in os.supports_effective_ids
    return all(os.access(one, os.W_OK, effective_ids=mine) for one in (path, path.parent))


def set_aside(path: Path, now: datetime, judged: int) -> Path | None:
    """Moves a file with what SQLite wrote beside it to a name that tells the moment; its bytes stay as they are.

    `judged` is the number of the file that was found damaged: where another lies there by now, nothing is moved and
    the answer is None. Raises OSError where the folder refuses.
    """
    name = f"{path.name}.damaged-{now:%Y%m%d-%H%M%S}"
    target = path.with_name(name)
    number = 2
    while target.exists():
        target = path.with_name(f"{name}-{number}")
        number += 1
    try:
        if path.stat().st_ino != judged:
            return None
        companions_aside(path, target)
        path.rename(target)
    except FileNotFoundError:
        return None
    return target


def companions_aside(path: Path, target: Path) -> None:
    """Moves journals first: one left behind would be rolled back into whatever file comes to lie there next."""
    for suffix in COMPANIONS:
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(target.with_name(target.name + suffix))


def orphans_aside(path: Path, now: datetime) -> None:
    """The same for journals whose file is gone."""
    if any(path.with_name(path.name + suffix).exists() for suffix in COMPANIONS) and not path.exists():
        companions_aside(path, path.with_name(f"{path.name}.damaged-{now:%Y%m%d-%H%M%S}"))


def overwrite(path: Path) -> None:
    """Zeros in place of every byte, safe on disk; needs no room. Raises OSError."""
    with path.open("r+b") as stream:
        left = path.stat().st_size
        while left > 0:
            left -= stream.write(bytes(min(left, 1 << 20)))
        stream.flush()
        os.fsync(stream.fileno())


def traces(path: Path) -> tuple[Path, ...]:
    """Everything beside a kept file that could hold parts of it: journals, unfinished new files."""
    unfinished = path.parent.glob(f".{path.name}.*{_WAITING}*")
    return (*(path.with_name(path.name + suffix) for suffix in COMPANIONS), *sorted(unfinished))


def damaged_copies(path: Path) -> tuple[Path, ...]:
    """The files that were set aside from this place, oldest first."""
    return tuple(sorted(path.parent.glob(f"{path.name}.damaged-*")))
