"""From a Parquet file to a Parquet file: `formulator cohort` against polars, timed as whole processes that take turns.

`formulator cohort` reads the fields of the profile, as a clinic's file holds them, and writes what it always writes.
polars reads the facts that rules read, derived ones included, which `formulator cohort` works out itself; it writes a
column of true, false or null per rule and nothing else. In both files words are dictionary-encoded text. The first
patients' rules in both results are compared. Run as a module, this is the polars side.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.peers.engines.polars_frame import words_compared
from benchmarks.peers.environment import ROOT
from benchmarks.peers.patients import row_numbers
from benchmarks.peers.reference import DAY, drawn_profiles
from formulator.cohort.bits import items_in
from formulator.engine.facts import facts_of
from formulator.knowledge import Knowledge

COMPARED = 2_000
"""So many patients' rules are compared."""


@dataclass(frozen=True, slots=True)
class EndToEnd:
    """Seconds of both, an entry per round, and in how many of the compared patients the rules differ."""

    rows: int
    ours: tuple[float, ...]
    polars: tuple[float, ...]
    wrong: int


def end_to_end(rows: int, distinct: int, knowledge: Knowledge, rules: Path, rounds: int) -> EndToEnd:
    """Time both on so many rows, made of so many different patients."""
    folder = rules.parent
    given, with_derived = folder / "profiles.parquet", folder / "facts.parquet"
    results = folder / "ours.parquet", folder / "polars.parquet"
    drawn = drawn_profiles(knowledge, distinct)
    numbers = row_numbers(rows, len(drawn))
    frame_of([one.values for one in drawn], _fields_of(knowledge))[numbers].write_parquet(given)
    facts = [facts_of(one, knowledge, DAY) for one in drawn]
    frame_of(facts, _fields_read(rules))[numbers].write_parquet(with_derived)
    ours = [sys.executable, "-m", "formulator", "cohort", str(given), str(results[0]), "--date", DAY.isoformat()]
    theirs = [sys.executable, "-m", "benchmarks.peers.end_to_end", str(rules), str(with_derived), str(results[1])]
    seconds: dict[str, list[float]] = {"ours": [], "polars": []}
    for _ in range(rounds):
        results[0].unlink(missing_ok=True)
        seconds["ours"].append(_seconds(ours))
        seconds["polars"].append(_seconds(theirs))
    return EndToEnd(rows, tuple(seconds["ours"]), tuple(seconds["polars"]), _different(*results))


def _seconds(command: Sequence[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def _fields_of(knowledge: Knowledge) -> dict[str, bool]:
    """The fields of a profile that have one value, and whether it is a number."""
    fields = knowledge.catalogue.fields
    return {name: field.is_number for name, field in fields.items() if not field.type.startswith("list")}


def _fields_read(rules: Path) -> dict[str, bool]:
    found = json.loads(rules.read_text(encoding="utf-8"))["all_fields"]
    return {field["name"]: field["kind"] == "number" for field in found}


def frame_of(patients: Sequence[Mapping[str, Any]], is_number: Mapping[str, bool]) -> pl.DataFrame:
    """A column per field: numbers in double precision, all else as dictionary-encoded text, what is unknown empty."""
    return pl.DataFrame([_series(name, patients, numbers) for name, numbers in is_number.items()])


def _series(name: str, patients: Iterable[Mapping[str, Any]], numbers: bool) -> pl.Series:
    values = [one.get(name) for one in patients]
    if numbers:
        return pl.Series(name, values, dtype=pl.Float64, strict=False)
    return pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.Categorical)


def _different(ours: Path, theirs: Path) -> int:
    """Patients among the first for whom other rules hold in the one result than in the other."""
    said = json.loads(pl.read_parquet_metadata(ours)["formulator"])["rules"]
    own = pl.scan_parquet(ours).select("rules").head(COMPARED).collect()["rules"].to_list()
    frame = pl.scan_parquet(theirs).head(COMPARED).collect()
    holds = np.array([column.fill_null(False).to_numpy() for column in frame.iter_columns()])
    names = np.array(frame.columns)
    known = set(frame.columns)
    return sum(
        {one for one in items_in(octets, said) if one in known} != set(names[holds[:, row]])
        for row, octets in enumerate(own)
    )


def polars_side(rules: Mapping[str, Any], given: Path, result: Path) -> None:
    """Read, judge, write, as a stream."""
    comparisons, programs = words_compared(rules)
    pl.scan_parquet(given).select(comparisons).select(programs).sink_parquet(result)


if __name__ == "__main__":
    polars_side(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[2]), Path(sys.argv[3]))
