"""One engine in a process of its own: reads a command per line, answers with a line of JSON.

`python -m benchmarks.peers.worker ENGINE`; the commands are the functions of `Worker`. The twin of node/worker.js.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import statuses
from benchmarks.peers.memory import forget_peak, peak_bytes, resident_bytes
from benchmarks.peers.patients import cohort, row_numbers

CHECKED_AT_ONCE = 32_768
ALL_ARE_CHECKED_UP_TO = 1_000_000


class Worker:
    """The commands; each takes and returns what JSON can carry."""

    def __init__(self, engine: str) -> None:
        start = time.perf_counter()
        self.module = import_module(f"benchmarks.peers.engines.{engine}")
        self.imported = time.perf_counter() - start
        self.engine: Any = None

    def prepare(self, rules: str, times: int) -> dict[str, Any]:
        """Make the engine from the translated rules (ours: from the knowledge itself)."""
        plain = json.loads(Path(rules).read_text(encoding="utf-8"))
        plain["times"] = times
        given = self.module.given(plain) if hasattr(self.module, "given") else plain
        start = time.perf_counter()
        self.engine = self.module.prepare(given)
        seconds = time.perf_counter() - start
        self.statuses = statuses.prepare(plain)
        self.fields = frozenset(getattr(self.engine, "fields", None) or (field["name"] for field in plain["fields"]))
        return {"seconds": seconds, "imported": self.imported}

    def check_one(self, patients: str) -> dict[str, Any]:
        """Compare the answers to these patients with the expected ones."""
        self.patients = json.loads(Path(patients).read_text(encoding="utf-8"))
        wrong = sum(not self._is_right(**one) for one in self.patients)
        return {"checked": len(self.patients), "wrong": wrong}

    def _is_right(self, facts: dict[str, Any], expected: dict[str, list[str]]) -> bool:
        holds, hangs, found = self.whole(facts)
        same = sorted(holds) == sorted(expected["holds"]) and sorted(hangs) == sorted(expected["open"])
        return same and found == expected["statuses"] and self.engine.one(facts) == (holds, hangs)

    def whole(self, facts: dict[str, Any]) -> tuple[list[str], list[str], list[str]]:
        """Rules that hold, open rules, statuses; an engine with a way of its own to the statuses goes that way."""
        if hasattr(self.engine, "with_statuses"):
            return self.engine.with_statuses(facts)
        holds, hangs = self.engine.one(facts)
        return holds, hangs, self.statuses(holds, hangs)

    def one(self, seconds: float, statuses: bool, count: int) -> dict[str, Any]:
        """Mean time for one patient, over whole rounds of the first `count` patients, for about so many seconds."""
        facts, read, of = [one["facts"] for one in self.patients[:count]], self.engine.one, self.statuses
        whole = getattr(self.engine, "with_statuses", None)
        gc.collect()
        done, start = 0, time.perf_counter()
        while not done or time.perf_counter() - start < seconds:
            if statuses and whole is None:
                for one in facts:
                    of(*read(one))
            else:
                asked = whole if whole is not None and statuses else read
                for one in facts:
                    asked(one)
            done += len(facts)
        return {"microseconds": (time.perf_counter() - start) / done * 1e6}

    def load_cohort(self, folder: str, rows: int) -> dict[str, Any]:
        """Make a cohort of so many rows and give it to the engine in the form that it wants."""
        columns = {
            name: column for name, column in np.load(Path(folder) / "columns.npz").items() if name in self.fields
        }
        self.numbers = row_numbers(rows, len(next(iter(columns.values()))))
        made = cohort(columns, self.numbers)
        size = sum(column.nbytes for column in made.values())
        self.given = self.engine.loaded(made)
        return {"bytes": size}

    def many(self, seconds: float) -> dict[str, Any]:
        """Mean time for the whole cohort, answered once or for so long, and the memory taken beyond the columns."""
        self.answer = None
        gc.collect()
        forget_peak()
        before, start, done = resident_bytes(), time.perf_counter(), 0
        while not done or time.perf_counter() - start < seconds:
            self.answer = None
            self.answer = self.engine.many(self.given)
            done += 1
        mean = (time.perf_counter() - start) / done
        kept = getattr(self.engine, "kept_bytes", 0)  # a buffer that is used again
        return {"seconds": mean, "extra": max(0, peak_bytes() - before) + kept}

    def check_many(self, folder: str, times: int) -> dict[str, Any]:
        """Compare the last answer with the expected one: every row, of the longest cohorts every tenth part."""
        expected = np.load(Path(folder) / f"expected_{times}.npz")
        count = int(expected["rules"])
        holds, hangs = (np.unpackbits(expected[name], axis=1, count=count).T for name in ("holds", "open"))
        step = CHECKED_AT_ONCE * (1 if len(self.numbers) <= ALL_ARE_CHECKED_UP_TO else 10)
        checked = wrong = 0
        for start in range(0, len(self.numbers), step):
            numbers = self.numbers[start : start + CHECKED_AT_ONCE]
            found_holds, found_open = self.engine.rows(self.answer, start, start + len(numbers))
            differs = (found_holds != holds[:, numbers]).any(axis=0) | (found_open != hangs[:, numbers]).any(axis=0)
            checked, wrong = checked + len(numbers), wrong + int(differs.sum())
        return {"checked": checked, "wrong": wrong}

    def memory(self) -> dict[str, Any]:
        """Peak memory of this process."""
        return {"bytes": peak_bytes()}

    def bandwidth(self, megabytes: int) -> dict[str, Any]:
        """Bytes a second that a copy reads and writes: the median of seven copies of a large array."""
        source = np.ones(megabytes * 1_000_000 // 8)
        target, times = np.empty_like(source), []
        for _ in range(8):
            start = time.perf_counter()
            np.copyto(target, source)
            times.append(time.perf_counter() - start)
        return {"bytes_per_second": 2 * source.nbytes / sorted(times[1:])[3]}


def main() -> None:
    """Answer commands until the input ends."""
    worker, answers = Worker(sys.argv[1]), sys.stdout
    sys.stdout = sys.stderr  # what a library prints must not come between the answers
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(worker, command.pop("command"))(**command)
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
