"""What one kind of kept file is: its name in sentences, its mark, its tables, and how its content is looked through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import Mapped, Session, mapped_column

META = "meta"
SCHEMA_KEY = "schema"


class MetaColumns:
    """The columns of the table in which a file says what it is; each kind has one of its own under META."""

    __tablename__ = META
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of kept file.

    `noun` is what it holds, in sentences; `mark` SQLite's application id (bytes 68 to 71 of the header), which tells it
    from any other database; `schema` the version of its tables: a file of a later one is refused, not touched. `read`
    looks the content through on opening and raises ValueError where an entry cannot be read. `triggers` are statements
    that are run once, when a file is made.
    """

    noun: str
    mark: int
    schema: int
    metadata: MetaData
    read: Callable[[Session], object]
    triggers: tuple[str, ...] = ()

    @property
    def meta(self) -> Table:
        """The table in which the file says what it is."""
        return self.metadata.tables[META]
