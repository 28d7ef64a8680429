"""Random columns with unknowns, and the same patients for the other readings."""

from __future__ import annotations

from typing import Any

import numpy as np

from formulator.columns import Compiled, cell_table
from formulator.columns.fields import is_number
from tests.columns.kleene import Numbers, Raw, Words


def drawn(compiled: Compiled, count: int, seed: int) -> tuple[dict[str, np.ndarray], Raw]:
    """So many patients: columns as the program takes them, and raw values; numbers lie at and around every cut."""
    chance = np.random.default_rng(seed)
    columns, raw = {}, {}
    known = chance.choice((0.1, 0.5, 0.97), count)
    for field, cells in compiled.cells.items():
        given = chance.random(count) < known
        if is_number(cells):
            cuts = np.array(cells.cuts)
            near = np.concatenate([cuts, np.nextafter(cuts, np.inf), np.nextafter(cuts, -np.inf), cuts * 2, cuts / 2])
            numbers = np.where(given, chance.choice(near, count), np.nan)
            columns[field], raw[field] = numbers, Numbers(numbers)
        else:
            words = (*cells.words, "a word that no rule names")
            numbers = np.where(given, chance.integers(0, len(words), count, dtype=np.int16), np.int16(-1))
            columns[field] = cell_table(compiled, field, (*words, None))[numbers]
            raw[field] = Words(words, numbers)
    return columns, raw


def facts_of_row(raw: Raw, row: int) -> dict[str, Any]:
    """The facts of one patient."""
    facts: dict[str, Any] = {}
    for field, column in raw.items():
        if column.known[row]:
            number = column.numbers[row]
            facts[field] = float(number) if isinstance(column, Numbers) else column.words[number]
    return facts
