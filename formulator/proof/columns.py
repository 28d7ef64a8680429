"""Formulas read on many patients at once: the z3 terms themselves, evaluated over packed columns of truths.

A column holds one bit a patient. Every shared term is evaluated once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

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
        self._kept: list[Formula] = []
        self._all = np.packbits(np.ones(patients, dtype=bool))

    def __call__(self, formula: Formula) -> Truths:
        """Whether the formula holds, for each patient.

        Raises KeyError for a variable without a column, NotImplementedError for a term that is no truth table.
        """
        self._kept.append(formula)  # z3 gives the number of a dropped term to another one
        waiting = [formula.as_ast()]
        while waiting:
            term = waiting[-1]
            number = z3.Z3_get_ast_id(_CONTEXT, term)
            parts = [] if number in self._made else _parts(term)
            missing = [part for part in parts if z3.Z3_get_ast_id(_CONTEXT, part) not in self._made]
            if missing:
                waiting += missing
                continue
            if number not in self._made:
                self._made[number] = self._value(term, parts)
            waiting.pop()
        return np.unpackbits(self._made[formula.get_id()], count=self._patients).astype(bool)

    def _value(self, term: Any, parts: Sequence[Any]) -> Column:
        values = [self._made[z3.Z3_get_ast_id(_CONTEXT, part)] for part in parts]
        declaration = z3.Z3_get_app_decl(_CONTEXT, term)
        kind = z3.Z3_get_decl_kind(_CONTEXT, declaration)
        if kind == z3.Z3_OP_UNINTERPRETED and not parts:
            return self._columns[z3.Z3_get_symbol_string(_CONTEXT, z3.Z3_get_decl_name(_CONTEXT, declaration))]
        if kind not in _OPERATIONS:
            raise NotImplementedError(f"a term of kind {kind} is not read over columns")
        return _OPERATIONS[kind](values, self._all)


def _parts(term: Any) -> list[Any]:
    """The arguments of a term, by z3's own C interface: its Python wrapper takes ten times as long."""
    return [z3.Z3_get_app_arg(_CONTEXT, term, number) for number in range(z3.Z3_get_app_num_args(_CONTEXT, term))]


_CONTEXT = z3.main_ctx().ref()
_OPERATIONS: Mapping[int, Callable[[Sequence[Column], Column], Column]] = {
    z3.Z3_OP_AND: lambda values, _: np.bitwise_and.reduce(values),
    z3.Z3_OP_OR: lambda values, _: np.bitwise_or.reduce(values),
    z3.Z3_OP_NOT: lambda values, every: every & ~values[0],
    z3.Z3_OP_TRUE: lambda _, every: every,
    z3.Z3_OP_FALSE: lambda _, every: np.zeros_like(every),
}
