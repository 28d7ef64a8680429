"""Random patients with unknowns, once as facts by name and once as columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEED = 20261125
UNKNOWN_CODE = 0

Column = NDArray[np.uint8] | NDArray[np.float64]


def columns_of(facts: Sequence[Mapping[str, Any]], fields: Iterable[Mapping[str, Any]]) -> dict[str, Column]:
    """A column per field, as a table file keeps them: codes of words (0: unknown), or numbers (NaN: unknown).

    A word that no rule names gets the code after the named ones: to the rules all such words are alike.
    """
    return {field["name"]: _column([one.get(field["name"]) for one in facts], field) for field in fields}


def _column(values: Sequence[Any], field: Mapping[str, Any]) -> Column:
    if field["kind"] == "number":
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    codes = codes_of(field)
    other = len(codes) + 1
    return np.array([UNKNOWN_CODE if one is None else codes.get(one, other) for one in values], dtype=np.uint8)


def codes_of(field: Mapping[str, Any]) -> dict[str | int, int]:
    """The code of each word that rules name."""
    return {value: code for code, value in enumerate(field["values"], start=1)}


def row_numbers(rows: int, distinct: int) -> NDArray[np.int32]:
    """Which of the distinct patients stands in each row: all of them first, then random ones, the same in every run."""
    chance = np.random.default_rng(SEED)
    drawn = chance.integers(0, distinct, size=rows, dtype=np.int32)
    drawn[: min(rows, distinct)] = np.arange(min(rows, distinct), dtype=np.int32)
    return drawn


def cohort(columns: Mapping[str, Column], numbers: NDArray[np.int32]) -> dict[str, Column]:
    """The columns of a cohort from those of the distinct patients."""
    return {name: np.take(column, numbers) for name, column in columns.items()}
