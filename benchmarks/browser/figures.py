"""What was measured, as numbers and as a table; nothing here measures."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """A sample of times in one line."""

    count: int
    median: float
    p95: float
    worst: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, the value with its unit, and the limit that the product promises."""

    what: str
    value: float
    unit: str
    promised: float | None = None

    @property
    def kept(self) -> bool:
        """Whether the promise is kept; what promises nothing breaks nothing."""
        return self.promised is None or self.value < self.promised or self.value == self.promised == 0


def spread_of(times: Sequence[float]) -> Spread:
    """Median, 95th percentile and worst of at least one time, in the unit of the times."""
    return Spread(len(times), statistics.median(times), percentile(times, 95), max(times))


def percentile(times: Sequence[float], share: float) -> float:
    """The smallest time that at least `share` percent of the times do not exceed (nearest rank)."""
    ordered = sorted(times)
    return ordered[max(math.ceil(len(ordered) * share / 100), 1) - 1]


def growth(points: Sequence[tuple[float, float]]) -> float:
    """By how much the second number grows with each one of the first: the slope of the least squares line."""
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def table(figures: Sequence[Figure]) -> list[str]:
    """A Markdown table, one line a figure, with a word on whether its promise is kept."""
    head = ["| what | measured | promised | kept |", "|---|---|---|---|"]
    return head + [_line(one) for one in figures]


def _line(one: Figure) -> str:
    promised = "" if one.promised is None else f"{_number(one.promised)} {one.unit}".strip()
    kept = "" if one.promised is None else "yes" if one.kept else "**no**"
    return f"| {one.what} | {_number(one.value)} {one.unit} | {promised} | {kept} |".replace("  ", " ").replace(
        "  ", " "
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.1f}"
