"""The program run with numpy alone: blocks of patients, one call of numpy for each instruction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from formulator.columns.compiled import Compiled
from formulator.columns.fields import Input
from formulator.columns.program import AND, AND_NOT, OR, TRUE, Program

Words = npt.NDArray[np.uint64]
Column = npt.NDArray[Any]

BLOCK = 65536
"""Patients in a block: large enough that calls cost little, small enough that the registers stay near the processor.

One thread alone runs it: two take longer, as they wait for each other between the many calls.
"""


def run(compiled: Compiled, columns: Mapping[str, Column], count: int, results: Words) -> None:
    """Fill `results` (one row a result, one bit a patient) from checked columns of `count` patients."""
    program = compiled.program
    words = min(BLOCK, -(-count // 64) * 64) // 64
    registers = np.zeros((program.registers, words), dtype=np.uint64)
    registers[TRUE] = ~np.uint64(0)
    steps = _steps(program, registers)
    for start in range(0, count, BLOCK):
        stop = min(start + BLOCK, count)
        for place, one in enumerate(compiled.inputs, start=2):
            _fill(registers[place], one, columns.get(one.field), start, stop)
        for operation, first, second, target in steps:
            operation(first, second, target)
        used = -(-(stop - start) // 64)
        results[:, start // 64 : start // 64 + used] = registers[program.outputs, :used]


def _fill(row: Words, one: Input, column: Column | None, start: int, stop: int) -> None:
    """One input row of a block; a field without a column is unknown."""
    if stop - start < len(row) * 64 or column is None:
        row[:] = 0
    if column is not None:
        packed = np.packbits(_truths(one, column[start:stop]), bitorder="little")
        row.view(np.uint8)[: len(packed)] = packed


def _truths(one: Input, values: Column) -> Column:
    """Numbers are compared in double precision, whatever the column has."""
    operand = np.float64(one.operand)
    if one.kind == "bit":
        return values & values.dtype.type(1 << int(one.operand))
    if one.kind == "known":
        return values == values  # noqa: PLR0124 - NaN is the one number that is not itself
    return values >= operand if one.kind == "at_least" else values == operand


Step = tuple[Callable[[Words, Words, Words], object], Words, Words, Words]


def _steps(program: Program, registers: Words) -> list[Step]:
    rows = list(registers)
    spare = np.empty_like(rows[0])
    steps: list[Step] = []
    for operation, target, first, second in program.code.tolist():
        if operation != AND_NOT:
            steps.append((_CALL[operation], rows[first], rows[second], rows[target]))
        elif first == TRUE:
            steps.append((np.bitwise_xor, rows[second], rows[TRUE], rows[target]))
        else:
            steps.append((np.bitwise_xor, rows[second], rows[TRUE], spare))
            steps.append((np.bitwise_and, rows[first], spare, rows[target]))
    return steps


_CALL: Mapping[int, Callable[[Words, Words, Words], object]] = {AND: np.bitwise_and, OR: np.bitwise_or}
