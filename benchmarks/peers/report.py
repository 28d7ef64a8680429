"""The results in words and tables: benchmarks/peers/README.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from statistics import median
from textwrap import fill

import numpy as np

from benchmarks.peers.end_to_end import COMPARED, EndToEnd
from benchmarks.peers.environment import CACHE, HERE
from benchmarks.peers.material import GROWTH, Material
from benchmarks.peers.results import CohortResult, OneResult, Results, times_faster
from benchmarks.peers.targets import targets
from benchmarks.peers.workers import COHORT, FASTEST, ONE_PATIENT

HEAD = """# Against other engines

Made by `make benchmark` (`python -m benchmarks.peers`). The same rules, translated to each engine; how is said at the
head of each module in `engines/` and `node/`. {checked} answers were compared with those of the clear interpreter
(`formulator/conditions/evaluate.py`), {verdict}.

{machine}; knowledge {version}: {rules} rules with {comparisons} different comparisons over {fields} fields,
three-valued. A random patient (seed fixed) has {holds:.0f} rules that hold and {hangs:.0f} that are open; both are
listed by every engine. Each engine runs in its own process; all take turns, round by round, after a warm-up. Figures
are medians of rounds, ratios medians of the ratios of the same rounds. "Ours" is 1; a ratio of 10 means ten times as
long. Processes that were waiting for a processor at the start: {load:.1f}.{quick}
"""
QUICK = " **This was a quick run** with few patients and rounds: its figures show that everything works, no more."
ONE = """
## One patient

From facts (given and derived, which all engines get alike) to the rules that hold and the rules that are open, as
lists of ids; then to the status of every component, which the second column contains. From the lists of the peers they
are made by one shared function (`statuses.py`, `node/statuses.js`), because no peer can say it as briefly itself. Ours
reads them from the bits that its engine keeps; how long it would take with the shared function is a row of its own.
Start is importing the engine and compiling the rules, not reading the knowledge base. Memory is the peak of the
process.
"""
COHORTS = """
## Cohorts

From columns in memory (codes of words, numbers in double precision) to the rules that hold and the rules that are
open, in the form that each engine keeps them in: rows or columns of bits, for zen-engine lists of values. Loading the
columns into the engine is not timed. polars and duckdb use every processor. Ours also works out derived facts and the
indication, which the others are given; "with statuses and decision" does all of that and judges {components}
components. A cohort is made of different random patients in random order; every row is checked (of ten million every
tenth part). zen-engine has no form for columns: its rate is that of a loop over fewer records, and does not depend on
their number. Beyond the columns: the most memory that the run takes on top of the loaded columns. Bandwidth: bytes of
columns read and bits written, as a part of what a copy in memory reaches here ({bandwidth:.1f} GB a second read and
written).
"""
FILES = """
`formulator cohort` and polars as whole processes, Parquet in and Parquet out, {rows:,} patients: {ours:.1f} s and
{polars:.1f} s, polars takes {ratio:.1f} times as long. They do not do the same work. polars is given the derived facts
and writes the rules; ours checks every value, works out the derived facts, and writes rules, statuses, decision and
the questions that may matter. The rules of the first {compared:,} patients
were compared: {wrong}.
"""


def write_report(results: Results, given: Material, without_node: str, whole_files: EndToEnd, quick: bool) -> str:
    """Write the page (a quick run: into the cache folder); the same text is returned."""
    parts = [_head(results, given, quick), _wrapped(ONE), *_one_tables(results), *_growth(results, given)]
    parts += [
        _skipped(without_node),
        _cohorts(results, given),
        *_cohort_tables(results, given),
        *_cohort_growth(results, given),
    ]
    parts += ["## From file to file", _wrapped(_files(whole_files))]
    parts += ["## What was to be reached", "\n".join(targets(results, whole_files))]
    text = "\n\n".join(part.strip("\n") for part in parts if part) + "\n"
    path = CACHE / "quick.md" if quick else HERE / "README.md"
    path.write_text(text, encoding="utf-8")
    return text


def _files(found: EndToEnd) -> str:
    return FILES.format(
        rows=found.rows,
        ours=median(found.ours),
        polars=median(found.polars),
        ratio=times_faster(found.ours, found.polars),
        compared=min(found.rows, COMPARED),
        wrong="none differ" if not found.wrong else f"**{found.wrong} differ**",
    )


def _head(results: Results, given: Material, quick: bool) -> str:
    return _wrapped(
        HEAD.format(
            checked=f"{results.checked:,}",
            verdict="and all are equal" if not results.faults else f"and **some differ**: {'; '.join(results.faults)}",
            machine=f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}, "
            f"{os.cpu_count()} processors",
            version=given.knowledge.version,
            rules=given.rules[1],
            comparisons=given.comparisons[1],
            fields=given.fields,
            holds=given.holds,
            hangs=given.hangs,
            quick=QUICK if quick else "",
            load=results.load,
        )
    )


def _one_tables(results: Results) -> Iterator[str]:
    found = [one for one in results.one if one.times == 1]
    ours = next(one for one in found if one.engine.is_ours)
    yield _table(
        ("engine", "rules, us", "times ours", "with statuses, us", "times ours", "start, ms", "memory, MB"),
        [
            (
                one.engine.name,
                f"{median(one.rules):.1f}",
                _ratio(times_faster(ours.rules, one.rules)),
                f"{median(one.statuses):.1f}",
                _ratio(times_faster(ours.statuses, one.statuses)),
                f"{(one.imported + one.prepared) * 1000:.0f}",
                f"{one.memory / 1e6:.0f}",
            )
            for one in sorted(found, key=lambda one: median(one.statuses))
        ],
    )


def _growth(results: Results, given: Material) -> Iterator[str]:
    sizes = ", ".join(f"{given.rules[times]:,} rules ({given.comparisons[times]:,} comparisons)" for times in GROWTH)
    yield _wrapped(
        f"### With more rules\n\n{sizes}: copies of the rules with other thresholds and other words (`grown.py`). "
        "Rules alone, microseconds a patient, and as a multiple of the time for the real rules."
    )
    rows = []
    for engine in ONE_PATIENT:
        found = [results.one_of(engine.module, times) for times in GROWTH]
        if found[0]:
            rows.append((engine.name, *_grown(found)))
    yield _table(("engine", *(f"x{times}" for times in GROWTH), *(f"x{times} / x1" for times in GROWTH[1:])), rows)


def _grown(found: Sequence[OneResult | None]) -> Iterator[str]:
    medians = [median(one.rules) if one and one.rules else None for one in found]
    yield from (f"{value:,.1f}" if value is not None else "-" for value in medians)
    yield from (f"{value / medians[0]:.1f}" if value and medians[0] else "-" for value in medians[1:])


def _skipped(without_node: str) -> str:
    return f"\nThe engines for Node were skipped: {without_node}" if without_node else ""


def _cohorts(results: Results, given: Material) -> str:
    parts = {"components": len(given.knowledge.components), "bandwidth": results.bandwidth / 1e9}
    return f"\n{_wrapped(COHORTS.format(**parts))}"


def _cohort_tables(results: Results, given: Material) -> Iterator[str]:
    for rows in sorted({one.rows for one in results.cohort if one.times == 1}):
        found = [one for one in results.cohort if one.rows == rows and one.times == 1]
        ours = found[0]
        yield f"\n### {rows:,} patients\n"
        yield _table(
            ("engine", "patients a second", "times ours", "first run, s", "beyond the columns, MB", "bandwidth"),
            [
                (
                    one.engine.name,
                    f"{one.rate:,.0f}",
                    _ratio(_per_patient(ours, one)),
                    f"{one.prepared + one.first:.2f}",
                    f"{max(one.extra) / 1e6:,.0f}",
                    _bandwidth(one, given.rules[1], results),
                )
                for one in sorted(found, key=lambda one: -one.rate)
            ],
        )


def _per_patient(ours: CohortResult, other: CohortResult) -> float:
    return times_faster([one / ours.count for one in ours.seconds], [one / other.count for one in other.seconds])


def _bandwidth(one: CohortResult, rules: int, results: Results) -> str:
    """The part of a copy's speed with which columns are read and two bits a rule written."""
    written = one.count * rules * 2 / 8
    return f"{(one.bytes_read + written) / median(one.seconds) / results.bandwidth:.1%}"


def _cohort_growth(results: Results, given: Material) -> Iterator[str]:
    grown = [one for one in results.cohort if one.times > 1]
    if not grown:
        return
    rows = grown[0].rows
    yield f"\n### {rows:,} patients with more rules, patients a second\n"
    listed = [engine for engine in COHORT if engine.module in FASTEST]
    found = {engine.name: [results.cohort_of(engine.module, rows, times) for times in GROWTH] for engine in listed}
    yield _table(
        ("engine", *(f"{given.rules[times]:,} rules" for times in GROWTH)),
        [(name, *map(_rate, of_engine)) for name, of_engine in found.items()],
    )


def _rate(one: CohortResult | None) -> str:
    return f"{one.rate:,.0f}" if one else "-"


def _wrapped(text: str) -> str:
    """Paragraphs in lines of a usual length."""
    return "\n\n".join(fill(part, 118, break_on_hyphens=False) for part in text.strip().split("\n\n"))


def _ratio(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
