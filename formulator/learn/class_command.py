"""`formulator class`: the papers and files of a session, and what a class missed."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from formulator.guarded import EXIT_BAD_INPUT, guarded

_file = click.Path(path_type=Path)


@click.command(name="class")
@click.argument("names", metavar="ID...", nargs=-1)
@click.option("--sheet", type=_file, help="Write the class sheet (PDF) here: stories and room to decide, no answer.")
@click.option("--cards", type=_file, help="Write cards (PDF) with the findings here, to be handed out on request.")
@click.option("--answers", type=_file, help="Write the answer sheet (PDF) here: solution, arguments, lessons.")
@click.option("--session", type=_file, help="Write the session file here; it grades what comes back.")
@click.option("--form", type=_file, help="Write the answer file that each trainee fills in here.")
@click.option("--title", default="", help="The title of the session.")
@click.option("--date", "day", help="The day of the session, YYYY-MM-DD; default today.")
@click.option(
    "--results",
    type=_file,
    metavar="SESSION",
    help="Instead: grade the answer files that are named as ID... against this session file.",
)
@click.option("--csv", type=_file, help="With --results: write the table here too.")
@click.option("--anyway", is_flag=True, help="With --results: grade also what was made for another knowledge or case.")
@guarded
def class_(names: tuple[str, ...], title: str, day: str | None, anyway: bool, **files: Path | None) -> None:
    """Make a session of the cases with these IDs, or say what a class missed (--results)."""
    results, csv = files.pop("results"), files.pop("csv")
    wanted = {f"--{name}": path for name, path in files.items() if path is not None}
    _check(wanted, results, csv, anyway)
    if results is not None:
        _results(names, results, csv, anyway)
    else:
        _papers(names, title, day, wanted)


def _check(wanted: Mapping[str, Path], results: Path | None, csv: Path | None, anyway: bool) -> None:
    if results is not None and wanted:
        raise click.UsageError(f"--results grades; {', '.join(wanted)} make a session. Use one or the other.")
    if results is None and (csv or anyway):
        raise click.UsageError("--csv and --anyway belong to --results SESSION FILE...")
    if results is None and not wanted:
        raise click.UsageError("Say what to write: --sheet, --cards, --answers, --session or --form.")


def _papers(names: Sequence[str], title: str, day: str | None, wanted: Mapping[str, Path]) -> None:
    """Every file that was asked for, all made before the first is written."""
    from formulator.evidence.artefact import load_evidence
    from formulator.export.files import check_targets, write_all
    from formulator.knowledge import load_knowledge
    from formulator.learn.cases import load_casebook
    from formulator.learn.instructor import sheets
    from formulator.learn.instructor.answer_form import answer_form
    from formulator.learn.instructor.session import session_json, session_of

    check_targets(wanted)
    knowledge = load_knowledge()
    book = load_casebook(knowledge)
    session = session_of(title, _day(day), names, book, knowledge)
    made: Mapping[str, Any] = {
        "--sheet": lambda: sheets.class_sheet_pdf(session, book, knowledge),
        "--cards": lambda: sheets.cards_pdf(session, book, knowledge),
        "--answers": lambda: sheets.answer_sheet_pdf(session, book, knowledge, load_evidence()),
        "--session": lambda: session_json(session).encode(),
        "--form": lambda: answer_form(session, book, knowledge).encode(),
    }
    write_all({path: made[option]() for option, path in wanted.items()})
    for path in wanted.values():
        click.echo(f"Written: {path}")


def _day(text: str | None) -> date:
    from formulator.faults import Fault, FaultsFound, Place, shown
    from formulator.profile import read_date
    from formulator.profile.dates import ALLOWED

    day = date.today() if text is None else read_date(text)
    if day is None:
        raise FaultsFound([Fault(Place("--date"), "", f"{shown(text)} is not a date of the calendar.", ALLOWED)])
    return day


def _results(names: Sequence[str], session_file: Path, csv: Path | None, anyway: bool) -> None:
    """Say first what was left out or does not fit, then the table."""
    from formulator.evidence.artefact import load_evidence
    from formulator.export.files import check_targets, write_all
    from formulator.knowledge import load_knowledge
    from formulator.learn.cases import load_casebook
    from formulator.learn.instructor.results import results_of
    from formulator.learn.instructor.session import changed_since, session_from
    from formulator.learn.instructor.tables import results_csv, results_text

    paths = [Path(name) for name in names]
    check_targets({"--csv": csv} if csv else {}, [session_file, *paths])
    knowledge = load_knowledge()
    book = load_casebook(knowledge)
    session = session_from(_content(session_file), session_file.name)
    files = [(path.name, _content(path)) for path in paths]
    found = results_of(files, session, book, knowledge, load_evidence(), anyway)
    for fault in (*changed_since(session, book, knowledge), *found.refused, *found.differing):
        click.echo(str(fault), err=True)
    if found.differing:
        said = "graded with today's knowledge" if anyway else "left out; --anyway grades them with today's knowledge"
        click.echo(f"Answers made for another knowledge or case are {said}.", err=True)
    if not found.graded:
        click.echo("Nothing could be graded.", err=True)
        sys.exit(EXIT_BAD_INPUT)
    click.echo(results_text(found, knowledge), nl=False)
    if csv:
        write_all({csv: results_csv(found, knowledge).encode("utf-8-sig")})
        click.echo(f"Written: {csv}")


def _content(path: Path) -> bytes:
    """The bytes of a file, one more than is ever read of it at most. Raises FaultsFound where there is none."""
    from formulator.faults import Fault, FaultsFound, Place
    from formulator.strict_yaml import LARGEST_DOCUMENT

    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_DOCUMENT + 1)
    except OSError as error:
        problem = f"It cannot be read ({error.strerror or type(error).__name__})."
        raise FaultsFound([Fault(Place(path.name), "", problem, "a file that can be read")]) from None
