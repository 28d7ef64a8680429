"""polars, tuned by hand: a lazy frame with a first layer of the distinct comparisons and a second of the rules.

Unknown values are nulls, and polars' `&` and `|` are Kleene's logic: a rule is one expression, null where it is open.
A rule of a single comparison costs nothing more. Words are small whole numbers, as the other engines get them: as Enum
they take a quarter longer, as text four times as long. One layer, `is_in`, eager and streaming were tried too: slower,
or within a tenth.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from benchmarks.peers.engines.coded import coded, folded
from benchmarks.peers.patients import UNKNOWN_CODE, Column


def prepare(rules: Mapping[str, Any]) -> Polars:
    """The two layers of expressions."""
    return Polars(*_layers(rules, coded(rules)))


def words_compared(rules: Mapping[str, Any]) -> tuple[list[pl.Expr], list[pl.Expr]]:
    """The two layers for a frame that holds words instead of their codes."""
    comparisons = [{**one, "values": [str(value) for value in one.get("values", ())]} for one in rules["comparisons"]]
    return _layers(rules, comparisons)


def _layers(rules: Mapping[str, Any], found: list[dict[str, Any]]) -> tuple[list[pl.Expr], list[pl.Expr]]:
    comparisons = [_comparison(one).alias(f"@{number}") for number, one in enumerate(found)]
    rule_expressions = [
        folded(rule["when"], lambda number: pl.col(f"@{number}"), operator.and_, operator.or_, pl.lit).alias(rule["id"])
        for rule in rules["rules"]
    ]
    return comparisons, rule_expressions


def _comparison(one: Mapping[str, Any]) -> pl.Expr:
    column, op = pl.col(one["field"]), one["op"]
    if op in ("known", "unknown"):
        return column.is_not_null() if op == "known" else column.is_null()
    if op in ("at_least", "below"):
        limit = pl.lit(one["limit"], dtype=pl.Float64)
        return column >= limit if op == "at_least" else column < limit
    first, *more = (pl.lit(value, dtype=None if isinstance(value, str) else pl.UInt8) for value in one["values"])
    found = column == first
    for value in more:
        found = found | (column == value)
    return found if op == "in" else ~found


class Polars:
    """The query."""

    def __init__(self, comparisons: list[pl.Expr], rules: list[pl.Expr]) -> None:
        self.comparisons, self.rules = comparisons, rules

    def loaded(self, columns: Mapping[str, Column]) -> pl.DataFrame:
        """The columns as the engine keeps them; not timed."""
        return pl.DataFrame([_series(name, column) for name, column in columns.items()])

    def many(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A column per rule: true, false, or null where it is open."""
        return frame.lazy().select(self.comparisons).select(self.rules).collect()

    def rows(self, answer: pl.DataFrame, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Rules that hold and open rules, a row per rule."""
        part = answer[start:stop]
        if part.height == 1 and stop - start > 1:
            raise ValueError("The answer has one row.")
        holds = [column.fill_null(False).to_numpy() for column in part.iter_columns()]
        return np.array(holds), np.array([column.is_null().to_numpy() for column in part.iter_columns()])


def _series(name: str, column: Column) -> pl.Series:
    if column.dtype == np.float64:
        return pl.Series(name, column).fill_nan(None)
    codes = pl.Series(name, column)
    return codes.to_frame().select(pl.when(pl.col(name) != UNKNOWN_CODE).then(pl.col(name))).to_series()
