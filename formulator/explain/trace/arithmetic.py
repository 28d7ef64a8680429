"""The arithmetic behind a number of the answer: an operation of a closed list, its operands, and the result shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


def _cautious_end(mean: float, error: float, quantile: float) -> float:
    return mean - quantile * error


_MIXTURE = "an end of the normal mixture of the average's variance and the spreads between trials"
OPERATIONS: dict[str, tuple[Callable[..., float], str]] = {
    "sum": (lambda *parts: sum(parts), " + "),
    "difference": (lambda first, *rest: first - sum(rest), " - "),
    "product": (_product, " x "),
    "quotient": (lambda above, below: above / below, " / "),
    "whole steps": (_whole_steps, "{0} / {1}, rounded down to a whole number"),
    "rounded down": (lambda value, step: _whole_steps(value, step) * step, "{0} rounded down in steps of {1}"),
    "rounded up": (_steps_up, "{0} rounded up in steps of {1}"),
    "share": (lambda whole, part, of: whole * part / of, "{0} x {1} / {2}"),
    "penalty": (lambda weight, count: -weight * count, "-{0} x {1}"),
    "smallest": (lambda *values: min(values), "smallest of|, "),
    "largest": (lambda *values: max(values), "largest of|, "),
    "count": (lambda *values: len(values), ""),
    "days after": (lambda day, days: day + days, " + "),
    "days before": (lambda day, days: day - days, " - "),
    "same day": (lambda *days: days[0] if len(set(days)) == 1 else nan, ""),
    "days between": (lambda first, last: last - first, "from {0} to {1}"),
    "weeks after": (lambda day, weeks: day + round(weeks * 7), " + "),
    "lower 95 % end": (_lower_end, "{0} - 1.96 x root of {1}"),
    "upper 95 % end": (_upper_end, "{0} + 1.96 x root of {1}"),
    "lower prediction": (lambda *all_of: _spread(*all_of)[0], _MIXTURE),
    "upper prediction": (lambda *all_of: _spread(*all_of)[1], _MIXTURE),
    "cautious end": (_cautious_end, "{0} - {2} x {1}"),
}
"""What each operation does, and how it is said of its operands: a sign between them, a lead before them, or a sentence.

Dates count as the ordinal of their day.
"""


def said(operation: str, operands: Sequence[str]) -> str:
    """An operation on operands that are given in words."""
    pattern = OPERATIONS[operation][1]
    if "|" in pattern:
        lead, sign = pattern.split("|")
        return f"{lead} {sign.join(operands)}" if len(operands) > 1 else operands[0]
    if "{" in pattern:
        return pattern.format(*operands)
    return pattern.join(operands) if pattern.startswith(" ") else pattern


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
