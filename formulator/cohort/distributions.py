"""What a population is answered, as distributions: decisions, what decides, what goes together, what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from formulator.cohort import request as words
from formulator.cohort.source import Reject
from formulator.columns import DECISIONS, STATUSES
from formulator.knowledge import Knowledge

Truths = npt.NDArray[np.bool_]
Together = Mapping[tuple[str, ...], int]


@dataclass(frozen=True)
class Distributions:
    """Counts of patients.

    `deciding` counts for each rule that refuses, refers or delays the whole procedure the patients for whom it holds;
    `together` the sets of such rules that hold for one patient; `asked` the unknown fields worth asking; `statuses`
    the status of each component. Each but the statuses has the most frequent first.
    """

    patients: int
    decisions: Mapping[str, int]
    deciding: Mapping[str, int]
    together: Together
    asked: Mapping[str, int]
    statuses: Mapping[str, Mapping[str, int]]


def distributions_of(table: pa.Table, rules: Sequence[str], knowledge: Knowledge) -> Distributions:
    """The distributions of answers; `rules` in the order of the bits of the answers, which hold no lists."""
    deciding = [rule.id for rule in knowledge.deciding_rules if rule.id in set(rules)]
    counts, together = np.zeros(len(deciding), dtype=np.int64), Counter[tuple[str, ...]]()
    for held in _held(table.column(words.RULES), [rules.index(name) for name in deciding]):
        counts += held.sum(axis=0)
        together.update(dict(_together(held, deciding)))
    return Distributions(
        patients=len(table),
        decisions=_counted(table.column(words.DECISION), DECISIONS),
        deciding=_most_first(zip(deciding, counts.tolist(), strict=True)),
        together=_most_first(together.items()),
        asked=_asked(table),
        statuses={name: _counted(table.column(f"{words.STATUS}{name}"), STATUSES) for name in knowledge.components},
    )


def _held(column: pa.ChunkedArray, places: Sequence[int]) -> Iterator[Truths]:
    """For each chunk the patients and for each of these rules whether it holds."""
    at, bit = np.array(places, dtype=np.int64) // 8, np.array(places, dtype=np.int64) % 8
    for chunk in column.chunks:
        width = chunk.type.byte_width
        octets = np.frombuffer(chunk.buffers()[1] or b"", dtype=np.uint8)
        rows = octets[chunk.offset * width : (chunk.offset + len(chunk)) * width].reshape(len(chunk), width)
        yield (rows[:, at] >> bit.astype(np.uint8) & 1).view(np.bool_)


def _together(held: Truths, names: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    if not held.size:
        return
    packed = np.packbits(held, axis=1)
    distinct, first, counts = np.unique(packed, axis=0, return_index=True, return_counts=True)
    for place, count in zip(first[: len(distinct)].tolist(), counts.tolist(), strict=True):
        rules = tuple(names[one] for one in np.flatnonzero(held[place]).tolist())
        if rules:
            yield rules, count


def _counted(column: pa.ChunkedArray, order: Sequence[str]) -> dict[str, int]:
    """How often each word stands in a column of words, in this order; those that do not are left out."""
    found: Counter[str] = Counter()
    for chunk in column.chunks:
        places = np.bincount(chunk.indices.to_numpy(), minlength=len(chunk.dictionary))
        found.update(dict(zip(chunk.dictionary.to_pylist(), places.tolist(), strict=True)))
    return {name: found[name] for name in order if found[name]}


def _asked(table: pa.Table) -> dict[str, int]:
    found: Counter[str] = Counter()
    for chunk in table.column(words.MAY_ASK).chunks:
        values = chunk.flatten()
        places = np.bincount(values.indices.to_numpy(), minlength=len(values.dictionary))
        found.update(dict(zip(values.dictionary.to_pylist(), places.tolist(), strict=True)))
    return _most_first(found.items())


def _most_first(pairs: Any) -> dict[Any, int]:
    return dict(sorted(((key, count) for key, count in pairs if count), key=lambda one: (-one[1], one[0])))


def refusals_of(rejects: Sequence[Reject]) -> dict[tuple[str, str], list[int]]:
    """The rows that are not answered by field and reason, the most frequent first."""
    found: dict[tuple[str, str], list[int]] = {}
    for one in rejects:
        found.setdefault((one.field, one.reason), []).append(one.row)
    return dict(sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])))
