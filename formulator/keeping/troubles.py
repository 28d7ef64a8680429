"""What a disk or SQLite refuses, in words that say what became of the content and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from formulator.faults import Fault, FaultsFound, Place

_KEPT = "What was saved before is kept."
_BY_CODE = {
    sqlite3.SQLITE_FULL: ("The disk is full; this step was not saved.", f"{_KEPT} Make room and try again."),
    sqlite3.SQLITE_READONLY: ("The file may not be written; this step was not saved.", f"{_KEPT} Allow writing."),
    sqlite3.SQLITE_BUSY: ("Another window is writing for too long; this step was not saved.", "Try again."),
    sqlite3.SQLITE_CANTOPEN: ("The file cannot be opened.", "Look whether its folder exists and may be written."),
    sqlite3.SQLITE_IOERR: ("The disk reported a fault; this step was not saved.", f"{_KEPT} Look at the disk."),
    sqlite3.SQLITE_CORRUPT: ("The file is damaged.", "Start the program again: the file will be set aside."),
    sqlite3.SQLITE_NOTADB: ("The file is damaged.", "Start the program again: the file will be set aside."),
}
_ANYTHING_ELSE = ("Something could not be saved or read.", _KEPT)


def trouble(place: Path | None, problem: str, advice: str = "") -> FaultsFound:
    """One fault about a kept file."""
    return FaultsFound([Fault(Place(str(place or "memory")), "", problem, "", advice)])


@contextmanager
def in_words(place: Path | None) -> Iterator[None]:
    """Whatever the database or the disk refuses inside becomes FaultsFound; no stored value stands in the message."""
    try:
        yield
    except DBAPIError as error:
        raise trouble(place, *_words_for(error.orig)) from None
    except sqlite3.Error as error:
        raise trouble(place, *_words_for(error)) from None
    except SQLAlchemyError:
        raise trouble(place, *_ANYTHING_ELSE) from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise trouble(place, f"The folder or file refuses: {reason}.", _KEPT) from None


def _words_for(error: BaseException | None) -> tuple[str, str]:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return _ANYTHING_ELSE
    primary = code & 0xFF  # the rest is a finer distinction
    return _BY_CODE.get(sqlite3.SQLITE_BUSY if primary == sqlite3.SQLITE_LOCKED else primary, _ANYTHING_ELSE)
