"""From a Parquet file to a Parquet file: `formulator cohort` against polars, timed as whole processes that take turns.

Both read the same file: words as dictionary-encoded text, numbers in double precision, derived facts as further
columns, which polars needs and `formulator cohort` works out itself and carries along. polars writes a column of
true, false or null per rule; `formulator cohort` writes what it always writes. Run as a module, this is the polars
side.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.peers.engines.polars_frame import words_compared
from benchmarks.peers.environment import ROOT
from benchmarks.peers.patients import Column, cohort, row_numbers


@dataclass(frozen=True, slots=True)
class EndToEnd:
    """Seconds of both, an entry per round; empty where it was not run, with the reason."""

    rows: int
    ours: tuple[float, ...]
    polars: tuple[float, ...]
    why_not: str = ""


def end_to_end(cohorts: Sequence[int], rules: Path, columns: Path, rounds: int) -> EndToEnd:
    """Time both on the longest cohort up to a million."""
    rows = max(one for one in cohorts if one <= 1_000_000)
    ours = [sys.executable, "-m", "formulator", "cohort"]
    if subprocess.run([*ours, "--help"], capture_output=True, check=False, cwd=ROOT).returncode:
        return EndToEnd(rows, (), (), "`formulator cohort` is not part of this version.")
    given, folder = rules.parent / "given.parquet", rules.parent
    fields = json.loads(rules.read_text(encoding="utf-8"))["all_fields"]
    base = dict(np.load(columns))
    frame_of(cohort(base, row_numbers(rows, len(next(iter(base.values()))))), fields).write_parquet(given)
    theirs = [
        sys.executable,
        "-m",
        "benchmarks.peers.end_to_end",
        str(rules),
        str(given),
        str(folder / "polars.parquet"),
    ]
    seconds: dict[str, list[float]] = {"ours": [], "polars": []}
    for number in range(rounds):
        result = folder / f"ours_{number}.parquet"
        result.unlink(missing_ok=True)
        seconds["ours"].append(_seconds([*ours, str(given), str(result)]))
        seconds["polars"].append(_seconds(theirs))
        result.unlink(missing_ok=True)
    return EndToEnd(rows, tuple(seconds["ours"]), tuple(seconds["polars"]))


def _seconds(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def frame_of(columns: Mapping[str, Column], fields: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """The columns as a file of a clinic has them: words as text, unknown ones empty."""
    return pl.DataFrame([_series(field, columns[field["name"]]) for field in fields])


def _series(field: Mapping[str, Any], column: Column) -> pl.Series:
    if field["kind"] == "number":
        return pl.Series(field["name"], column).fill_nan(None)
    words = [str(value) for value in field["values"]]
    text = pl.Series(field["name"], [None, *words, "another_word"], dtype=pl.Enum([*words, "another_word"]))
    return text.gather(column.astype(np.uint32)).alias(field["name"])


def polars_side(rules: Mapping[str, Any], given: Path, result: Path) -> None:
    """Read, judge, write, as a stream."""
    comparisons, programs = words_compared(rules)
    pl.scan_parquet(given).select(comparisons).select(programs).sink_parquet(result)


if __name__ == "__main__":
    polars_side(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]), Path(sys.argv[3]))
