"""A cohort to try things with: the shipped examples and drawn patients. Nobody of them exists, and the file says so."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from formulator.knowledge import Knowledge
from formulator.profile import Profile
from formulator.proof.drawn import profiles

ORIGIN = "origin"
EXAMPLE, DRAWN = "constructed example", "drawn at random"
COUNT = 400
_SEED = 8
_ADULT = 18
_DRAWN_FOR_ONE = 10
"""Half of those who are drawn are children, of whom there is one answer; a cohort of them would teach nothing."""


def constructed_cohort(knowledge: Knowledge, day: date, examples: Iterable[Profile], count: int = COUNT) -> str:
    """A CSV of constructed patients, a column for each field; the column `origin` says how each was made."""
    names = list(knowledge.catalogue.fields)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [ORIGIN, *names], lineterminator="\n")
    writer.writeheader()
    for origin, profile in _patients(knowledge, day, examples, count):
        writer.writerow({ORIGIN: origin, **{name: _cell(value) for name, value in profile.plain().items()}})
    return stream.getvalue()


def _patients(
    knowledge: Knowledge, day: date, examples: Iterable[Profile], count: int
) -> Iterator[tuple[str, Profile]]:
    yield from ((EXAMPLE, one) for one in examples)
    drawn = profiles(knowledge.catalogue, _SEED, _DRAWN_FOR_ONE * count, day)
    adults = (one for one in drawn if not isinstance(age := one.get("age"), int) or age >= _ADULT)
    yield from ((DRAWN, one) for one in islice(adults, count))


def _cell(value: object) -> str:
    return ";".join(map(str, value)) if isinstance(value, list) else str(value)
