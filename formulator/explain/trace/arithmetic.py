"""The arithmetic behind a number of the answer: an operation of a closed list, its operands, and the result shown."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor, isclose, nan, sqrt
from typing import NamedTuple

from formulator.evidence.answer import Z95
from formulator.evidence.spread import NormalMixture

_ALMOST_WHOLE = 9
"""Decimals to which a quotient is read before it is rounded to whole steps: floats stand for exact decimals here."""


def _product(*factors: float) -> float:
    result = 1.0
    for one in factors:
        result *= one
    return result


def _whole_steps(value: float, step: float) -> int:
    return floor(round(value / step, _ALMOST_WHOLE))


def _steps_up(value: float, step: float) -> float:
    return ceil(round(value / step, _ALMOST_WHOLE)) * step


def _lower_end(mean: float, variance: float) -> float:
    return mean - Z95 * sqrt(variance)


def _upper_end(mean: float, variance: float) -> float:
    return mean + Z95 * sqrt(variance)


def _spread(level: float, mean: float, variance: float, *between: float) -> tuple[float, float]:
    parts = [(variance + one, weight) for one, weight in zip(between[::2], between[1::2], strict=True)]
    return NormalMixture(mean, parts).interval(level)


def _least_first(mean: float, error: float, quantile: float) -> float:
    return mean - quantile * error


OPERATIONS: dict[str, tuple[Callable[..., float], str]] = {
    "sum": (lambda *parts: sum(parts), " + "),
    "difference": (lambda first, *rest: first - sum(rest), " - "),
    "product": (_product, " x "),
    "quotient": (lambda above, below: above / below, " / "),
    "whole steps": (_whole_steps, " / "),
    "rounded down": (lambda value, step: _whole_steps(value, step) * step, " in steps of "),
    "rounded up": (_steps_up, " in steps of "),
    "share": (lambda whole, part, of: whole * part / of, " x part / whole "),
    "penalty": (lambda weight, count: -weight * count, " x "),
    "smallest": (lambda *values: min(values), ", "),
    "largest": (lambda *values: max(values), ", "),
    "count": (lambda *values: len(values), ", "),
    "days after": (lambda day, days: day + days, " + "),
    "days before": (lambda day, days: day - days, " - "),
    "same day": (lambda *days: days[0] if len(set(days)) == 1 else nan, " = "),
    "days between": (lambda first, last: last - first, " to "),
    "weeks after": (lambda day, weeks: day + round(weeks * 7), " + "),
    "lower 95 % end": (_lower_end, ", "),
    "upper 95 % end": (_upper_end, ", "),
    "lower prediction": (lambda *all_of: _spread(*all_of)[0], ", "),
    "upper prediction": (lambda *all_of: _spread(*all_of)[1], ", "),
    "cautious end": (_least_first, ", "),
    "root of": (lambda value: sqrt(max(0.0, value)), ""),
}
"""What each operation does, and the sign that joins its operands in words. Dates count as their day's ordinal."""


class Arithmetic(NamedTuple):
    """How a number was worked out; `within` is how far rounding may put the result shown from the exact one.

    `operation` is a key of OPERATIONS, or "given" for a number that stands in the data, the profile or the model.
    """

    operation: str
    operands: tuple[float, ...]
    result: float
    within: float = 1e-9

    def recomputed(self) -> float:
        """The result worked out anew from the operands."""
        if self.operation == "given":
            return self.result
        return OPERATIONS[self.operation][0](*self.operands)

    def holds(self) -> bool:
        """Whether the operands give the result, up to its rounding."""
        return isclose(self.recomputed(), self.result, rel_tol=1e-9, abs_tol=self.within)
