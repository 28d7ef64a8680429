"""zen-engine as a decision table: a column per field, a row per conjunction of a rule, hit policy "collect".

Each rule has rows for what is certain and rows for what is possible; a cell of a possible row is also met by null.
A rule with several ways to hold has several rows, so an id can be returned more than once; Python makes them one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import zen

from benchmarks.peers.engines.conjunctions import conjunctions
from benchmarks.peers.engines.expressions import Language
from benchmarks.peers.engines.zen_model import model

LANGUAGE = Language()
OPEN = "?"
"""Stands before the id in a possible row."""


def prepare(rules: Mapping[str, Any]) -> ZenTable:
    """Load the table."""
    rows = list(_rows(rules))
    columns = sorted({column for cells, _ in rows for column in cells})
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": f"{field} {copy}", "name": f"{field} {copy}", "field": field} for field, copy in columns],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": [
            {"_id": str(number), "rule": f'"{name}"'}
            | {f"{field} {copy}": cell for (field, copy), cell in cells.items()}
            for number, (cells, name) in enumerate(rows)
        ],
    }
    content = {"rules": model("decisionTableNode", table)}
    return ZenTable(zen.ZenEngine({"loader": {"type": "static", "content": content}}))


def _rows(rules: Mapping[str, Any]) -> Iterator[tuple[dict[tuple[str, int], str], str]]:
    """The cells of each row by column, and what the row returns; a second comparison of a field has its own column."""
    for rule in rules["rules"]:
        for way in conjunctions(rule["when"]):
            columns: dict[tuple[str, int], Mapping[str, Any]] = {}
            for one in (rules["comparisons"][number] for number in way):
                copies = sum(field == one["field"] for field, _ in columns)
                columns[one["field"], copies] = {**one, "field": "$"}
            yield {column: _certain(one) for column, one in columns.items()}, rule["id"]
            yield {column: _possible(one) for column, one in columns.items()}, f"{OPEN}{rule['id']}"


def _certain(one: Mapping[str, Any]) -> str:
    """A cell that a known value must meet."""
    if one["op"] == "in":
        return ", ".join(LANGUAGE.literal(value) for value in one["values"])
    said = LANGUAGE.comparison(one)
    return said if one["op"] in ("known", "unknown") else f"$ != null and {said}"


def _possible(one: Mapping[str, Any]) -> str:
    """A cell that null meets as well."""
    if one["op"] in ("known", "unknown"):
        return _certain(one)
    return f"null, {_certain(one)}" if one["op"] == "in" else f"$ == null or {LANGUAGE.comparison(one)}"


class ZenTable:
    """The engine with the table."""

    def __init__(self, engine: zen.ZenEngine) -> None:
        self.engine = engine

    def one(self, facts: Mapping[str, Any]) -> tuple[list[str], list[str]]:
        """Rules that hold, rules that are open."""
        found = dict.fromkeys(hit["rule"] for hit in self.engine.evaluate("rules", facts)["result"])
        holds = [name for name in found if name[0] != OPEN]
        return holds, [name[1:] for name in found if name[0] == OPEN and name[1:] not in found]
