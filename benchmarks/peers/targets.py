"""What issue and page promise, each with the figure of this run: reached, not reached, or not measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.peers.end_to_end import EndToEnd
from benchmarks.peers.results import CohortResult, Results, times_faster
from benchmarks.peers.workers import Engine

MILLION = 1_000_000
OURS_ONE, OURS, OURS_NUMPY, POLARS = "ours_one", "ours_numba_rules", "ours_numpy_rules", "polars_frame"


def targets(results: Results, whole_files: EndToEnd) -> list[str]:
    """A table of all targets."""
    lines = ["| target | in this run | |", "|---|---|---|"]
    return lines + [f"| {name} | {figure} | {verdict} |" for name, figure, verdict in _all(results, whole_files)]


def _all(results: Results, whole_files: EndToEnd) -> Iterator[tuple[str, str, str]]:
    name = "One patient to statuses: 5 times the fastest published Python engine"
    yield name, *_against_one(results, 1, 5, lambda one: one.is_published and not one.in_node)
    name = "The same against plain Python, source generated from the rules included"
    yield name, *_against_one(results, 1, 5, lambda one: not one.is_published)
    for times in (4, 16):
        name = f"One patient, {times} times the rules: ahead of every published engine, warm Node included"
        yield name, *_against_one(results, times, 1, lambda one: one.is_published)
        name = f"The same, {times} times the rules, against plain Python and generated source"
        yield name, *_against_one(results, times, 1, lambda one: not one.is_published)
    yield "16 times the rules: at most 8 times the time", *_growth(results)
    yield "Cohort of 1,000,000: 10 times polars", *_against_many(results, OURS, POLARS, 10)
    yield "Cohort of 1,000,000, numpy alone: ahead of polars", *_against_many(results, OURS_NUMPY, POLARS, 1)
    yield "Cohort: 300 times zen-engine", *_against_many(results, OURS, "zen_loop", 300)
    yield "Parquet to Parquet: 5 times polars", *_whole_files(whole_files)


def _against_one(results: Results, times: int, wanted: float, rivals: Callable[[Engine], bool]) -> tuple[str, str]:
    """Ours against the fastest of some engines, from facts to statuses."""
    ours = results.one_of(OURS_ONE, times)
    of_size = [one for one in results.one if one.times == times and one.statuses]
    others = [one for one in of_size if not one.engine.is_ours and rivals(one.engine)]
    if ours is None or not others:
        return "-", "not measured"
    fastest = min(others, key=lambda one: median(one.statuses))
    ratio = times_faster(ours.statuses, fastest.statuses)
    return f"{ratio:.1f} times {fastest.engine.name}", _verdict(ratio >= wanted)


def _growth(results: Results) -> tuple[str, str]:
    first, last = results.one_of(OURS_ONE, 1), results.one_of(OURS_ONE, 16)
    if first is None or last is None:
        return "-", "not measured"
    factor = median(last.rules) / median(first.rules)
    return f"{factor:.1f} times", _verdict(factor <= 8)


def _against_many(results: Results, ours: str, other: str, wanted: float) -> tuple[str, str]:
    rows = max((one.rows for one in results.cohort if one.engine.module == ours and one.rows <= MILLION), default=0)
    own, theirs = results.cohort_of(ours, rows), _longest(results, other, rows)
    if own is None or theirs is None:
        return "-", "not measured"
    ratio = own.rate / theirs.rate
    smaller = "" if rows == MILLION else f", of {rows:,} patients"
    return f"{ratio:.1f} times{smaller}", _verdict(ratio >= wanted)


def _longest(results: Results, module: str, most: int) -> CohortResult | None:
    found = (one for one in results.cohort if one.engine.module == module and one.times == 1 and one.rows <= most)
    return max(found, key=lambda one: one.rows, default=None)


def _whole_files(found: EndToEnd) -> tuple[str, str]:
    ratio = times_faster(found.ours, found.polars)
    return f"{ratio:.1f} times, {found.rows:,} patients", _verdict(ratio >= 5)


def _verdict(reached: bool) -> str:
    return "reached" if reached else "**not reached**"
