"""zen-engine over a cohort: its fastest form in a loop, one record after the other. It has no form for columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import zen

from benchmarks.peers.engines.zen_expression import LANGUAGE
from benchmarks.peers.patients import UNKNOWN_CODE, Column


def prepare(rules: Mapping[str, Any]) -> ZenLoop:
    """Compile the list of rules."""
    return ZenLoop(zen.compile_expression(LANGUAGE.as_list(rules)), rules["fields"])


class ZenLoop:
    """The compiled list of rules."""

    def __init__(self, expression: Any, fields: list[dict[str, Any]]) -> None:
        self.expression, self.coded = expression, fields

    def loaded(self, columns: Mapping[str, Column]) -> list[dict[str, Any]]:
        """A record per patient, as the engine wants them; not timed."""
        records: list[dict[str, Any]] = [{} for _ in next(iter(columns.values()))]
        for field in self.coded:
            words = [None, *field["values"], "another word"]
            for record, value in zip(records, columns[field["name"]].tolist(), strict=True):
                if field["kind"] == "word" and value != UNKNOWN_CODE:
                    record[field["name"]] = words[value]
                elif field["kind"] == "number" and value == value:  # noqa: PLR0124 - not a number is unknown
                    record[field["name"]] = value
        return records

    def many(self, records: list[dict[str, Any]]) -> list[list[bool | None]]:
        """An entry per rule of each record."""
        return [self.expression.evaluate(record) for record in records]

    def rows(self, answer: list[list[bool | None]], start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Rules that hold and open rules, a row per rule."""
        part = answer[start:stop]
        holds = np.array([[value is True for value in row] for row in part]).T
        return holds, np.array([[value is None for value in row] for row in part]).T
