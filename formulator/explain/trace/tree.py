"""One node for everything that an answer can be asked about: what it is, its value in words, and what made it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from formulator.explain.trace.arithmetic import Arithmetic

KINDS = (
    "answer",
    "decision",
    "status",
    "rule",
    "question",
    "condition",
    "fact",
    "derivation",
    "threshold",
    "number",
    "trial",
    "date",
    "part",
)
"""Every kind of node; `part` only holds others together."""


class Trace(NamedTuple):
    """A statement of the answer and, as children, the chain that made it.

    `about` names the rule, field, component or threshold behind it. What is not `decisive` did not matter for the node
    above and is hidden unless everything is asked for. `sources` are ids of the knowledge; `address` is a web page.
    """

    kind: str
    label: str
    value: str = ""
    sentence: str = ""
    certainty: str = ""
    sources: tuple[str, ...] = ()
    children: tuple[Trace, ...] = ()
    decisive: bool = True
    arithmetic: Arithmetic | None = None
    about: str = ""
    address: str = ""

    def shown(self, everything: bool = False) -> tuple[Trace, ...]:
        """The children that are shown: those that mattered, or all."""
        return self.children if everything else tuple(one for one in self.children if one.decisive)


def figure(value: float, unit: str = "") -> str:
    """A number in words: up to four significant decimals, with its unit."""
    return f"{round(value, 4) + 0.0:.10g} {unit}".rstrip()


def given(  # noqa: PLR0913
    label: str, value: float, unit: str = "", sentence: str = "", sources: tuple[str, ...] = (), about: str = ""
) -> Trace:
    """A number that stands in the profile, the data or the model; it is not worked out."""
    arithmetic = Arithmetic("given", (), value)
    return Trace("number", label, figure(value, unit), sentence, "", sources, (), True, arithmetic, about)


def worked_out(  # noqa: PLR0913
    label: str,
    value: float,
    unit: str,
    operation: str,
    operands: tuple[Trace, ...],
    within: float = 1e-9,
    others: tuple[Trace, ...] = (),
    sentence: str = "",
    sources: tuple[str, ...] = (),
    about: str = "",
) -> Trace:
    """A number that follows from other numbers of the trace; `others` are children that do not enter the arithmetic."""
    numbers = tuple(one.arithmetic.result for one in operands if one.arithmetic)
    arithmetic = Arithmetic(operation, numbers, value, within)
    words = figure(value, unit)
    return Trace("number", label, words, sentence, "", sources, (*operands, *others), True, arithmetic, about)


def dated(  # noqa: PLR0913
    label: str,
    day: date,
    operation: str = "given",
    operands: tuple[Trace, ...] = (),
    others: tuple[Trace, ...] = (),
    sentence: str = "",
    sources: tuple[str, ...] = (),
    about: str = "",
) -> Trace:
    """A date, counted from another one unless it is given; its number is the ordinal of the day."""
    numbers = tuple(one.arithmetic.result for one in operands if one.arithmetic)
    arithmetic = Arithmetic(operation, numbers, day.toordinal())
    children = (*operands, *others)
    return Trace("date", label, f"{day:%a} {day}", sentence, "", sources, children, True, arithmetic, about)
