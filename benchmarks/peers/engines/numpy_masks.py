"""numpy masks: for each distinct comparison a mask of what is certain and one of what is possible, then `&` and `|`.

Written as one would by hand without an idea: masks of bytes, in batches that stay in the cache, the answer kept as
bits.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from benchmarks.peers.engines.coded import coded, folded
from benchmarks.peers.patients import UNKNOWN_CODE, Column

BATCH = 16_384
Answer = tuple[np.ndarray, np.ndarray]


def prepare(rules: Mapping[str, Any]) -> NumpyMasks:
    """The comparisons and programs; numpy has nothing to compile."""
    return NumpyMasks(coded(rules), [rule["when"] for rule in rules["rules"]])


def certain_and_possible(one: Mapping[str, Any], values: Column) -> tuple[np.ndarray, np.ndarray]:
    """Masks of one comparison."""
    unknown = values == UNKNOWN_CODE if one["is_word"] else np.isnan(values)
    op = one["op"]
    if op in ("known", "unknown"):
        mask = ~unknown if op == "known" else unknown
        return mask, mask
    if op in ("at_least", "below"):
        found = values >= one["limit"] if op == "at_least" else values < one["limit"]
        return found, found | unknown
    found = _is_one_of(values, one["values"])
    if op == "in":
        return found, found | unknown
    return ~(found | unknown), ~found


def _is_one_of(values: Column, codes: Iterable[int]) -> np.ndarray:
    first, *more = codes
    found = values == first
    for code in more:
        found |= values == code
    return found


class NumpyMasks:
    """All rules."""

    def __init__(self, comparisons: list[dict[str, Any]], programs: list[Any]) -> None:
        self.comparisons, self.programs = comparisons, programs

    def loaded(self, columns: Mapping[str, Column]) -> Mapping[str, Column]:
        """The columns are read as they are."""
        return columns

    def many(self, columns: Mapping[str, Column]) -> Answer:
        """Rules that hold and rules that hold or are open: a row of bits per rule."""
        count = len(next(iter(columns.values())))
        holds = np.empty((len(self.programs), (count + 7) // 8), dtype=np.uint8)
        maybe = np.empty_like(holds)
        for start in range(0, count, BATCH):
            self._batch({name: column[start : start + BATCH] for name, column in columns.items()}, start, holds, maybe)
        return holds, maybe

    def _batch(self, columns: Mapping[str, Column], start: int, holds: np.ndarray, maybe: np.ndarray) -> None:
        count = len(next(iter(columns.values())))
        masks = [certain_and_possible(one, columns[one["field"]]) for one in self.comparisons]
        place = slice(start // 8, start // 8 + (count + 7) // 8)
        for kind, bits in enumerate((holds, maybe)):
            for number, program in enumerate(self.programs):
                mask = folded(
                    program,
                    lambda one, kind=kind: masks[one][kind],
                    operator.and_,
                    operator.or_,
                    lambda value: np.full(count, value),
                )
                bits[number, place] = np.packbits(mask)

    def rows(self, answer: Answer, start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
        """Rules that hold and open rules, a row per rule; `start` is a multiple of 8."""
        part = slice(start // 8, (stop + 7) // 8)
        holds, maybe = (np.unpackbits(bits[:, part], axis=1)[:, : stop - start].view(bool) for bits in answer)
        return holds, maybe & ~holds
