"""Formulas read on many patients at once: the z3 terms themselves, evaluated over packed columns of truths.

A column holds one bit a patient. Every shared term is evaluated once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import z3

from formulator.proof.booleans import Formula

Column = npt.NDArray[np.uint8]
Truths = npt.NDArray[np.bool_]


def columns_of(names: Sequence[str], patients: Sequence[Iterable[str]]) -> dict[str, Column]:
    """One packed column for each variable; each patient is given by the variables that are true of them."""
    place = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(names), len(patients)), dtype=bool)
    for column, true in enumerate(patients):
        table[[place[name] for name in true], column] = True
    return {name: np.packbits(table[number]) for name, number in place.items()}


class Reading:
    """The values of formulas for these patients."""

    def __init__(self, columns: Mapping[str, Column], patients: int) -> None:
        self._columns = columns
        self._patients = patients
        self._made: dict[int, Column] = {}
        self._kept: list[z3.ExprRef] = []
        self._all = np.packbits(np.ones(patients, dtype=bool))

    def __call__(self, formula: Formula) -> Truths:
        """Whether the formula holds, for each patient.

        Raises KeyError for a variable without a column, NotImplementedError for a term that is no truth table.
        """
        waiting: list[z3.ExprRef] = [formula]
        while waiting:
            term = waiting[-1]
            missing = [] if term.get_id() in self._made else self._unread(term)
            if missing:
                waiting += missing
                continue
            if term.get_id() not in self._made:
                self._made[term.get_id()] = self._value(term)
                self._kept.append(term)  # z3 gives the number of a dropped term to another one
            waiting.pop()
        return np.unpackbits(self._made[formula.get_id()], count=self._patients).astype(bool)

    def _unread(self, term: z3.ExprRef) -> list[z3.ExprRef]:
        return [part for part in term.children() if part.get_id() not in self._made]

    def _value(self, term: z3.ExprRef) -> Column:
        parts = [self._made[part.get_id()] for part in term.children()]
        if z3.is_and(term):
            return np.bitwise_and.reduce(parts)
        if z3.is_or(term):
            return np.bitwise_or.reduce(parts)
        if z3.is_not(term):
            return self._all & ~parts[0]
        if z3.is_true(term) or z3.is_false(term):
            return self._all if z3.is_true(term) else np.zeros_like(self._all)
        if parts:
            raise NotImplementedError(f"{term.decl().name()} is not read over columns")
        return self._columns[term.decl().name()]
