"""An impact as tables: JSON with everything, CSV with one line for each count."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from formulator.cohort.impact.result import DECISION, FromTo, Impact, Move
from formulator.cohort.impact.sides import Side
from formulator.export.json_export import plain
from formulator.export.table import guarded

SCHEMA = "formulator/impact/1"
COLUMNS = ("table", "subject", "before", "after", "patients", "rows", "because")
"""Columns of the CSV: which count, of what, from, to, how many patients, example rows, items that alone do it."""


def impact_mapping(found: Impact, day: date) -> dict[str, Any]:
    """The impact as plain values; rows are numbers of records, and no value of a patient is in it."""
    return {
        "schema": SCHEMA,
        "before": _side(found.before),
        "after": _side(found.after),
        "date": day.isoformat(),
        "patients": found.patients,
        "rejected": found.rejected,
        "moved": found.moved,
        "moved_decisions": found.moved_decisions,
        "moved_statuses": found.moved_statuses,
        "decisions": _pairs(found.decisions),
        "statuses": {name: _pairs(pairs) for name, pairs in found.statuses.items()},
        "moves": [_move(one) for one in found.moves],
        "causes": [{**plain(one), "moves": [_move(move) for move in one.moves]} for one in found.causes],
        "together": found.together,
        "all_tried": found.all_tried,
        "changed_items": found.changed_items,
        "rules": plain(found.rules),
        "asked": plain(found.asked),
        "refusals": plain(found.refusals),
        "left_out": list(found.left_out),
    }


def impact_json(found: Impact, day: date) -> str:
    """The impact as JSON text."""
    return json.dumps(impact_mapping(found, day), indent=2, ensure_ascii=False) + "\n"


def _side(side: Side) -> dict[str, Any]:
    knowledge = side.knowledge
    lent = list(side.snapshot.lent)
    return {"name": side.name, "version": knowledge.version, "sha256": knowledge.sha256, "lent": lent}


def _pairs(pairs: FromTo) -> list[dict[str, Any]]:
    return [{"before": was, "after": now, "patients": count} for (was, now), count in pairs.items()]


def _move(one: Move) -> dict[str, Any]:
    return {"part": "status" if one.subject != DECISION else "decision", **plain(one)}


def impact_csv(found: Impact) -> str:
    """Every count of the impact, one line each."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([guarded(cell) for cell in line] for line in _lines(found))
    return stream.getvalue()


Line = tuple[str, str, str, str, int, str, str]


def _lines(found: Impact) -> Iterator[Line]:
    for (was, now), count in found.decisions.items():
        yield "decisions", "", was, now, count, "", ""
    for name, pairs in found.statuses.items():
        for (was, now), count in pairs.items():
            yield "statuses", name, was, now, count, "", ""
    for one in found.moves:
        items = dict.fromkeys(item for example in one.examples for item in example.items)
        rows = " ".join(str(example.row) for example in one.examples)
        yield "moves", one.subject, one.before, one.after, one.patients, rows, "; ".join(items)
    for cause in found.causes:
        yield "causes", cause.item, "", "", cause.patients, "", cause.says
        for one in cause.moves:
            yield "caused moves", one.subject, one.before, one.after, one.patients, "", cause.item
    yield "no item alone", "", "", "", found.together, "", ""
    for rule in found.rules:
        yield from _shift("rules that hold or block", rule.rule, rule.came, rule.went)
    for asked in found.asked:
        yield from _shift("may be asked", asked.field, asked.came, asked.went)
    for refusal in found.refusals:
        rows = " ".join(map(str, refusal.examples))
        yield "not answered", refusal.field, "", "", refusal.rows, rows, refusal.reason


def _shift(table: str, subject: str, came: int, went: int) -> Iterator[Line]:
    if came:
        yield table, subject, "no", "yes", came, "", ""
    if went:
        yield table, subject, "yes", "no", went, "", ""
