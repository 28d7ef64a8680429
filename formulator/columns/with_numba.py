"""The program run by compiled loops (needs the extra `formulator[fast]`): the same instructions on a few words at once.

Numbers become bits by comparing eight at a time; codes are taken apart by one multiplication for eight patients.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import groupby
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from formulator.columns.compiled import Compiled
from formulator.columns.fields import Input
from formulator.columns.program import AND, OR, TRUE
from formulator.columns.threads import in_threads, parts_of

Words = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint8]
Column = npt.NDArray[Any]

BLOCK = 131072
"""Patients whose input rows are made together."""
LANES = 64
"""Words that an instruction works on at once: 4,096 patients."""

FLAGS = 4096
"""Numbers of which one comparison is made before its truths are packed into bits."""

_SPREAD = np.uint64(0x0101010101010101)
_GATHER = np.uint64(0x0102040810204080)


def run(compiled: Compiled, columns: Mapping[str, Column], count: int, results: Words, threads: int = 1) -> None:
    """Fill `results` (one row a result, one bit a patient) from checked columns of `count` patients."""
    in_threads(partial(_run_part, compiled, columns, results), parts_of(count, threads, 64 * LANES))


def _run_part(compiled: Compiled, columns: Mapping[str, Column], results: Words, first: int, last: int) -> None:
    """The same for the patients from `first` (a multiple of 64) up to `last`."""
    program = compiled.program
    words = -(-min(BLOCK, last - first) // (64 * LANES)) * LANES
    rows = np.zeros((program.inputs, words), dtype=np.uint64)
    registers = np.zeros((program.registers, LANES), dtype=np.uint64)
    registers[TRUE] = ~np.uint64(0)
    code = program.code.astype(np.uint32)
    fillers = [_Filler(field, list(own), rows) for field, own in groupby(enumerate(compiled.inputs), key=_field)]
    for start in range(first, last, BLOCK):
        stop = min(start + BLOCK, last)
        for filler in fillers:
            filler.fill(columns.get(filler.field), start, stop)
        _run(code, registers, rows, program.outputs, results[:, start // 64 : -(-stop // 64)])


def _field(numbered: tuple[int, Input]) -> str:
    return numbered[1].field


class _Filler:
    """Turns the column of one field into its input rows."""

    def __init__(self, field: str, inputs: list[tuple[int, Input]], rows: Words) -> None:
        self.field = field
        self._rows = rows[inputs[0][0] : inputs[-1][0] + 1]
        self._bytes = self._rows.view(np.uint8)
        self._is_number = inputs[0][1].kind != "bit"
        self._kinds = np.array([_KINDS.index(one.kind) for _, one in inputs], dtype=np.uint8)
        self._operands = np.array([one.operand for _, one in inputs])

    def fill(self, column: Column | None, start: int, stop: int) -> None:
        """Fill the rows from a part of the column; a field without a column is unknown."""
        if column is None:
            return
        part = column[start:stop]
        if len(part) % 64:
            part = np.concatenate([part, np.zeros(-len(part) % 64, dtype=part.dtype)])
        if not (part.flags.c_contiguous and part.flags.aligned):
            part = np.require(part, requirements=("C", "A"))
        if self._is_number:
            _compare(part, self._kinds, self._operands, self._bytes)
            return
        for first in range(0, len(self._rows), 8):
            octets = part if part.dtype == np.uint8 else (part >> first).astype(np.uint8)
            _take_bits(octets.view(np.uint64), self._bytes[first : first + 8])


_KINDS = ("known", "at_least", "equal", "bit")


@numba.njit(nogil=True, cache=True)
def _take_bits(eights: Words, rows: Codes) -> None:
    """Row k gets bit k of every code; eight codes stand in one word, and become one byte."""
    for bit in range(rows.shape[0]):
        shift, row = np.uint64(bit), rows[bit]
        for place in range(len(eights)):
            row[place] = np.uint8((((eights[place] >> shift) & _SPREAD) * _GATHER) >> np.uint64(56))


@numba.njit(nogil=True, cache=True)
def _compare(values: Column, kinds: Codes, operands: npt.NDArray[np.float64], rows: Codes) -> None:
    """Whether each number is known, at least an operand, or equal to it; compared in double precision."""
    flags = np.empty(FLAGS, dtype=np.uint8)
    eights = flags.view(np.uint64)
    for start in range(0, len(values), FLAGS):
        part = values[start : start + FLAGS]
        for row in range(rows.shape[0]):
            operand = operands[row]
            if kinds[row] == 0:
                for place in range(len(part)):
                    flags[place] = part[place] == part[place]
            elif kinds[row] == 1:
                for place in range(len(part)):
                    flags[place] = part[place] >= operand
            else:
                for place in range(len(part)):
                    flags[place] = part[place] == operand
            packed = rows[row, start // 8 :]
            for place in range(len(part) // 8):
                packed[place] = np.uint8((eights[place] * _GATHER) >> np.uint64(56))


@numba.njit(nogil=True, cache=True)
def _run(
    code: npt.NDArray[np.uint32],
    registers: Words,
    rows: Words,
    outputs: npt.NDArray[np.int32],
    results: Words,
) -> None:
    """Every instruction on LANES words, then on the next ones."""
    for start in range(0, results.shape[1], LANES):
        registers[2 : 2 + rows.shape[0]] = rows[:, start : start + LANES]
        for step in range(code.shape[0]):
            operation = code[step, 0]
            target, first, second = registers[code[step, 1]], registers[code[step, 2]], registers[code[step, 3]]
            if operation == AND:
                for lane in range(LANES):
                    target[lane] = first[lane] & second[lane]
            elif operation == OR:
                for lane in range(LANES):
                    target[lane] = first[lane] | second[lane]
            else:
                for lane in range(LANES):
                    target[lane] = first[lane] & ~second[lane]
        size = min(LANES, results.shape[1] - start)
        for place in range(len(outputs)):
            for lane in range(size):
                results[place, start + lane] = registers[outputs[place], lane]
