"""Engines in processes of their own, asked in turn: each has its own memory, and all share the machine's moods."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from benchmarks.peers.environment import NODE_PACKAGES, NODE_SOURCES, ROOT


@dataclass(frozen=True, slots=True)
class Engine:
    """One entry of the comparison: its module, what it is called, and where it runs."""

    module: str
    name: str
    is_ours: bool = False
    in_node: bool = False
    is_published: bool = True


ONE_PATIENT = (
    Engine("ours_one", "**formulator**", is_ours=True),
    Engine("ours_shared", "**formulator**, statuses as the others", is_ours=True),
    Engine("plain_python", "plain Python, closures", is_published=False),
    Engine("generated_python", "plain Python, generated source", is_published=False),
    Engine("zen_expression", "zen-engine, compiled expression"),
    Engine("zen_model", "zen-engine, decision model"),
    Engine("zen_table", "zen-engine, decision table"),
    Engine("cel_expression", "CEL (common-expression-language)"),
    Engine("clips_rules", "CLIPS (clipspy)"),
    Engine("rule_engine_rules", "rule-engine"),
    Engine("json_logic", "json-logic-engine (Node)", in_node=True),
    Engine("json_rules", "json-rules-engine (Node)", in_node=True),
    Engine("cql", "cql-execution (Node)", in_node=True),
)
COHORT = (
    Engine("ours_numba_rules", "**formulator**, numba, rules alone", is_ours=True),
    Engine("ours_numpy_rules", "**formulator**, numpy, rules alone", is_ours=True),
    Engine("ours_numba_all", "**formulator**, numba, with statuses and decision", is_ours=True),
    Engine("ours_numpy_all", "**formulator**, numpy, with statuses and decision", is_ours=True),
    Engine("polars_frame", "polars, tuned by hand"),
    Engine("duckdb_table", "duckdb"),
    Engine("numpy_masks", "numpy masks", is_published=False),
    Engine("openfisca_variables", "OpenFisca"),
    Engine("zen_loop", "zen-engine, in a loop"),
)
FASTEST = ("ours_numba_rules", "ours_numba_all", "ours_numpy_rules", "polars_frame")
"""Those that are also tried with ten million patients, and with more rules."""


class WorkerFailed(Exception):
    """An engine ended before it answered."""


class Worker:
    """A running engine; every method of its twin in the process is called through `ask`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        command = [sys.executable, "-m", "benchmarks.peers.worker", engine.module]
        if engine.in_node:
            command = ["node", str(NODE_SOURCES / "worker.js"), engine.module]
        surroundings = {**os.environ, "NODE_PATH": str(NODE_PACKAGES), "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, command: str, **options: Any) -> dict[str, Any]:
        """Have a command carried out and wait for its answer.

        Raises WorkerFailed where the process has ended.
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise WorkerFailed(self.engine.name)
        try:
            self._process.stdin.write(json.dumps({"command": command, **options}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise WorkerFailed(f"{self.engine.name} ended in {command!r}")
        return json.loads(line)

    def close(self) -> None:
        """End the process, by ending its input."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=60)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
