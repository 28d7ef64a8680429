"""From a Parquet file to a Parquet file: `formulator cohort` against polars. Timed as whole processes.

The command is not there yet in every version of the program; without it this says so, and nothing is timed.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EndToEnd:
    """Seconds of both, an entry per round; empty where it was not run, with the reason."""

    rows: int
    ours: tuple[float, ...]
    polars: tuple[float, ...]
    why_not: str = ""


def end_to_end(cohorts: Sequence[int]) -> EndToEnd:
    """Time both on the longest cohort up to a million."""
    rows = max(one for one in cohorts if one <= 1_000_000)
    if not _has_command():
        return EndToEnd(rows, (), (), "`formulator cohort` is not part of this version.")
    return EndToEnd(rows, (), (), "The comparison of whole files is not written yet.")


def _has_command() -> bool:
    command = [sys.executable, "-m", "formulator", "cohort", "--help"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
