"""Opening a kept file: begun where there is none, set aside where damaged or foreign, refused where newer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.orm import Session

from formulator.keeping.connection import engine_for, make_tables
from formulator.keeping.kind import SCHEMA_KEY, Kind
from formulator.keeping.place import (
    is_ours,
    is_plain_file,
    may_be_written,
    orphans_aside,
    private_folder,
    put_in_place,
    set_aside,
    waiting_beside,
)
from formulator.keeping.troubles import in_words, trouble

_UNREADABLE = (SQLAlchemyError, ValueError, TypeError, KeyError, AttributeError)
_SQLITE_ERROR_OF_CONTENT = {1, 11, 20, 26}
"""SQLITE_ERROR (a table is missing), CORRUPT, MISMATCH, NOTADB; every other code is about the disk or the moment."""


def begin_file(path: Path, now: datetime, kind: Kind) -> None:
    """A new empty file where there is none; it comes into being whole. Raises OSError or a database error."""
    private_folder(path.parent)
    orphans_aside(path, now)
    ready = waiting_beside(path)
    try:
        engine = engine_for(ready)
        make_tables(engine, kind)
        engine.dispose()
        put_in_place(ready, path)
    finally:
        ready.unlink(missing_ok=True)


def open_or_begin(path: Path, now: datetime, kind: Kind) -> tuple[str, ...]:
    """Makes sure that a sound file of a kind lies there, and says what the user should know.

    Raises FaultsFound where the place cannot be written, no file lies there, or the file is of a later version.
    """
    with in_words(path):
        notices = set_aside_if_damaged(path, now, kind)
        if not path.exists():
            begin_file(path, now, kind)
        if not may_be_written(path):
            raise trouble(path, "The file or its folder may not be written.", "Allow writing, or set FORMULATOR_HOME.")
    return notices


def set_aside_if_damaged(path: Path, now: datetime, kind: Kind) -> tuple[str, ...]:
    """Moves what is no sound file of a kind aside, and says so; nothing where none lies there or it is sound.

    Raises FaultsFound where no file lies there but something else, or the file is of a later version.
    """
    if not path.exists():
        return ()
    if not is_plain_file(path):
        raise trouble(path, "No file lies here but a folder or a device.", "Move it, or set FORMULATOR_HOME.")
    number = path.stat().st_ino
    problem = _damage(path, kind) if is_ours(path, kind.mark) else f"is not a {kind.noun} file"
    if not problem:
        return ()
    aside = set_aside(path, now, number)
    return () if aside is None else (f"The file {path.name} {problem}. It was set aside, unchanged: {aside}",)


def _damage(path: Path, kind: Kind) -> str:
    """What is wrong with a file of ours, or nothing. Raises FaultsFound where it is of a later version."""
    engine = engine_for(path)
    try:
        with Session(engine) as session:
            if session.scalar(text("PRAGMA quick_check(1)")) != "ok":
                return "is damaged"
            version = session.scalar(select(kind.meta.c.value).where(kind.meta.c.key == SCHEMA_KEY))
            if version is not None and version.isdecimal() and int(version) > kind.schema:
                raise trouble(path, f"A later program wrote this file (version {version}).", "Use that program.")
            if version != str(kind.schema) or session.execute(text("PRAGMA foreign_key_check")).first():
                return "is damaged"
            kind.read(session)
    except DatabaseError as error:
        if _only_refused(error):
            raise
        return "is damaged"
    except _UNREADABLE:
        return "holds an entry that cannot be read"
    finally:
        engine.dispose()
    return ""


def _only_refused(error: DatabaseError) -> bool:
    """Whether the disk or another process refused, which says nothing about the content."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is None or code & 0xFF not in _SQLITE_ERROR_OF_CONTENT
