"""One kept file, or memory alone: transactions that several windows share, and deletion that leaves nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from formulator.keeping.connection import WRITES, engine_for, lock_of, make_tables
from formulator.keeping.kind import Kind
from formulator.keeping.opening import begin_file, open_or_begin
from formulator.keeping.place import damaged_copies, overwrite, traces
from formulator.keeping.troubles import in_words, trouble


class KeptFile:
    """What is kept in one SQLite file, or in memory where `path` is None; threads and processes may share a file.

    `notices` are sentences for the user about what happened on opening. Whatever a method confirms by returning is on
    disk; where one raises FaultsFound, nothing of it is.
    """

    kind: Kind

    def __init__(self, path: Path | None, now: datetime) -> None:
        """Opens or begins the file.

        A damaged or foreign file is set aside, never overwritten. Raises FaultsFound where the place cannot be written
        or the file is of a later version.
        """
        self.path = path
        self._opened = now
        self._one_at_a_time = lock_of(path)
        with self._one_at_a_time:
            self.notices: tuple[str, ...] = () if path is None else open_or_begin(path, now, self.kind)
        self._engine = engine_for(path) if path else self._in_memory()

    @property
    def is_saved(self) -> bool:
        """Whether what is kept outlives the program."""
        return self.path is not None

    def delete_everything(self, also_set_aside: bool = False) -> tuple[Path, ...]:
        """Overwrites and removes the file and what SQLite keeps beside it.

        Files that were set aside may be somebody else's and stay, unless `also_set_aside`; gives those that stay.
        """
        if self.path is None:
            self._engine.dispose()
            self._engine = self._in_memory()
            return ()
        with self._one_at_a_time, in_words(self.path):
            if self.path.exists():
                self._wipe(self.path)
            for left in (*traces(self.path), *(damaged_copies(self.path) if also_set_aside else ())):
                left.unlink(missing_ok=True)
            return damaged_copies(self.path)

    def _wipe(self, path: Path) -> None:
        """Overwrites the bytes under a lock that is held until the file is gone, so that no other write gets lost.

        Rows are not deleted one by one, because that needs room for a journal, and the disk may be full.
        """
        connection = self._engine.raw_connection()
        try:
            connection.cursor().execute("BEGIN EXCLUSIVE")
            overwrite(path)
            if os.name == "posix":
                path.unlink(missing_ok=True)
        finally:
            connection.close()
        path.unlink(missing_ok=True)  # where an open file cannot be removed

    def _file_is_gone(self, path: Path) -> None:
        """What a writer does where the file was deleted meanwhile: begins a new one."""
        begin_file(path, self._opened, self.kind)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._one_at_a_time, in_words(self.path), self._valid():
            if self.path is not None and not self.path.exists():
                self._file_is_gone(self.path)
            number = self._number()
            with Session(self._engine.execution_options(**WRITES)) as session, session.begin():
                session.connection()
                if self._number() != number:
                    problem = f"Another window has just deleted or moved the {self.kind.noun}."
                    raise trouble(self.path, problem, "Try again.")
                yield session

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        """Where the file was deleted meanwhile there is nothing to read, and looking makes no new file."""
        with self._one_at_a_time, in_words(self.path), self._valid():
            there = self.path is None or self.path.exists()
            with Session(self._engine if there else self._in_memory()) as session:
                yield session

    @contextmanager
    def _valid(self) -> Iterator[None]:
        """What the file holds is checked on opening; where it changed since, that is said instead of a traceback."""
        try:
            yield
        except ValueError:
            problem = f"Something in the {self.kind.noun} cannot be read or written."
            raise trouble(self.path, problem, "Start the program again.") from None

    def _number(self) -> int | None:
        """Which file lies at the place now."""
        return None if self.path is None or not self.path.exists() else self.path.stat().st_ino

    def _in_memory(self) -> Engine:
        engine = engine_for(None)
        make_tables(engine, self.kind)
        return engine
