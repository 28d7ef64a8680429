"""The comparison over a whole population, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from formulator.cohort.impact.alone import Alone, Tried, sentence_of
from formulator.cohort.impact.result import DECISION, Cause, Impact, Move, Refusals
from formulator.cohort.impact.sides import Side
from formulator.cohort.impact.tally import ColumnsFor, Tally

EXAMPLES = 3
Refused = tuple[int, str, str]
"""Number of a row, field and reason."""


@dataclass(frozen=True)
class Patients:
    """Some patients: the numbers of their rows, their columns as each side reads them, and rows that are refused."""

    rows: npt.NDArray[np.int64]
    before: ColumnsFor
    after: ColumnsFor
    refused: Sequence[Refused] = ()


class _Refusals:
    """Rows that are not answered, counted by field and reason."""

    def __init__(self, examples: int) -> None:
        self.rows, self._most = 0, examples
        self._found: dict[tuple[str, str], list[int]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, refused: Sequence[Refused]) -> None:
        self.rows += len({row for row, _, _ in refused})
        for row, field, reason in refused:
            key = (field, reason)
            self._counts[key] = self._counts.get(key, 0) + 1
            if len(examples := self._found.setdefault(key, [])) < self._most:
                examples.append(row)

    def counted(self) -> tuple[Refusals, ...]:
        found = (Refusals(*key, count, tuple(self._found[key])) for key, count in self._counts.items())
        return tuple(sorted(found, key=lambda one: (-one.rows, one.field, one.reason)))


def impact_of(
    before: Side,
    after: Side,
    blocks: Iterable[Patients],
    examples: int = EXAMPLES,
    left_out: Sequence[str] = (),
) -> Impact:
    """What the newer knowledge answers otherwise than the older one for these patients, and because of which items.

    What is kept does not grow with the number of patients; `examples` is the number of rows named for each kind of
    move. Raises whatever reading the blocks raises.
    """
    tally, refusals = Tally(before, after, Tried(before, after), examples), _Refusals(examples)
    for block in blocks:
        refusals.add(block.refused)
        tally.add(block.rows, block.before, block.after)
    return _impact(tally, refusals, left_out)


def _impact(tally: Tally, refusals: _Refusals, left_out: Sequence[str]) -> Impact:
    causes = [_cause(one, patients, moves, tally) for one, patients, moves in tally.caused]
    return Impact(
        before=tally.before,
        after=tally.after,
        patients=tally.patients,
        moved=tally.moved,
        moved_decisions=tally.moved_decisions,
        moved_statuses=tally.moved_statuses,
        decisions=tally.decisions,
        statuses=tally.statuses,
        moves=tally.moves,
        causes=tuple(sorted(causes, key=lambda one: (-one.patients, one.item))),
        together=tally.together,
        all_tried=tally.tried.all_tried,
        changed_items=len(tally.tried.changed),
        rules=tally.rule_shifts,
        asked=tally.asked_shifts,
        rejected=refusals.rows,
        refusals=refusals.counted(),
        left_out=tuple(left_out),
    )


def _cause(one: Alone, patients: int, moves: tuple[Move, ...], tally: Tally) -> Cause:
    says = sentence_of(one.change, tally.before, tally.after)
    decisions = sum(move.patients for move in moves if move.subject == DECISION)
    statuses = sum(move.patients for move in moves if move.subject != DECISION)
    return Cause(one.change.item, one.change.how, says, patients, decisions, statuses, moves)
