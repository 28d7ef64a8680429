"""duckdb: one query over a table in memory, with the distinct comparisons in its inner select and the rules outside.

SQL's logic is Kleene's: a rule is one expression, NULL where it is open. The result is fetched as Arrow columns, its
quickest form; on several processors its rows come in any order, so each carries the place of its patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.peers.engines.coded import coded, folded
from benchmarks.peers.patients import UNKNOWN_CODE, Column


def prepare(rules: Mapping[str, Any]) -> DuckDb:
    """The query."""
    inner = ", ".join(f"{_comparison(one)} AS c{number}" for number, one in enumerate(coded(rules)))
    outer = ", ".join(f"{_text(rule['when'])} AS r{number}" for number, rule in enumerate(rules["rules"]))
    return DuckDb(f"SELECT place, {outer} FROM (SELECT place, {inner} FROM patients)")


def _text(program: Any) -> str:
    return folded(program, "c{}".format, "({} AND {})".format, "({} OR {})".format, str)


def _comparison(one: Mapping[str, Any]) -> str:
    field, op = one["field"], one["op"]
    if op in ("known", "unknown"):
        return f"{field} IS {'NOT ' if op == 'known' else ''}NULL"
    if op in ("at_least", "below"):
        return f"{field} {'>=' if op == 'at_least' else '<'} {one['limit']}::DOUBLE"
    values = ", ".join(f"{value}::UTINYINT" for value in one["values"])
    return f"{field} {'IN' if op == 'in' else 'NOT IN'} ({values})"


class DuckDb:
    """The connection with the query."""

    def __init__(self, query: str) -> None:
        self.query, self.connection = query, duckdb.connect()

    def loaded(self, columns: Mapping[str, Column]) -> None:
        """The columns as a table of the engine; not timed."""
        arrow = pa.table({name: pa.array(column, mask=_unknown(column)) for name, column in columns.items()})
        arrow = arrow.append_column("place", pa.array(np.arange(len(arrow), dtype=np.uint32)))
        self.connection.register("given", arrow)
        self.connection.execute("CREATE OR REPLACE TABLE patients AS SELECT * FROM given")
        self.connection.unregister("given")

    def many(self, _: None) -> pa.Table:
        """The place of the patient, and a column per rule: true, false, or null where it is open."""
        return self.connection.sql(self.query).to_arrow_table()

    def rows(self, answer: pa.Table, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Rules that hold and open rules, a row per rule."""
        places = answer.column("place").to_numpy()
        wanted = np.flatnonzero((places >= start) & (places < stop))
        part = answer.take(wanted[np.argsort(places[wanted])]).drop_columns(["place"])
        holds = [column.fill_null(False).to_numpy() for column in part.itercolumns()]
        return np.array(holds), np.array([column.is_null().to_numpy() for column in part.itercolumns()])


def _unknown(column: Column) -> np.ndarray:
    return np.isnan(column) if column.dtype == np.float64 else column == UNKNOWN_CODE
