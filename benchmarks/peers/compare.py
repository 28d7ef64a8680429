"""The comparison itself: every engine prepared, checked, timed in turn, and the results written down."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.peers.end_to_end import COMPARED, EndToEnd, end_to_end
from benchmarks.peers.material import Material, Size, material
from benchmarks.peers.report import write_report
from benchmarks.peers.results import CohortResult, OneResult, Results
from benchmarks.peers.workers import COHORT, FASTEST, ONE_PATIENT, Engine, Worker

FULL = Size(one={1: 200, 4: 50, 16: 10}, cohort={1: 20_000, 4: 1_000, 16: 500})
QUICK = Size(one={1: 40, 4: 10, 16: 5}, cohort={1: 1_000, 4: 200, 16: 100})
LONG_PATIENT, VERY_LONG_PATIENT = 5_000, 50_000
"""Microseconds; an engine that takes longer is timed on fewer patients, and in fewer rounds."""
LONG_COHORT = 3
"""Seconds; likewise."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long everything is measured."""

    size: Size
    rounds: int
    seconds: float
    warm_up: float
    cohorts: Sequence[int]
    grown_cohort: int
    most_of_zen: int


PLANS = {
    "full": Plan(FULL, 7, 0.15, 4.0, (10_000, 100_000, 1_000_000, 10_000_000), 100_000, 10_000),
    "quick": Plan(QUICK, 3, 0.05, 0.6, (10_000, 100_000), 10_000, 2_000),
}


@dataclass
class Comparison:
    """One run: what was found so far."""

    plan: Plan
    given: Material
    without_node: str
    results: Results = field(default_factory=Results)

    def one_patient(self, times: int) -> None:
        """All engines on one patient after the other, with so many times the rules."""
        self.say(f"one patient, {times} times the rules")
        with ExitStack() as stack:
            running = [self._prepared_one(stack, engine, times) for engine in self._engines(ONE_PATIENT)]
            for round_number in range(self.plan.rounds):
                for worker, result in running:
                    if not round_number or result.first < VERY_LONG_PATIENT:
                        self._round(worker, result)
            for worker, result in running:
                result.memory = worker.ask("memory")["bytes"]
                self.results.one.append(result)

    def _prepared_one(self, stack: ExitStack, engine: Engine, times: int) -> tuple[Worker, OneResult]:
        worker = stack.enter_context(Worker(engine))
        ready = worker.ask("prepare", rules=self.given.rules_file(times), times=times)
        checked = worker.ask("check_one", patients=self.given.patients_file(times))
        self._note(engine, checked, f"one patient, {times} times the rules")
        result = OneResult(engine, times, ready["imported"], ready["seconds"])
        result.first = worker.ask("one", seconds=0, statuses=False, count=2)["microseconds"]
        if result.first < VERY_LONG_PATIENT:
            options = {"seconds": self._warm_up(result), "count": self._count(result)}
            result.first = worker.ask("one", statuses=False, **options)["microseconds"]
        return worker, result

    def _warm_up(self, result: OneResult) -> float:
        """Node compiles while it runs, and longer where there is more to compile."""
        if not result.engine.in_node or result.first > 2 * LONG_PATIENT:
            return self.plan.warm_up / 20
        return self.plan.warm_up * min(result.times, 4)

    def _count(self, result: OneResult) -> int:
        if result.first > VERY_LONG_PATIENT:
            return 2
        return self.plan.size.one[result.times] if result.first < LONG_PATIENT else 5

    def _round(self, worker: Worker, result: OneResult) -> None:
        options = {"seconds": self.plan.seconds, "count": self._count(result)}
        result.rules.append(worker.ask("one", statuses=False, **options)["microseconds"])
        result.statuses.append(worker.ask("one", statuses=True, **options)["microseconds"])

    def cohort(self, rows: int, times: int = 1, names: Iterable[str] | None = None) -> None:
        """Engines for cohorts on so many patients, each in turn."""
        self.say(f"{rows:,} patients, {times} times the rules")
        engines = [one for one in self._engines(COHORT) if names is None or one.module in names]
        with ExitStack() as stack:
            running = [
                self._prepared_cohort(stack, engine, rows, times)
                for engine in engines
                if engine.module != "zen_loop" or rows == min(self.plan.cohorts)
            ]
            for number in range(min(self.plan.rounds, 5)):
                for worker, result in running:
                    if number < 2 or result.first < LONG_COHORT:
                        self._many(worker, result)
            for worker, result in running:
                result.memory = worker.ask("memory")["bytes"]
                self.results.cohort.append(result)

    def cohort_of_fastest(self, rows: int) -> None:
        """The longest cohort: one engine after the other, as their memory would not fit side by side."""
        for name in FASTEST:
            self.cohort(rows, names=(name,))

    def _prepared_cohort(self, stack: ExitStack, engine: Engine, rows: int, times: int) -> tuple[Worker, CohortResult]:
        count = min(rows, self.plan.most_of_zen) if engine.module == "zen_loop" else rows
        worker, folder = stack.enter_context(Worker(engine)), self.given.cohort_folder(times)
        ready = worker.ask("prepare", rules=self.given.rules_file(times), times=times)
        size = worker.ask("load_cohort", folder=folder, rows=count)["bytes"]
        result = CohortResult(engine, times, rows, count, size, ready["imported"], ready["seconds"])
        first = worker.ask("many", seconds=0)
        result.first = first["seconds"]
        result.extra.append(first["extra"])
        self._note(engine, worker.ask("check_many", folder=folder, times=times), f"{rows:,} patients")
        return worker, result

    def _many(self, worker: Worker, result: CohortResult) -> None:
        found = worker.ask("many", seconds=self.plan.seconds)
        result.seconds.append(found["seconds"])
        result.extra.append(found["extra"])

    def bandwidth(self) -> None:
        """What a copy in memory reaches here, in this run."""
        with Worker(Engine("numpy_masks", "copy")) as worker:
            self.results.bandwidth = worker.ask("bandwidth", megabytes=400)["bytes_per_second"]

    def _engines(self, engines: Iterable[Engine]) -> list[Engine]:
        return [one for one in engines if not (one.in_node and self.without_node)]

    def _note(self, engine: Engine, found: dict[str, Any], where: str) -> None:
        self.results.checked += found["checked"]
        if found["wrong"]:
            self.results.faults.append(f"{engine.name}: {found['wrong']} of {found['checked']} wrong ({where})")

    def note_files(self, found: EndToEnd) -> None:
        """Count the answers that were compared from file to file."""
        self.results.checked += min(found.rows, COMPARED)
        if found.wrong:
            self.results.faults.append(f"from file to file: {found.wrong} patients have other rules")

    def say(self, what: str) -> None:
        """Tell what is measured next, and when it began."""
        seconds = time.perf_counter() - self.results.started
        print(f"{seconds:6.0f} s  {what}", file=sys.stderr, flush=True)  # noqa: T201


def run(plan: Plan, without_node: str) -> tuple[Comparison, EndToEnd]:
    """Everything, in order."""
    comparison = Comparison(plan, material(plan.size), without_node)
    for times in plan.size.one:
        comparison.one_patient(times)
    comparison.bandwidth()
    for rows in plan.cohorts:
        if rows > 1_000_000:
            comparison.cohort_of_fastest(rows)
        else:
            comparison.cohort(rows)
    for times in plan.size.cohort:
        if times > 1:
            comparison.cohort(plan.grown_cohort, times, FASTEST)
    comparison.say("from file to file")
    rows = max(one for one in plan.cohorts if one <= 1_000_000)
    given = comparison.given
    found = end_to_end(rows, plan.size.cohort[1], given.knowledge, Path(given.rules_file(1)), plan.rounds)
    comparison.note_files(found)
    return comparison, found


def main() -> int:
    """Run, write, and say whether all answers were equal."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few patients, few repeats; about two minutes")
    parser.add_argument("--without-node", default="", metavar="REASON", help="leave the Node peers out")
    options = parser.parse_args()
    comparison, whole_files = run(PLANS["quick" if options.quick else "full"], options.without_node)
    print(write_report(comparison.results, comparison.given, options.without_node, whole_files, options.quick))  # noqa: T201
    for fault in comparison.results.faults:
        print(f"WRONG: {fault}", file=sys.stderr)  # noqa: T201
    return 1 if comparison.results.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
