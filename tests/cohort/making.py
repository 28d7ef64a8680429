"""Cohorts for tests: documents as rows, cells as people write them, and what the one-patient program says of a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from formulator.cohort.answering import Answerer
from formulator.cohort.request import Request
from formulator.cohort.source import Block
from formulator.columns import Compiled, compile_columns
from formulator.faults import FaultsFound, Place
from formulator.knowledge import Knowledge
from formulator.profile import Catalogue, Profile
from formulator.profile.validate import validate
from formulator.strict_yaml import Node

NOTHING = ("", "~", "null", "Null", "NULL")


def cell_of(value: Any) -> str:
    """A value of a profile as it is written into a cell."""
    if isinstance(value, tuple):
        return ";".join(str(one) for one in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def cells_of(profile: Profile) -> dict[str, str]:
    """A profile as the cells of a row."""
    return {
        **{name: cell_of(value) for name, value in profile.values.items() if value != ()},
        **dict.fromkeys(profile.asked_unknown, "unknown"),
    }


def document_of(cells: Mapping[str, str], catalogue: Catalogue) -> Node:
    """A row as the document of one patient: plain YAML scalars, and sequences for lists."""
    entries = {}
    for name, written in cells.items():
        text = written.strip()
        if catalogue.fields[name].type.startswith("list") and text not in (*NOTHING, "unknown"):
            entries[name] = Node([Node(one.strip(), Place()) for one in text.split(";")], Place())
        else:
            entries[name] = Node(text, Place())
    return Node(entries, Place())


def alone(cells: Mapping[str, str], catalogue: Catalogue) -> Profile | set[str]:
    """What the validator of one patient says of a row: a profile, or the fields that it refuses."""
    try:
        return validate(document_of(cells, catalogue), catalogue)
    except FaultsFound as found:
        return {one.field for one in found.faults}


def text_table(rows: Sequence[Mapping[str, str]]) -> pa.Table:
    """Rows as columns of text; a cell that is absent is empty."""
    names = sorted({name for row in rows for name in row})
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names})


_COMPILED: dict[tuple[str, bool], Compiled] = {}


def compiled_once(knowledge: Knowledge, questions: bool = True) -> Compiled:
    """The rules, compiled once for all tests."""
    key = (knowledge.sha256, questions)
    if key not in _COMPILED:
        _COMPILED[key] = compile_columns(knowledge, questions)
    return _COMPILED[key]


def answerer_for(table: pa.Table, knowledge: Knowledge, day: date, **asked: Any) -> Answerer:
    """An answerer for such a table."""
    fields = tuple(name for name in table.column_names if name in knowledge.catalogue.fields)
    carried = tuple(name for name in table.column_names if name not in knowledge.catalogue.fields)
    model = asked.pop("model", None)
    request = Request(day, "parquet", fields, carried, max(64, len(table)), **asked)
    return Answerer(request, knowledge, model, compiled_once(knowledge, "questions" not in request.extras))


def block_of(table: pa.Table) -> Block:
    """A whole table as one block."""
    return Block(0, table, np.arange(1, len(table) + 1, dtype=np.int64))


def write_csv(path: Path, rows: Sequence[Mapping[str, str]], **style: Any) -> None:
    """Rows as a CSV file."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", **style)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
