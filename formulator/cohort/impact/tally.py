"""Counting what moves, block by block; what is kept does not grow with the population."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from formulator.cohort.impact.alone import Alone, Tried
from formulator.cohort.impact.result import DECISION, NOT_KNOWN, AskedShift, Example, FromTo, Move, RuleShift
from formulator.cohort.impact.sides import Side
from formulator.columns import DECISIONS, STATUSES, CohortAnswers, Columns, Compiled, assess_columns
from formulator.columns.answers import Words

Codes = npt.NDArray[np.uint8]
Truths = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
ColumnsFor = Callable[[Compiled], Columns]
"""The columns of the patients of a block, for one compiled knowledge."""

_NAMES = (*STATUSES, NOT_KNOWN)
_KINDS = len(_NAMES)
_ABSENT = _NAMES.index(NOT_KNOWN)
_COMPARED = np.array([*range(len(STATUSES)), STATUSES.index("not_indicated")], dtype=np.uint8)
"""A component that a side does not know is one that it would not use."""
_PAIRS = _KINDS * _KINDS


@dataclass
class _Caused:
    """What one item has brought about alone so far."""

    moves: Counts
    patients: int = 0


class Tally:
    """The counts of two states of the knowledge over the blocks of a population."""

    def __init__(self, before: Side, after: Side, tried: Tried, examples: int) -> None:
        self.before, self.after, self.tried, self.most_examples = before, after, tried, examples
        sides = (before.compiled, after.compiled)
        self.components = tuple(dict.fromkeys(name for one in sides for name in one.knowledge.components))
        self.subjects = (DECISION, *self.components)
        self._rules = tuple(dict.fromkeys(name for one in sides for name in one.rules))
        self._asked = tuple(dict.fromkeys(name for one in reversed(sides) for name in one.asked))
        self.patients = self.moved = self.moved_decisions = self.moved_statuses = self.together = 0
        self._from_to = np.zeros(len(self.subjects) * _PAIRS, dtype=np.int64)
        self._moves = np.zeros_like(self._from_to)
        self._caused: dict[str, _Caused] = {}
        self._rule_shifts = np.zeros((2, len(self._rules)), dtype=np.int64)
        self._asked_shifts = np.zeros((4, len(self._asked)), dtype=np.int64)
        self._examples: dict[int, list[Example]] = {}

    def add(self, rows: npt.NDArray[np.int64], before: ColumnsFor, after: ColumnsFor) -> None:
        """Count the patients of a block: their row numbers, and their columns as each side reads them."""
        count = len(rows)
        if not count:
            return
        old = assess_columns(before(self.before.compiled), count, self.before.compiled)
        new = assess_columns(after(self.after.compiled), count, self.after.compiled)
        was, now = self._codes(old), self._codes(new)
        moved = _COMPARED[was] != _COMPARED[now]
        self.patients += count
        self._from_to += self._counted(was, now, None)
        self._count_asked(old, new)
        anybody = moved.any(axis=0)
        if anybody.any():
            self._count_rules(old, new, anybody)
            self._count_moves(was, now, moved, rows, before)

    def _codes(self, answers: CohortAnswers) -> Codes:
        """The decision and every component's status, one row each, in the order of `subjects`."""
        place = {name: number for number, name in enumerate(answers.compiled.knowledge.components)}
        found = np.full((len(self.subjects), answers.count), _ABSENT, dtype=np.uint8)
        found[0] = answers.decision
        statuses = answers.statuses
        for row, name in enumerate(self.components, start=1):
            if name in place:
                found[row] = statuses[place[name]]
        return found

    def _counted(self, was: Codes, now: Codes, where: Truths | None) -> Counts:
        keys = _keys(was, now)
        return np.bincount(keys.ravel() if where is None else keys[where], minlength=len(self._from_to))

    def _count_moves(
        self, was: Codes, now: Codes, moved: Truths, rows: npt.NDArray[np.int64], before: ColumnsFor
    ) -> None:
        who = np.flatnonzero(moved.any(axis=0))
        was, now, moved = was[:, who], now[:, who], moved[:, who]
        self.moved += len(who)
        self.moved_decisions += int(np.count_nonzero(moved[0]))
        self.moved_statuses += int(np.count_nonzero(moved[1:].any(axis=0)))
        self._moves += self._counted(was, now, moved)
        wanted = self._new_examples(_keys(was, now), moved)
        named: list[list[str]] = [[] for _ in wanted]
        explained = np.zeros_like(moved)
        for one in self.tried.alone:
            columns = {name: column[who] for name, column in before(one.compiled).items()}
            alone = self._codes(assess_columns(columns, len(who), one.compiled))
            done = moved & (_COMPARED[alone] == _COMPARED[now])
            caused = self._caused.setdefault(one.change.item, _Caused(np.zeros_like(self._moves)))
            caused.patients += int(np.count_nonzero(done.any(axis=0)))
            caused.moves += self._counted(was, now, done)
            explained |= done
            for items, (_, subject, patient) in zip(named, wanted, strict=True):
                if done[subject, patient]:
                    items.append(one.change.item)
        self.together += int(np.count_nonzero((moved & ~explained).any(axis=0)))
        for (key, _, patient), items in zip(wanted, named, strict=True):
            self._examples.setdefault(key, []).append(Example(int(rows[who[patient]]), tuple(items)))

    def _new_examples(self, keys: Counts, moved: Truths) -> list[tuple[int, int, int]]:
        """Key, subject and place of the first patients of each kind of move that still needs examples."""
        found = []
        for subject, truths in enumerate(moved):
            for key in np.unique(keys[subject, truths]).tolist():
                lacking = self.most_examples - len(self._examples.get(key, ()))
                places = np.flatnonzero(truths & (keys[subject] == key))[:lacking] if lacking > 0 else ()
                found += [(key, subject, int(place)) for place in places]
        return found

    def _count_rules(self, old: CohortAnswers, new: CohortAnswers, anybody: Truths) -> None:
        among = _words(anybody)
        held, holds = (_aligned(_speaking(one), one.compiled.rules, self._rules) for one in (old, new))
        self._rule_shifts += np.array([_sums(holds & ~held & among), _sums(held & ~holds & among)])

    def _count_asked(self, old: CohortAnswers, new: CohortAnswers) -> None:
        was = _aligned(old.wanted, old.compiled.asked, self._asked)
        now = _aligned(new.wanted, new.compiled.asked, self._asked)
        self._asked_shifts += np.array([_sums(was), _sums(now), _sums(now & ~was), _sums(was & ~now)])

    @property
    def decisions(self) -> FromTo:
        """How many patients go from which decision to which, those who stay included."""
        return {(one.before, one.after): one.patients for one in self._as_moves(self._from_to[:_PAIRS])}

    @property
    def statuses(self) -> Mapping[str, FromTo]:
        """The same for the status of each component."""
        found: dict[str, dict[tuple[str, str], int]] = {name: {} for name in self.components}
        for one in self._as_moves(self._from_to):
            if one.subject != DECISION:
                found[one.subject][one.before, one.after] = one.patients
        return found

    @property
    def moves(self) -> tuple[Move, ...]:
        """Every kind of move with its examples: of the decision, then of each component, the most frequent first."""
        return tuple(self._as_moves(self._moves))

    @property
    def caused(self) -> Iterator[tuple[Alone, int, tuple[Move, ...]]]:
        """For each item that alone brings about a move: the patients, and the moves without examples."""
        for one in self.tried.alone if self._caused else ():
            caused = self._caused[one.change.item]
            if caused.patients:
                yield one, caused.patients, tuple(self._as_moves(caused.moves, examples=False))

    @property
    def rule_shifts(self) -> tuple[RuleShift, ...]:
        """The rules that speak on one side only for somebody who moved, the most frequent first."""
        found = (RuleShift(*one) for one in zip(self._rules, *self._rule_shifts.tolist(), strict=True))
        return tuple(sorted((one for one in found if one.came or one.went), key=lambda one: -one.came - one.went))

    @property
    def asked_shifts(self) -> tuple[AskedShift, ...]:
        """The fields worth asking for somebody, those that come or go first."""
        found = (AskedShift(*one) for one in zip(self._asked, *self._asked_shifts.tolist(), strict=True))
        asked = (one for one in found if one.before or one.after)
        return tuple(sorted(asked, key=lambda one: (-one.came - one.went, -one.after)))

    def _as_moves(self, counts: Counts, examples: bool = True) -> Iterator[Move]:
        keys = np.flatnonzero(counts)
        for key in sorted(keys.tolist(), key=lambda one: (one // _PAIRS, -counts[one])):
            subject, pair = divmod(key, _PAIRS)
            names = DECISIONS if subject == 0 else _NAMES
            was, now = divmod(pair, _KINDS)
            shown = tuple(self._examples.get(key, ())) if examples else ()
            yield Move(self.subjects[subject], names[was], names[now], int(counts[key]), shown)


def _keys(was: Codes, now: Codes) -> Counts:
    """One number for each subject and from-to."""
    subjects = np.arange(len(was), dtype=np.int64)[:, None] * _PAIRS
    return subjects + was.astype(np.int64) * _KINDS + now


def _speaking(answers: CohortAnswers) -> Words:
    """For each rule the patients for whom it holds, or blocks while it hangs on something unknown."""
    rules = answers.compiled.knowledge.rules
    blocking = [place for place, name in enumerate(answers.compiled.rules) if rules[name].unknown == "block"]
    found = answers.certain
    found[blocking] |= answers.results[answers.compiled.open[blocking]]
    return found


def _aligned(rows: Words, names: Sequence[str], order: Sequence[str]) -> Words:
    """The rows in another order; a name without a row gets an empty one."""
    if tuple(names) == tuple(order):
        return rows
    place = {name: number for number, name in enumerate(names)}
    found = np.zeros((len(order), rows.shape[1]), dtype=np.uint64)
    for row, name in enumerate(order):
        if name in place:
            found[row] = rows[place[name]]
    return found


def _words(truths: Truths) -> Words:
    """Truths as bits, as the answers have them."""
    octets = np.packbits(truths, bitorder="little")
    return np.pad(octets, (0, -len(octets) % 8)).view(np.uint64)


def _sums(rows: Words) -> Counts:
    return np.bitwise_count(rows).sum(axis=1, dtype=np.int64)
