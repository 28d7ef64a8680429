"""A run on disk: finished parts, each committed by a small file that is renamed into place last, and a marker.

OUT.partial/       000000.parquet, perhaps 000000.rejects.csv, 000000.json, ... each part a whole file of its own; the
                   .json, written last, commits it
OUT.partial.json   what the run was asked, how far it is

A part without its commit, or without the bytes that were committed, is made again. Nothing at OUT changes before the
whole is written and moved there. A part is the same whoever made it, so the whole has the same bytes
whether or not the run was cut off.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from formulator.cohort.parquet_join import MAGIC, Joined, footer_of
from formulator.cohort.request import PARQUET, Request
from formulator.cohort.source import Reject
from formulator.export.table import guarded
from formulator.faults import Fault, FaultsFound, Place

try:
    import fcntl
except ImportError:  # not on Windows: there nobody is warned of a second process
    fcntl = None

LOCK = "lock"
REJECT_COLUMNS = ("row", "field", "reason", "allowed")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes of an answered block, of which the first are a heading, and what is said of it."""

    index: int
    content: bytes
    heading: int
    rows: int
    rejected: int
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class Commit:
    """What is known of a finished part."""

    index: int
    rows: int
    rejected: int
    heading: int
    size: int
    crc32: int
    rejects: tuple[int, int] = (0, 0)
    """Size and checksum of the rejects, which have a file of their own where there are any."""


class Parts:
    """The parts of one run beside the file that it will become."""

    def __init__(self, out: Path, request: Request, resume: bool = False, restart: bool = False) -> None:
        self.out, self.request, self.resume, self.restart = out, request, resume, restart
        self.folder = out.with_name(f"{out.name}.partial")
        self.marker = out.with_name(f"{out.name}.partial.json")
        self.rejects = rejects_of(out)
        self.about = out.with_name(f"{out.name}.meta.json")
        self.done: dict[int, Commit] = {}
        self._lock: BinaryIO | None = None

    def begin(self) -> None:
        """Make the folder, or take up what is there.

        Raises FaultsFound where a part of another run is in the way, or what is to be resumed was asked differently;
        OSError where the disk refuses.
        """
        place = Place(self.folder.name)
        if self.resume:
            self._check_same(place)
        elif not self.restart and (self.folder.exists() or self.marker.exists()):
            problem = "A run that was not finished has left its parts here."
            advice = "Go on with --resume, or begin anew with --restart."
            raise FaultsFound([Fault(place, "", problem, advice=advice)])
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self._lock = locked(self.folder)
        if self.resume:
            self.done = {one.index: one for one in self._commits()}
        elif self.restart:
            self._clear()
        self.mark("running")

    def _check_same(self, place: Place) -> None:
        before = asked_before(self.out)
        if before is None:
            raise FaultsFound([Fault(place, "", "There is no run to go on with.", advice="Leave --resume out.")])
        now = self.request.plain()
        other = [name for name in now if before.get(name) != now[name]]
        if other:
            problem = f"The run that was cut off differs: {', '.join(_in_words(one) for one in other)}."
            advice = "Begin anew with --restart, or bring back what it was begun with."
            raise FaultsFound([Fault(place, "", problem, advice=advice)])

    def _commits(self) -> Iterator[Commit]:
        for path in sorted(self.folder.glob("[0-9]*.json")):
            try:
                found = Commit(**json.loads(path.read_text(encoding="utf-8")))
                kept = (found.size, found.crc32), tuple(found.rejects)
            except (ValueError, TypeError):
                continue
            if kept == (_crc_of(self._path(found.index)), _crc_of(self._rejects_path(found.index))):
                yield found

    def _path(self, index: int) -> Path:
        return self.folder / f"{index:06d}.{self.request.form}"

    def _rejects_path(self, index: int) -> Path:
        return self.folder / f"{index:06d}.rejects.csv"

    def add(self, part: Part) -> None:
        """Keep a part; it counts once its commit is in place. Raises OSError where the disk refuses."""
        path = self._path(part.index)
        _put(path, part.content)
        rejects = rejects_csv(part.rejects).encode()
        if rejects:
            _put(self._rejects_path(part.index), rejects)
        commit = Commit(
            part.index,
            part.rows,
            part.rejected,
            part.heading,
            len(part.content),
            zlib.crc32(part.content),
            (len(rejects), zlib.crc32(rejects)),
        )
        _put(path.with_suffix(".json"), json.dumps({name: getattr(commit, name) for name in Commit.__slots__}).encode())
        self.done[part.index] = commit

    @property
    def rows(self) -> int:
        """Rows answered so far."""
        return sum(one.rows for one in self.done.values())

    @property
    def rejected(self) -> int:
        """Rows rejected so far."""
        return sum(one.rejected for one in self.done.values())

    def mark(self, state: str) -> None:
        """Write how far the run is."""
        said = {
            "state": state,
            "rows_answered": self.rows,
            "rows_rejected": self.rejected,
            "parts": len(self.done),
            "go_on": "the same command with --resume",
            "asked": self.request.plain(),
        }
        _put(self.marker, json.dumps(said, indent=2).encode())

    def finish(self, about: Callable[[], Mapping[str, Any]]) -> None:
        """Put the parts together and move the whole into place, then take the parts away.

        Raises FaultsFound where a part has been damaged, OSError where the disk refuses; OUT is then what it was.
        """
        commits = [self.done[index] for index in sorted(self.done)]
        join = self._join_parquet if self.request.form == PARQUET else self._join_text
        made = {self.out: self._made("whole", lambda stream: join(commits, stream))}
        if self.rejected:
            made[self.rejects] = self._made("rejects.csv", lambda stream: self._join_rejects(commits, stream))
        if self.request.form != PARQUET:
            said = {**about(), "rows_answered": self.rows, "rows_rejected": self.rejected}
            content = json.dumps(said, indent=2, sort_keys=True).encode() + b"\n"
            made[self.about] = self._made("meta.json", lambda stream: stream.write(content))
        for target, path in reversed(made.items()):
            path.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o600)
            path.replace(target)
        if self.rejects not in made:
            self.rejects.unlink(missing_ok=True)
        self.remove()

    def _made(self, name: str, write: Callable[[BinaryIO], object]) -> Path:
        """A file among the parts, safe on disk."""
        path = self.folder / name
        with path.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        return path

    def _join_rejects(self, commits: Iterable[Commit], stream: BinaryIO) -> None:
        stream.write((",".join(REJECT_COLUMNS) + "\n").encode())
        for commit in commits:
            stream.write(self._rejects_path(commit.index).read_bytes() if commit.rejected else b"")

    def _join_text(self, commits: Iterable[Commit], stream: BinaryIO) -> None:
        for place, commit in enumerate(commits):
            content = self._checked(commit)
            stream.write(memoryview(content)[commit.heading if place else 0 :])

    def _join_parquet(self, commits: Iterable[Commit], stream: BinaryIO) -> None:
        joined = Joined()
        stream.write(MAGIC)
        for place, commit in enumerate(commits):
            content = self._checked(commit)
            footer, pages = footer_of(self._path(commit.index))
            if commit.rows or not place:
                stream.write(memoryview(content)[len(MAGIC) : len(MAGIC) + pages])
                joined.add(footer, pages)
        stream.write(joined.end())

    def _checked(self, commit: Commit) -> bytes:
        content = self._path(commit.index).read_bytes()
        if (len(content), zlib.crc32(content)) != (commit.size, commit.crc32):
            problem = f"Part {commit.index} has been damaged since it was written."
            raise FaultsFound([Fault(Place(self.folder.name), "", problem, advice="Make it again with --resume.")])
        return content

    def close(self) -> None:
        """Let another process have the parts."""
        if self._lock is not None:
            self._lock.close()

    def _clear(self) -> None:
        """Take away what a run has left, but not the lock."""
        for path in self.folder.iterdir():
            if path.name != LOCK:
                path.unlink()

    def remove(self) -> None:
        """Take away the parts and the marker."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.marker.unlink(missing_ok=True)


def locked(folder: Path) -> BinaryIO | None:
    """A lock on the folder that ends with the process. Raises FaultsFound where another process holds it."""
    if fcntl is None:
        return None
    stream = (folder / LOCK).open("wb")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stream.close()
        raise FaultsFound([Fault(Place(folder.name), "", "Another process is at work on this answer.")]) from None
    return stream


def asked_before(out: Path) -> dict[str, Any] | None:
    """What the unfinished run beside a file was asked, None where there is none."""
    try:
        said = json.loads(out.with_name(f"{out.name}.partial.json").read_text(encoding="utf-8"))
        return said["asked"] if isinstance(said["asked"], dict) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def rejects_of(out: Path) -> Path:
    """Where the rejected rows of an answer are listed."""
    return out.with_name(f"{out.name}.rejects.csv")


def rejects_csv(rejects: Iterable[Reject]) -> str:
    """Rejected rows as lines of CSV, without a heading."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([guarded(cell) for cell in (one.row, one.field, one.reason, one.allowed)] for one in rejects)
    return out.getvalue()


def _put(path: Path, content: bytes) -> None:
    """A file that is there as a whole or not at all, after a kill of the process."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _crc_of(path: Path) -> tuple[int, int] | None:
    """Length and checksum, both 0 where there is no file, None where it cannot be read."""
    size = crc = 0
    if not path.exists():
        return 0, 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                size, crc = size + len(chunk), zlib.crc32(chunk, crc)
    except OSError:
        return None
    return size, crc


def _in_words(name: str) -> str:
    return {"day": "date", "form": "format", "input_sha256": "input", "program": "version of the program"}.get(
        name, name.replace("_sha256", "").replace("_", " ")
    )
