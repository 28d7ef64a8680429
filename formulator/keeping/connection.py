"""How a kept file is opened: one connection a transaction, locks at once for writers, safe at power loss.

The journal is the rollback journal, not a write-ahead log: everything lies in one file that can be copied and deleted,
it also works on network drives, and with a few small writes a minute speed is no reason. `synchronous=EXTRA` confirms
a commit only after file and folder are on disk; FULL may lose the last commit of this journal mode when power fails.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool, StaticPool

from formulator.keeping.kind import SCHEMA_KEY, Kind

WAIT_SECONDS = 10
WRITES = {"writes": True}
_SETTINGS = (
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=EXTRA",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
)


_LOCKS: dict[Path, threading.RLock] = {}
_LOCKS_LOCK = threading.Lock()


def lock_of(path: Path | None) -> threading.RLock:
    """The lock that all stores of one file in this process share; each store in memory has its own.

    A file that is opened and closed by its bytes loses every lock that this process holds on it (POSIX), so nobody may
    look at its bytes while another thread writes through SQLite.
    """
    if path is None:
        return threading.RLock()
    with _LOCKS_LOCK:
        return _LOCKS.setdefault(path.absolute(), threading.RLock())


def canonical(value: Any) -> str:
    """A value as JSON that is the same for the same value; raises ValueError for numbers that are not finite."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def engine_for(path: Path | None) -> Engine:
    """An engine on an existing file, or on memory where there is none; it never makes a file."""
    name = ":memory:" if path is None else f"file:{quote(path.as_posix())}?mode=rw"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            name, uri=path is not None, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )

    pool = StaticPool if path is None else NullPool
    engine = create_engine(
        "sqlite://", creator=connect, poolclass=pool, json_serializer=canonical, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    for setting in _SETTINGS:
        connection.execute(setting)


def _begin(connection: Any) -> None:
    """A writer takes its lock before it reads, so that what it read still holds when it writes."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_tables(engine: Engine, kind: Kind) -> None:
    """Empty tables in a database that has none, in one transaction."""
    with engine.execution_options(**WRITES).begin() as connection:
        connection.exec_driver_sql(f"PRAGMA application_id={kind.mark}")
        kind.metadata.create_all(connection)
        connection.execute(kind.meta.insert().values(key=SCHEMA_KEY, value=str(kind.schema)))
        for statement in kind.triggers:
            connection.exec_driver_sql(statement)
