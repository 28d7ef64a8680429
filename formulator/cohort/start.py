"""From what was typed to a run: files opened and checked, the request fixed, a backend chosen."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from formulator.cohort import request as words
from formulator.cohort.backends import Hands, Stopped, by_scheduler, in_a_thread, in_processes
from formulator.cohort.parts import Parts, asked_before, rejects_of
from formulator.cohort.progress import ProgressLine, silent
from formulator.cohort.request import Request, about, columns_written
from formulator.cohort.run import kept, run_cohort
from formulator.cohort.source import File, Renamed, Source, rows_of_block, unreadable
from formulator.cohort.source_csv import CsvSource
from formulator.cohort.source_parquet import ParquetSource
from formulator.columns import compile_columns
from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_evidence
from formulator.export.files import check_targets
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge, ready_knowledge
from formulator.profile.command_line import day_from

_INPUTS = {".csv": CsvSource, ".tsv": CsvSource, ".parquet": ParquetSource, ".pq": ParquetSource}
_OUTPUTS = {
    ".csv": words.CSV,
    ".parquet": words.PARQUET,
    ".pq": words.PARQUET,
    ".jsonl": words.JSON_LINES,
    ".ndjson": words.JSON_LINES,
}
Say = Callable[[str], object]


@dataclass(frozen=True)
class Wanted:
    """The arguments of the command."""

    source: Path
    out: Path
    extras: tuple[str, ...] = ()
    today: str | None = None
    lists: bool = False
    resume: bool = False
    restart: bool = False
    workers: int = 1
    backend: str = "local"
    scheduler: str | None = None
    progress: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended; `stopped_by` is the signal that cut it off, 0 where none did."""

    answered: int
    rejected: int
    stopped_by: int = 0


def cohort_answered(wanted: Wanted, say: Say) -> Ended:
    """Answer a cohort into a file; `say` is told warnings and how it ended.

    Raises FaultsFound for bad arguments, an unreadable input, a run in the way, or a disk that refuses.
    """
    out, form = _target(wanted)
    knowledge, model = ready_knowledge(), _model(wanted, say)
    source = opened(wanted.source, knowledge, wanted.extras)
    for warning in source.layout.warnings:
        say(warning)
    request = _request(wanted, source, form, knowledge, model)
    backend = _backend(wanted, request)
    parts = Parts(out, request, wanted.resume, wanted.restart)
    line = ProgressLine(sys.stderr) if wanted.progress else None
    try:
        summary = run_cohort(source, parts, backend, lambda: _about(request, knowledge), line or silent)
    except Stopped as stopped:
        say(f"Stopped. {kept(parts)} Go on with --resume.")
        return Ended(parts.rows, parts.rejected, int(stopped.args[0] if stopped.args else signal.SIGINT))
    finally:
        parts.close()
        if line:
            line.end()
    where = f", listed in {rejects_of(out).name}" if summary.rejected else ""
    say(f"{summary.answered:,} rows answered, {summary.rejected:,} refused{where}.")
    return Ended(summary.answered, summary.rejected)


def _about(request: Request, knowledge: Knowledge) -> dict[str, object]:
    return about(request, compile_columns(knowledge, questions=False).rules)


def _target(wanted: Wanted) -> tuple[Path, str]:
    form = _OUTPUTS.get(wanted.out.suffix.lower())
    if form is None:
        problem = f"The ending {wanted.out.suffix or 'none'} names no format."
        raise FaultsFound([Fault(Place("OUT"), "", problem, ", ".join(_OUTPUTS))])
    out = wanted.out.resolve()
    check_targets({"OUT": out, "the reject file": rejects_of(out)}, [wanted.source])
    return out, form


def opened(
    path: File, knowledge: Knowledge, extras: tuple[str, ...] | None = (), renamed: Renamed | None = None
) -> Source:
    """The cohort in a file. Raises FaultsFound where it cannot be read or none of its columns is a field.

    Where something will be written (`extras` is not None), no column may have a name that the answer has. `renamed`
    says which columns are taken for a field of another name.
    """
    source = _source(path, knowledge, extras, renamed)
    _ = source.layout  # worked out here, so that its faults are found before anything is read
    return source


def columns_of_file(path: File, knowledge: Knowledge) -> list[str]:
    """The names of the columns, fields or not. Raises FaultsFound where the file cannot be read."""
    return list(_source(path, knowledge, None, None).names)


def _source(path: File, knowledge: Knowledge, extras: tuple[str, ...] | None, renamed: Renamed | None) -> Source:
    kind = _INPUTS.get(path.suffix.lower())
    if kind is None:
        raise unreadable(path.name, f"The ending {path.suffix or 'none'} names no format.", ", ".join(_INPUTS))
    if not path.is_file():
        raise unreadable(path.name, "This is not a file." if path.exists() else "There is no such file.")
    try:
        written = frozenset(columns_written(extras, knowledge) if extras is not None else ())
        return kind(path, knowledge.catalogue, written, renamed)
    except OSError as error:
        raise unreadable(path.name, f"The file cannot be read: {error.strerror}.") from None


def _model(wanted: Wanted, say: Say) -> EvidenceModel | None:
    """The fitted model where it is read; without it the rules answer alone, with a message."""
    if not {words.FORMULATIONS, words.PLAN} & set(wanted.extras):
        return None
    try:
        return load_evidence()
    except FaultsFound as found:
        say("\n".join(str(fault) for fault in found.faults))
        return None


def _day(wanted: Wanted) -> date:
    """The day that was given; of a run that goes on, the day on which it began."""
    before = asked_before(wanted.out.resolve()) if wanted.resume and wanted.today is None else None
    return day_from(str(before["day"]) if before and "day" in before else wanted.today)


def _request(wanted: Wanted, source: Source, form: str, knowledge: Knowledge, model: EvidenceModel | None) -> Request:
    layout = source.layout
    return Request(
        day=_day(wanted),
        form=form,
        fields=layout.fields,
        carried=layout.carried,
        rows_of_block=rows_of_block(
            len(layout.fields) + len(layout.carried), costly=bool(wanted.extras) or form != words.PARQUET
        ),
        extras=wanted.extras,
        lists=wanted.lists,
        text=source.is_text,
        knowledge_version=knowledge.version,
        knowledge_sha256=knowledge.sha256,
        model_version=model.version if model else None,
        model_sha256=model.sha256 if model else None,
        input_sha256=source.fingerprint(),
        writer=f"pyarrow {pa.__version__}",
    )


def _backend(wanted: Wanted, request: Request) -> AbstractContextManager[Hands]:
    if (wanted.backend == "dask") != (wanted.scheduler is not None):
        problem = "A Dask scheduler needs both options."
        allowed = "--backend dask --scheduler tcp://HOST:PORT"
        raise FaultsFound([Fault(Place("--backend"), "", problem, allowed)])
    if wanted.scheduler is not None:
        return by_scheduler(request, wanted.scheduler)
    return in_processes(request, wanted.workers) if wanted.workers > 1 else in_a_thread(request)
