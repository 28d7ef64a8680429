"""What was measured, and the figures made of it: medians over rounds, and ratios round by round."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.peers.workers import Engine


@dataclass
class OneResult:
    """One engine on single patients: microseconds a patient, an entry per round."""

    engine: Engine
    times: int
    imported: float
    prepared: float
    rules: list[float] = field(default_factory=list)
    statuses: list[float] = field(default_factory=list)
    first: float = 0
    memory: int = 0


@dataclass
class CohortResult:
    """One engine on a cohort: seconds for `count` patients, an entry per round."""

    engine: Engine
    times: int
    rows: int
    count: int
    bytes_read: int
    imported: float
    prepared: float
    seconds: list[float] = field(default_factory=list)
    extra: list[int] = field(default_factory=list)
    first: float = 0
    memory: int = 0

    @property
    def rate(self) -> float:
        """Patients a second."""
        return self.count / median(self.seconds)


@dataclass
class Results:
    """Everything of one run."""

    one: list[OneResult] = field(default_factory=list)
    cohort: list[CohortResult] = field(default_factory=list)
    bandwidth: float = 0
    load: float = field(default_factory=lambda: os.getloadavg()[0] if hasattr(os, "getloadavg") else 0)
    checked: int = 0
    faults: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def one_of(self, module: str, times: int) -> OneResult | None:
        """The result of one engine, if it was run."""
        return next((one for one in self.one if one.engine.module == module and one.times == times), None)

    def cohort_of(self, module: str, rows: int, times: int = 1) -> CohortResult | None:
        """The result of one engine on a cohort, if it was run."""
        found = (one for one in self.cohort if (one.engine.module, one.rows, one.times) == (module, rows, times))
        return next(found, None)


def times_faster(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times as long they need: the median of the ratios of the same rounds."""
    return median(other / own for own, other in zip(ours, theirs, strict=False))
