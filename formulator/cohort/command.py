"""`formulator cohort`: the answers for a whole file of patients."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from formulator.faults import Fault, FaultsFound, Place, did_you_mean, shown
from formulator.guarded import EXIT_CHECK_FAILED, guarded
from formulator.profile.command_line import date_option

_SIGNAL_EXIT = 128
"""What shells add to the number of the signal that ended a program."""


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--with", "extras", default="", metavar="LIST", help="Add any of questions,formulations,plan (asks the engine)."
)
@click.option("--rules", "lists", is_flag=True, help="Write the rules that hold as lists of ids instead of bits.")
@click.option("--resume", is_flag=True, help="Go on with a run that was cut off.")
@click.option("--restart", is_flag=True, help="Throw away what a run that was cut off has left, and begin anew.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes of this machine.")
@click.option("--backend", type=click.Choice(["local", "dask"]), default="local", show_default=True)
@click.option("--scheduler", metavar="ADDRESS", help="Of the Dask scheduler, such as tcp://127.0.0.1:8786.")
@click.option("--progress/--no-progress", default=None, help="Show rate and time left; default on a terminal.")
@date_option
@guarded
def cohort(source: Path, out: Path, extras: str, today: str | None, progress: bool | None, **how: Any) -> None:
    """Answer every patient of IN (CSV or Parquet, a column for each field) into OUT (Parquet, CSV or JSON lines).

    A missing column or an empty cell is unknown. Other columns are carried along. Rows that are refused go to
    OUT.rejects.csv. Exit 0: all rows are answered; 1: some are refused; 2: the file cannot be used.
    """
    from formulator.cohort.start import Wanted, cohort_answered

    is_shown = sys.stderr.isatty() if progress is None else progress
    wanted = Wanted(source, out, _extras(extras), today, progress=is_shown, **how)
    ended = cohort_answered(wanted, lambda message: click.echo(message, err=True))
    if ended.stopped_by:
        sys.exit(_SIGNAL_EXIT + ended.stopped_by)
    sys.exit(EXIT_CHECK_FAILED if ended.rejected else 0)


def _extras(text: str) -> tuple[str, ...]:
    from formulator.cohort.request import EXTRAS

    named = [one.strip() for one in text.split(",") if one.strip()]
    unknown = [one for one in named if one not in EXTRAS]
    if unknown:
        problem = f"{shown(unknown[0])} is nothing that can be added."
        raise FaultsFound([Fault(Place("--with"), "", problem, ", ".join(EXTRAS), did_you_mean(unknown[0], EXTRAS))])
    return tuple(one for one in EXTRAS if one in named)
