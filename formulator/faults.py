"""Faults in what people wrote: what is wrong, where, what is allowed and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands; lines and columns count from 1, 0 means unknown."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.file or "input", *numbers])


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in words that say how to mend it."""

    place: Place
    field: str
    problem: str
    allowed: str = ""
    advice: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: {self.field}: " if self.field else f"{self.place}: "
        allowed = f" Allowed: {self.allowed}." if self.allowed else ""
        advice = f" {self.advice}" if self.advice else ""
        return f"{where}{self.problem}{allowed}{advice}"


MOST_FAULTS = 200
"""So many messages are shown of one document; who has more mends these first."""


class FaultsFound(Exception):
    """Raised with every fault that was found, never with the first alone."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def shortened(faults: list[Fault], name: str) -> list[Fault]:
    """The first faults of a document, and how many more there are."""
    more = len(faults) - MOST_FAULTS
    return (
        faults if more <= 0 else [*faults[:MOST_FAULTS], Fault(Place(name), "", f"{more} more faults are not shown.")]
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A closing question with the nearest known word, or an empty text."""
    words = list(known)
    beginning = [one for one in words if one.startswith(f"{word.lower()}_")]
    near = beginning if len(beginning) == 1 else get_close_matches(word.lower(), words, n=1, cutoff=0.7)
    return f"Did you mean {near[0]!r}?" if near else ""


def shown(value: object, longest: int = 60) -> str:
    """A value as it is quoted in a message: printable and of bounded length."""
    text = repr(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."
