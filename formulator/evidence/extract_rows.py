"""The columns of the evidence tables, and a reader that checks each cell against them."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formulator.faults import Fault, Place, did_you_mean, shown

_LARGEST_FILE = 50_000_000
_P_VALUE = re.compile(r"[<>]?=?\d*\.?\d+(e-\d+)?")
_WORDS_FOR_P = ("", "significant", "not significant")


@dataclass(frozen=True, slots=True)
class Column:
    """A checked column. `kind`: text, needed, number, spread (above 0), size (1 or more), count (0 or more), p."""

    name: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A file: its needed columns, the checks on its cells, the columns that no two rows may share (empty: all)."""

    file: str
    needed: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    choices: tuple[str, ...] = ()


def _columns(**kinds: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for kind, names in kinds.items() for name in names.split())


STUDIES = Table(
    "studies.csv",
    needed=("study_id", "design", "indication", "n_total"),
    columns=_columns(needed="study_id design indication", size="n_total"),
    key=("study_id",),
    choices=("design", "split", "indication"),
)
ARMS = Table(
    "arms.csv",
    needed=("study_id", "arm_id", "role", "components", "n_arm"),
    columns=_columns(needed="study_id arm_id components", size="n_arm", spread="sessions_n"),
    key=("study_id", "arm_id"),
    choices=("role", "route", "n_arm_source"),
)
OUTCOMES = Table(
    "outcomes.csv",
    needed=("study_id", "arm_id", "outcome", "comparison"),
    columns=_columns(
        needed="study_id outcome comparison",
        number="timepoint_weeks baseline_mean post_mean change_mean pct_change"
        " effect_value effect_ci_low effect_ci_high",
        spread="baseline_sd post_sd change_sd pct_sd",
        count="responders_n",
        size="responders_total",
        p="p_within p_between",
    ),
    key=(),
    choices=("comparison", "timepoint_origin", "derived", "effect_label"),
)
REGIONS = Table("regions.csv", ("region", "named", "codes"), _columns(needed="region codes"), ("region",))
OVERLAPS = Table("overlaps.csv", ("study_a", "study_b"), _columns(needed="study_a study_b"), (), ("use",))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, as read."""

    cells: Mapping[str, str]
    file: str
    line: int
    header: tuple[str, ...]

    def text(self, column: str) -> str:
        """A cell without surrounding blanks; empty where the column is missing."""
        return (self.cells.get(column) or "").strip()

    def number(self, column: str) -> float | None:
        """A cell as a number, None where it is empty."""
        text = self.text(column)
        return float(text) if text else None

    def place(self, column: str = "") -> Place:
        """Where the line (and the column in it) stands."""
        return Place(self.file, self.line, self.header.index(column) + 1 if column in self.header else 0)


class TableReader:
    """Reads the files of one folder; keeps every fault; `broken` where a file or a column is missing."""

    def __init__(self, folder: Path, allowed: Mapping[tuple[str, str], frozenset[str]]) -> None:
        self.folder = folder
        self.allowed = allowed
        self.faults: list[Fault] = []
        self.broken = False

    def rows(self, table: Table) -> list[Row]:
        """The good rows of a file; what is wrong with the others is kept in `faults`."""
        seen: dict[tuple[str, ...], Row] = {}
        for row in self._read(table):
            found = [*self._cell_faults(row, table), *_row_faults(row)]
            self.faults += found
            key = tuple(row.text(column) for column in table.key or row.header)
            if key in seen:
                self._double(row, seen[key], table)
            elif not found:
                seen[key] = row
        return list(seen.values())

    def refers(self, row: Row, column: str, known: Collection[str]) -> bool:
        """Whether a cell names something known; where not, the fault is kept."""
        value = row.text(column)
        if value in known:
            return True
        problem = f"{shown(value)} is not known here."
        self.faults.append(Fault(row.place(column), column, problem, advice=did_you_mean(value, known)))
        return False

    def _read(self, table: Table) -> Iterator[Row]:
        path = self.folder / table.file
        try:
            if path.stat().st_size > _LARGEST_FILE:
                raise ValueError(f"it is larger than {_LARGEST_FILE:,} bytes")
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text of a sensible size"
            self._stop(Fault(Place(table.file), "", f"The file cannot be read: {reason}."))
            return
        reader = csv.reader(text.splitlines(keepends=True))
        try:
            yield from self._checked_lines(reader, table)
        except csv.Error as error:
            self._stop(Fault(Place(table.file, reader.line_num), "", f"The row is not CSV: {error}."))

    def _checked_lines(self, reader: Any, table: Table) -> Iterator[Row]:
        header = tuple(name.strip() for name in next(reader, []))
        missing = [name for name in table.needed if name not in header]
        if missing:
            needed = ", ".join(table.needed)
            self._stop(Fault(Place(table.file, 1), ", ".join(missing), "The column is missing.", needed))
            return
        yield from self._lines(reader, header, table)

    def _lines(self, reader: Any, header: tuple[str, ...], table: Table) -> Iterator[Row]:
        line = 2
        for cells in reader:
            if len(cells) > len(header):
                problem = f"The line has {len(cells)} cells, the header {len(header)}."
                self.faults.append(Fault(Place(table.file, line, len(header) + 1), "", problem))
            elif any(cells):
                yield Row(dict(zip(header, cells, strict=False)), table.file, line, header)
            line = reader.line_num + 1

    def _stop(self, fault: Fault) -> None:
        self.faults.append(fault)
        self.broken = True

    def _double(self, row: Row, first: Row, table: Table) -> None:
        column = table.key[-1] if table.key else ""
        problem = f"The row stands twice (first in line {first.line})."
        self.faults.append(Fault(row.place(column), column, problem, "each row once"))

    def _cell_faults(self, row: Row, table: Table) -> Iterator[Fault]:
        for column in table.columns:
            problem = _CHECKS[column.kind](row.text(column.name)) if column.kind in _CHECKS else ""
            if problem:
                yield Fault(row.place(column.name), column.name, problem)
        file = table.file.removesuffix(".csv")
        for name in table.choices:
            allowed = self.allowed.get((file, name), frozenset())
            if allowed and row.text(name) and row.text(name) not in allowed:
                words = ", ".join(sorted(word for word in allowed if word))
                yield Fault(row.place(name), name, f"{shown(row.text(name))} is not allowed.", words)


def _row_faults(row: Row) -> Iterator[Fault]:
    if not all(_is_number(row.text(name)) for name in _ORDERED):
        return
    for low, high, problem in _PAIRS:
        small, large = row.number(low), row.number(high)
        if small is not None and large is not None and small > large:
            yield Fault(row.place(low), low, problem)


_PAIRS = (
    ("responders_n", "responders_total", "More responders than people."),
    ("effect_ci_low", "effect_ci_high", "The lower limit lies above the upper one."),
)
_ORDERED = tuple(name for pair in _PAIRS for name in pair[:2])


def _is_number(text: str) -> bool:
    return not text or _finite(text) is not None


def _finite(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _number(text: str) -> str:
    return "" if _is_number(text) else f"{shown(text)} is not a number."


def _spread(text: str) -> str:
    return _number(text) or ("" if not text or float(text) > 0 else f"{text} is not above 0.")


def _size(text: str) -> str:
    return _number(text) or ("" if not text or float(text) >= 1 else f"{text} is below 1.")


def _count(text: str) -> str:
    return _number(text) or ("" if not text or float(text) >= 0 else f"{text} is below 0.")


def _needed(text: str) -> str:
    return "" if text else "The cell is empty."


def _p(text: str) -> str:
    if text in _WORDS_FOR_P or (_P_VALUE.fullmatch(text) and float(text.lstrip("<>=")) <= 1):
        return ""
    return f"{shown(text)} is no p-value: a number from 0 to 1, with < or >, or significant, not significant."


_CHECKS = {"number": _number, "spread": _spread, "size": _size, "count": _count, "needed": _needed, "p": _p}
