"""Many patients assessed: the program run by the evaluator at hand."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import Literal

import numpy as np
import numpy.typing as npt

from formulator.columns.answers import CohortAnswers
from formulator.columns.compiled import Compiled
from formulator.columns.inputs import Columns, checked

Evaluator = Literal["numpy", "numba"]
Words = npt.NDArray[np.uint64]

WORTH_NUMBA = 200_000
"""From so many patients on, loading the compiled loops costs less than they save."""


def assess_columns(
    columns: Columns,
    count: int,
    compiled: Compiled,
    evaluator: Evaluator | None = None,
    results: Words | None = None,
) -> CohortAnswers:
    """Judge `count` patients given in columns.

    Without a named evaluator the compiled loops are used where they are installed and worth it; both give the same
    answers. `results` is a buffer of `results_for(compiled, count)` or more patients to be used again. Raises
    ValueError where a column does not fit, ImportError where numba is asked for and not installed.
    """
    given = checked(compiled, columns, count)
    buffer = results_for(compiled, count) if results is None else results[:, : _words(count)]
    if (evaluator or best_evaluator(count)) == "numba":
        from formulator.columns.with_numba import run  # noqa: PLC0415 - an extra, and slow to load
    else:
        from formulator.columns.with_numpy import run  # noqa: PLC0415
    run(compiled, given, count, buffer)
    if count % 64:
        buffer[:, -1] &= np.uint64((1 << count % 64) - 1)
    return CohortAnswers(compiled, count, buffer)


def results_for(compiled: Compiled, count: int) -> Words:
    """An empty buffer for the results of so many patients."""
    return np.zeros((len(compiled.program.outputs), _words(count)), dtype=np.uint64)


def best_evaluator(count: int) -> Evaluator:
    """The evaluator that is quicker for so many patients in a fresh process."""
    if count < WORTH_NUMBA and "formulator.columns.with_numba" not in sys.modules:
        return "numpy"
    return "numba" if find_spec("numba") else "numpy"


def _words(count: int) -> int:
    return -(-count // 64)
