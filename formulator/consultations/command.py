"""`formulator consultations`: what is kept on this machine, replayed, exported, verified, deleted."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formulator.guarded import EXIT_CHECK_FAILED, guarded
from formulator.profile.command_line import format_option

if TYPE_CHECKING:
    from formulator.consultations.records import Kept
    from formulator.consultations.replay import Means
    from formulator.consultations.store import ConsultationStore

_OFF = "Nothing is kept: keeping consultations is off until it is switched on in the app, on the page Consultations."
_identifier = click.argument("identifier", metavar="ID")


@click.group()
def consultations() -> None:
    """Consultations that were kept on this machine: off until switched on in the app."""


def _store() -> ConsultationStore | None:
    from formulator.consultations import open_consultations

    store = open_consultations(_now())
    for notice in store.notices if store else ():
        click.echo(notice, err=True)
    return store


def _opened() -> ConsultationStore:
    from formulator.consultations import consultations_file
    from formulator.keeping.troubles import trouble

    store = _store()
    if store is None:
        raise trouble(consultations_file(), _OFF)
    return store


def _now() -> datetime:
    return datetime.now(UTC)


@consultations.command("list")
@guarded
def list_all() -> None:
    """List what is kept, the last first."""
    from formulator.consultations.words import decision_word, short, title
    from formulator.knowledge import ready_knowledge

    store = _store()
    listed = store.listed() if store else ()
    if not listed:
        click.echo("No consultation is kept." if store and store.is_on else _OFF)
        return
    knowledge = ready_knowledge()
    for one in listed:
        click.echo(f"{short(one.id)}  {one.kept_at[:16]}  {decision_word(one.decision):<38} {title(one, knowledge)}")


@consultations.command()
@_identifier
@format_option
@guarded
def show(identifier: str, form: str) -> None:
    """Show the consultation ID: what was answered, given and measured; json: the answer as it was."""
    from formulator.consultations.text import kept_text
    from formulator.knowledge import ready_knowledge

    kept = _kept(identifier)
    if form == "json":
        click.echo(kept.answer.decode(), nl=False)
    else:
        click.echo(kept_text(kept, ready_knowledge(), _model()), nl=False)


def _kept(identifier: str) -> Kept:
    store = _opened()
    return store.consultation(store.named(identifier))


def _model():
    from formulator.evidence.artefact import load_evidence
    from formulator.faults import FaultsFound

    try:
        return load_evidence()
    except FaultsFound as found:
        click.echo("\n".join(str(fault) for fault in found.faults), err=True)
        return None


@consultations.command()
@_identifier
@format_option
@guarded
def replay(identifier: str, form: str) -> None:
    """Make the answer of ID again with what it was made with, then with today's knowledge; exit 1 where it differs."""
    from formulator.consultations.replay import replay as made_again
    from formulator.consultations.text import replay_text
    from formulator.export.json_export import as_json

    kept, means = _kept(identifier), _means()
    found = made_again(kept, means)
    click.echo(as_json(found.answer) if form == "json" else replay_text(found, means), nl=False)
    if form == "json":
        click.echo(found.words, err=True)
    if found.result == "different":
        sys.exit(EXIT_CHECK_FAILED)


def _means() -> Means:
    from formulator.consultations.replay import Means
    from formulator.knowledge.versions import present_snapshot, version_records

    return Means(present_snapshot(), _model(), version_records())


@consultations.command()
@click.argument("file", type=click.Path(path_type=Path))
@guarded
def export(file: Path) -> None:
    """Write everything that is kept to FILE as JSON; it can be imported again."""
    from formulator.consultations import consultations_file
    from formulator.export.files import check_targets, write_all

    store = _opened()
    check_targets({"FILE": file}, (consultations_file(),))
    write_all({file: store.export_all(_now())})
    click.echo(f"Written: {file}. It holds everything that is kept about every patient.", err=True)


@consultations.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@guarded
def import_all(file: Path) -> None:
    """Add what stands in FILE, an export; keeping must be on, and what was deleted here stays deleted."""
    from formulator.consultations.exchange import LARGEST_IMPORT
    from formulator.keeping.troubles import in_words

    with in_words(file), file.open("rb") as stream:
        content = stream.read(LARGEST_IMPORT + 1)
    click.echo(_opened().import_all(content, _now()).words)


@consultations.command()
@_identifier
@click.option("--yes", is_flag=True, help="Do not ask first.")
@guarded
def delete(identifier: str, yes: bool) -> None:
    """Delete the consultation ID for good, with all that was added to it."""
    store = _opened()
    found = store.named(identifier)
    if not yes:
        click.confirm(f"Delete {found[:8]} for good? This cannot be undone", abort=True)
    store.delete(found, _now())
    click.echo("Deleted. Its random id stays in the trail, with nothing about the patient.")


@consultations.command()
@click.option("--noted", default="", metavar="HASH", help="A hash of the last entry that you wrote down earlier.")
@guarded
def verify(noted: str) -> None:
    """Verify the trail and what is kept; exit 1 where something does not fit."""
    found = _opened().verify(noted.strip())
    click.echo(found.words)
    for one in found.breaks[1:]:
        click.echo(f"- {one}")
    click.echo(f"The last entry: {found.head}")
    if found.breaks:
        sys.exit(EXIT_CHECK_FAILED)
