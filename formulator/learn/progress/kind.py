"""The progress file: where it lies and what it is."""

from __future__ import annotations

from pathlib import Path

from formulator.keeping import Kind
from formulator.learn.progress.exchange import document_of
from formulator.learn.progress.tables import SCHEMA, Table
from formulator.paths import user_directory

NAME = "progress.sqlite"
PROGRESS = Kind(noun="progress", mark=0x464D5052, schema=SCHEMA, metadata=Table.metadata, read=document_of)


def progress_file() -> Path:
    """The place of the progress file: below FORMULATOR_HOME, or in the user's own folder for data of programs."""
    return user_directory() / NAME
