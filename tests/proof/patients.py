"""Random patients on the day of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from formulator.knowledge import Knowledge
from formulator.profile import Catalogue, Profile
from formulator.proof import drawn
from formulator.proof.drawn import Answered
from tests.conftest import TODAY


def answered(profile: Profile, knowledge: Knowledge, day: date = TODAY) -> Answered:
    """The rules' answer to a profile."""
    return drawn.answered(profile, knowledge, day)


def profiles(catalogue: Catalogue, seed: int, count: int) -> Iterator[Profile]:
    """So many valid profiles."""
    return drawn.profiles(catalogue, seed, count, TODAY)
