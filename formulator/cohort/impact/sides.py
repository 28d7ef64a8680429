"""The two states of the knowledge that are compared: a released version, a folder, or what is shipped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from formulator.columns import Compiled, compile_columns
from formulator.faults import Fault, FaultsFound, Place, did_you_mean, shown
from formulator.knowledge import Knowledge, ready_knowledge
from formulator.knowledge.archive import files_of
from formulator.knowledge.versions import Snapshot, present_snapshot, snapshot_of, version_records
from formulator.paths import data_directory

SHIPPED = "shipped"
_VERSION = re.compile(r"[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,4}")
_FORMS = f"a released version, a folder of knowledge, or {SHIPPED}"


@dataclass(frozen=True)
class Side:
    """One state of the knowledge under the name that was asked for."""

    name: str
    snapshot: Snapshot

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge, with what an old version had to be lent."""
        return self.snapshot.answering

    @cached_property
    def compiled(self) -> Compiled:
        """The knowledge compiled for columns, with the fields worth asking."""
        return compile_columns(self.knowledge)


ABOUT = "knowledge.yaml"
"""The file that makes a folder one of knowledge."""


def side_from(text: str, argument: str = "OLD, NEW") -> Side:
    """The state of the knowledge that a text names.

    Raises FaultsFound where there is no such version or folder, or where it is damaged or cannot be read.
    """
    if text == SHIPPED:
        return Side(text, Snapshot(ready_knowledge(), files_of(data_directory())))
    if text and (Path(text) / ABOUT).is_file():
        return Side(text, present_snapshot(Path(text)))
    if _VERSION.fullmatch(text):
        return Side(text, snapshot_of(text))
    known = [one.version for one in version_records()]
    advice = did_you_mean(text, (*known, SHIPPED)) or f"Versions: {', '.join(known)}."
    raise FaultsFound([Fault(Place(argument), "", f"There is no knowledge {shown(text)}.", _FORMS, advice)])
