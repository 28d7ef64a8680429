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
from formulator.columns.threads import threads_for

Evaluator = Literal["numpy", "numba"]
Words = npt.NDArray[np.uint64]

WORTH_NUMBA = 200_000
"""From so many patients on, loading the compiled loops costs less than they save."""


def assess_columns(  # noqa: PLR0913 - the patients, what judges them, and how
    columns: Columns,
    count: int,
    compiled: Compiled,
    evaluator: Evaluator | None = None,
    results: Words | None = None,
    threads: int | None = None,
) -> CohortAnswers:
    """Judge `count` patients given in columns.

    Without a named evaluator the compiled loops are used where they are installed and worth it; both give the same
    answers. So does any number of `threads`: by default one for each processor, where that is worth it; numpy alone
    gains nothing from them. `results` is a buffer of `results_for(compiled, count)` or more patients to be used again.
    Raises ValueError where a column does not fit, ImportError where numba is asked for and not installed.
    """
    used = threads_for(count, threads)
    given = checked(compiled, columns, count, used)
    buffer = results_for(compiled, count) if results is None else results[:, : _words(count)]
    if (evaluator or best_evaluator(count)) == "numba":
        from formulator.columns import with_numba  # noqa: PLC0415 - an extra, and slow to load

        with_numba.run(compiled, given, count, buffer, used)
    else:
        from formulator.columns import with_numpy  # noqa: PLC0415

        with_numpy.run(compiled, given, count, buffer)
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
