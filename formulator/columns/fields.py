"""The fields of many patients as rows of bits: what of a column becomes a row, and who lies in which cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, Protocol

from formulator.columns.program import FALSE, TRUE, Builder, Row
from formulator.conditions.compiled import UNKNOWN_CELL, FieldCells


@dataclass(frozen=True, slots=True)
class Input:
    """One row made from a column: a bit of its codes, or of its numbers whether they are known, at least, or equal."""

    field: str
    kind: Literal["bit", "known", "at_least", "equal"]
    operand: float = 0


class FieldRows(Protocol):
    """Where the patients lie in one field."""

    def among(self, cells: int) -> Row:
        """Patients in one of these cells, which are the bits of a number."""
        ...


@dataclass(frozen=True)
class Coded:
    """A field of words: one row a cell."""

    builder: Builder
    rows: Sequence[Row]

    def among(self, cells: int) -> Row:
        """Patients in one of these cells; the smaller side is joined."""
        inside = [row for cell, row in enumerate(self.rows) if cells >> cell & 1]
        outside = [row for cell, row in enumerate(self.rows) if not cells >> cell & 1]
        if len(inside) <= len(outside) + 1:
            return self.builder.either(*inside)
        return self.builder.negated(self.builder.either(*outside))

    def with_cell(self, cell: int, where: Row) -> Coded:
        """The field when these patients, of whom it was unknown, have this cell."""
        rows = list(self.rows)
        rows[cell] = self.builder.either(rows[cell], where)
        rows[UNKNOWN_CELL] = self.builder.without(rows[UNKNOWN_CELL], where)
        return Coded(self.builder, tuple(rows))


@dataclass(frozen=True)
class Numbers:
    """A field of numbers: whether each is known, at least each cut, and equal to each number that a set names."""

    builder: Builder
    cells: FieldCells
    known: Row
    at_least: Sequence[Row]
    equal: Mapping[float, Row]

    def among(self, cells: int) -> Row:
        """Patients in one of these cells: runs of intervals, and named numbers by themselves."""
        made = self.builder
        rows = [made.negated(self.known)] if cells >> UNKNOWN_CELL & 1 else []
        named_outside = made.either(*(row for value, row in self.equal.items() if not self._has(cells, value)))
        intervals = enumerate(self.cells.between)
        for inside, run in groupby(intervals, key=lambda pair: bool(cells >> pair[1] & 1)):
            places = [place for place, _ in run]
            if inside:
                rows.append(made.without(self._run(places[0], places[-1]), named_outside))
        rows += [row for value, row in self.equal.items() if self._has(cells, value)]
        return made.either(*rows)

    def _has(self, cells: int, value: float) -> bool:
        return bool(cells >> self.cells.words[value] & 1)

    def _run(self, first: int, last: int) -> Row:
        lower = self.at_least[first - 1] if first else self.known
        upper = self.at_least[last] if last < len(self.at_least) else FALSE
        return self.builder.without(lower, upper)

    def coded(self) -> Coded:
        """The same with one row a cell."""
        return Coded(self.builder, tuple(self.among(1 << cell) for cell in range(self.cells.count)))


def inputs_of(cells: FieldCells) -> tuple[Input, ...]:
    """The rows that a column is turned into: numbers are compared with the cuts, codes are taken apart into bits."""
    if not is_number(cells):
        return tuple(Input(cells.field, "bit", bit) for bit in range(max(1, (cells.count - 1).bit_length())))
    return (
        Input(cells.field, "known"),
        *(Input(cells.field, "at_least", cut) for cut in cells.cuts),
        *(Input(cells.field, "equal", value) for value in cells.words),
    )


def is_number(cells: FieldCells) -> bool:
    """Whether a column of this field holds numbers; otherwise it holds the numbers of cells."""
    return bool(cells.cuts)


def given_rows(cells: FieldCells, rows: Sequence[Row], builder: Builder) -> Numbers | Coded:
    """A field of which these input rows are given."""
    if is_number(cells):
        cuts = len(cells.cuts)
        equal = dict(zip(cells.words, rows[1 + cuts :], strict=True))
        return Numbers(builder, cells, rows[0], tuple(rows[1 : 1 + cuts]), equal)
    return Coded(builder, tuple(_of_code(code, rows, builder) for code in range(cells.count)))


def unknown_rows(cells: FieldCells, builder: Builder) -> Coded:
    """A field of which nothing is known yet."""
    return Coded(builder, (TRUE, *(FALSE for _ in range(cells.count - 1))))


def _of_code(code: int, bits: Sequence[Row], builder: Builder) -> Row:
    set_bits = builder.both(*(row for bit, row in enumerate(bits) if code >> bit & 1))
    return builder.without(set_bits, builder.either(*(row for bit, row in enumerate(bits) if not code >> bit & 1)))
