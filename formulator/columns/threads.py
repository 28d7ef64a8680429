"""Patients shared out among threads: each part is a range of its own, so that the answers cannot depend on how many.

Threads gain where the work lets go of Python's lock, as the compiled loops do.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

WORTH_A_THREAD = 100_000
"""So many patients for each thread make up for starting it, and for the time in which they wait for each other."""


def threads_for(count: int, wanted: int | None = None) -> int:
    """The threads to work on so many patients: as many as wanted, by default as many processors as are worth it."""
    return max(1, min(os.cpu_count() or 1, count // WORTH_A_THREAD) if wanted is None else wanted)


def parts_of(count: int, threads: int, whole: int) -> list[tuple[int, int]]:
    """At most so many ranges of about the same length; all but the last hold a multiple of `whole` patients."""
    length = -(-count // (threads * whole)) * whole
    return [(start, min(start + length, count)) for start in range(0, count, length)] if count else []


def in_threads(work: Callable[[int, int], None], parts: list[tuple[int, int]]) -> None:
    """Do the work on every part, each in a thread of its own; what one of them raises is raised."""
    if len(parts) < 2:
        for part in parts:
            work(*part)
        return
    with ThreadPoolExecutor(len(parts)) as pool:
        for done in [pool.submit(work, *part) for part in parts]:
            done.result()
