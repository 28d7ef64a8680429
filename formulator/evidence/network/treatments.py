"""Treatments as sets of components, and contrasts between two of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from formulator.faults import Place

SEPARATOR = " + "
Treatment = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One comparison of one study: effect of `treat1` minus that of `treat2`, with its standard error (same unit)."""

    study: str
    treat1: str
    treat2: str
    estimate: float
    se: float
    place: Place = field(default=Place(), compare=False)


def read_treatment(text: str) -> Treatment:
    """Components of a treatment in alphabetical order, so that `A + B` and `B + A` are one treatment.

    Raises ValueError where a component has no name or stands twice.
    """
    parts = [part.strip() for part in f" {text.strip()} ".split(SEPARATOR)]
    if not all(parts):
        raise ValueError("a component without a name")
    if len(set(parts)) < len(parts):
        raise ValueError("a component stands twice")
    return tuple(sorted(parts))


def treatment_name(treatment: Treatment) -> str:
    """The treatment as it is written in a table."""
    return SEPARATOR.join(treatment)


def in_reading_order(names: Iterable[str]) -> list[str]:
    """Names sorted as in a register, capitals and small letters alike."""
    return sorted(names, key=lambda name: (name.casefold(), name))
