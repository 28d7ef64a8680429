"""Straight-line programs over rows of bits: one bit a patient, "and", "or", "and not", nothing else.

A row that was made before is not made again, and constants are folded away: what conditions share is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from formulator.engine.tables import Diagram, Leaf, Result

Row = int

FALSE: Row = 0
TRUE: Row = 1
AND, OR, AND_NOT = 0, 1, 2


@dataclass(frozen=True)
class Program:
    """Instructions over registers: `code[i]` is operation, target, first and second operand of the i-th.

    Registers 0 and 1 hold no patient and every patient, then come the inputs. `outputs` are the registers that hold the
    results when the program has run; no instruction overwrites an output.
    """

    inputs: int
    registers: int
    code: npt.NDArray[np.int32]
    outputs: npt.NDArray[np.int32]


class Builder:
    """Makes rows and remembers how."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, Row, Row], Row] = {}
        self._how: list[tuple[int, Row, Row] | None] = [None, None]

    def input(self) -> Row:
        """A new input; all inputs are made before any other row."""
        if self._made:
            raise ValueError("inputs come first")
        self._how.append(None)
        return len(self._how) - 1

    def _row(self, operation: int, first: Row, second: Row) -> Row:
        key = (operation, first, second)
        if key not in self._made:
            self._how.append(key)
            self._made[key] = len(self._how) - 1
        return self._made[key]

    def both(self, *rows: Row) -> Row:
        """Patients in all of the rows."""
        kept = sorted(set(rows) - {TRUE})
        return FALSE if FALSE in kept else self._joined(AND, kept, TRUE)

    def either(self, *rows: Row) -> Row:
        """Patients in at least one of the rows."""
        kept = sorted(set(rows) - {FALSE})
        return TRUE if TRUE in kept else self._joined(OR, kept, FALSE)

    def _joined(self, operation: int, rows: Sequence[Row], nothing: Row) -> Row:
        if not rows:
            return nothing
        joined = rows[0]
        for row in rows[1:]:
            joined = self._row(operation, joined, row)
        return joined

    def without(self, first: Row, second: Row) -> Row:
        """Patients in the first row and not in the second."""
        if first == second or FALSE in (first, second) or second == TRUE:
            return first if second == FALSE else FALSE
        how = self._how[second]
        if first == TRUE and how is not None and how[:2] == (AND_NOT, TRUE):
            return how[2]
        return self._row(AND_NOT, first, second)

    def negated(self, row: Row) -> Row:
        """Patients not in the row."""
        return self.without(TRUE, row)

    def choice(self, when: Row, then: Row, otherwise: Row) -> Row:
        """One row where the condition holds, the other elsewhere."""
        if then == otherwise:
            return then
        return self.either(self.both(when, then), self.without(otherwise, when))

    def tabulated(self, diagram: Diagram[Result], bits: Sequence[Row], wanted: Callable[[Result], bool]) -> Row:
        """Patients for whom the tabulated function of these truths has a wanted result."""
        made: dict[int, Row] = {}

        def row(node: Diagram[Result]) -> Row:
            if isinstance(node, Leaf):
                return TRUE if wanted(node.result) else FALSE
            if id(node) not in made:
                made[id(node)] = self.choice(bits[node.position], row(node.if_true), row(node.if_false))
            return made[id(node)]

        return row(diagram)

    def first_of(self, cases: Iterable[Row]) -> tuple[Row, ...]:
        """Each case where none before it holds."""
        found, before = [], FALSE
        for case in cases:
            found.append(self.without(case, before))
            before = self.either(before, case)
        return tuple(found)

    def program(self, inputs: int, outputs: Sequence[Row]) -> Program:
        """The program that makes these rows, with registers used again as soon as nothing needs them."""
        return _allocated(self._how, inputs, outputs)


def _allocated(how: Sequence[tuple[int, Row, Row] | None], inputs: int, outputs: Sequence[Row]) -> Program:
    order = _order(how, outputs)
    last_use = {operand: step for step, row in enumerate(order) for operand in _operands(how, row)}
    kept = set(outputs)
    register = {row: row for row in range(2 + inputs)}
    free: list[int] = []
    used, code = 2 + inputs, []
    for step, row in enumerate(order):
        operation, first, second = how[row] or (AND, row, row)
        operands = (register[first], register[second])
        for operand in {first, second}:
            if last_use[operand] == step and operand not in kept and operand >= 2 + inputs:
                free.append(register[operand])
        if not free:
            free, used = [used], used + 1
        register[row] = free.pop()
        code.append((operation, register[row], *operands))
    return Program(
        inputs,
        used,
        np.array(code, dtype=np.int32).reshape(-1, 4),
        np.array([register[row] for row in outputs], dtype=np.int32),
    )


def _operands(how: Sequence[tuple[int, Row, Row] | None], row: Row) -> tuple[Row, ...]:
    made = how[row]
    return made[1:] if made else ()


def _order(how: Sequence[tuple[int, Row, Row] | None], outputs: Sequence[Row]) -> list[Row]:
    """The rows that are made, each after what it needs and near to what needs it."""
    found: dict[Row, None] = {}
    for output in outputs:
        waiting = [output]
        while waiting:
            row = waiting[-1]
            missing = [one for one in _operands(how, row) if how[one] and one not in found]
            if how[row] is None or row in found or not missing:
                waiting.pop()
                if how[row]:
                    found[row] = None
            else:
                waiting += missing
    return list(found)
