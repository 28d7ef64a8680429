"""Many sessions: what each costs in memory, and how they are answered when all ask at once.

The sessions are light visitors (`light.py`); each holds an example patient. Each answer is compared with the hash of
the profile that this visitor entered, so an answer meant for another session would be noticed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.browser.chromium import FIRST_WIDGET
from benchmarks.browser.figures import Figure, growth, spread_of
from benchmarks.browser.light import LightVisitor
from benchmarks.browser.server import Server
from formulator.profile import load_catalogue, profile_from_mapping
from formulator.ui.examples import Example, examples

PROMISED_MB = 5.0
STEP = 10
SETTLE = 2.0
PAUSE = 15.0
"""Seconds between two changes of one person who reads what is on the screen."""

HASH_SHOWN = 12
_AGE = "Age, years"


@dataclass(slots=True)
class Crowd:
    """The open sessions with the patient of each, and the answers that belonged to nobody in front of them."""

    server: Server
    members: list[tuple[LightVisitor, Example]] = field(default_factory=list)
    mistaken: int = 0

    async def grow(self, count: int) -> None:
        """So many more sessions, one after the other, each with the next example patient."""
        patients = [one for one in examples().values() if one.profile.get("age")]
        for _ in range(count):
            visitor = LightVisitor(self.server.port)
            await visitor.open()
            example = patients[len(self.members) % len(patients)]
            await visitor.set(FIRST_WIDGET, example.title)
            self.members.append((visitor, example))

    async def change(self, number: int, age: int) -> float:
        """One session changes the age; seconds until its new answer was there."""
        visitor, example = self.members[number]
        took = await visitor.set(_AGE, age)
        self.mistaken += visitor.answered_for != hash_shown(example.profile, age)
        return took

    @property
    def faults(self) -> int:
        """Runs that did not end well, errors shown, tracebacks in the log, and mistaken answers."""
        return sum(visitor.faults for visitor, _ in self.members) + self.server.tracebacks() + self.mistaken

    async def close(self) -> None:
        """All leave."""
        for visitor, _ in self.members:
            await visitor.close()


def hash_shown(profile: Mapping[str, Any], age: int) -> str:
    """What stands below the answer for this patient at another age, as the form gives it: without the domain."""
    entered = {name: value for name, value in profile.items() if name != "domain"} | {"age": age}
    return profile_from_mapping(entered, "benchmark", load_catalogue()).sha256()[:HASH_SHOWN]


async def crowding(server: Server, sessions: int, rounds: int) -> AsyncIterator[Figure]:
    """Memory while the crowd grows; then all change a field at the same moment; then each at its own pace."""
    crowd = Crowd(server)
    try:
        yield Figure(
            f"memory per further session, slope over {sessions}", await _memory(crowd, sessions), "MB", PROMISED_MB
        )
        yield Figure(f"memory of the server with {sessions} sessions", server.memory_mb(), "MB")
        at_once = spread_of([time for turn in range(rounds) for time in await _all_at_once(crowd, turn)])
        yield Figure(f"{sessions} sessions change a field in the same moment, median", at_once.median * 1000, "ms")
        yield Figure("the same, 95th percentile", at_once.p95 * 1000, "ms")
        paced = spread_of(await _at_own_pace(crowd, rounds))
        yield Figure(f"{sessions} sessions, each a change every {PAUSE:.0f} s, median", paced.median * 1000, "ms")
        yield Figure("the same, 95th percentile", paced.p95 * 1000, "ms")
        asked = at_once.count + paced.count
        yield Figure(f"errors and mistaken answers in these {asked} changes", crowd.faults, "", 0)
    finally:
        await crowd.close()


async def _memory(crowd: Crowd, sessions: int) -> float:
    """MB by which the server grows with each session, after the first ten."""
    points = []
    for count in range(STEP, sessions + 1, STEP):
        await crowd.grow(STEP)
        await asyncio.sleep(SETTLE)
        points.append((float(count), crowd.server.memory_mb()))
    return growth(points)


async def _all_at_once(crowd: Crowd, turn: int) -> list[float]:
    return list(await asyncio.gather(*(crowd.change(place, 40 + turn) for place in range(len(crowd.members)))))


async def _at_own_pace(crowd: Crowd, rounds: int) -> list[float]:
    """Each session begins at its own moment and changes a field once a pause."""
    count = len(crowd.members)

    async def one(place: int) -> list[float]:
        await asyncio.sleep(PAUSE * place / count)
        times = []
        for turn in range(rounds):
            took = await crowd.change(place, 60 + turn)
            times.append(took)
            await asyncio.sleep(max(PAUSE - took, 0))
        return times

    return [time for times in await asyncio.gather(*map(one, range(count))) for time in times]
