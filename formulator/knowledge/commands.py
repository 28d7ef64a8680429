"""`formulator release VERSION`: for whoever curates the knowledge."""

# Late imports keep the command line quick.
# ruff: noqa: PLC0415

from __future__ import annotations

import sys
from datetime import date

import click

from formulator.faults import FaultsFound
from formulator.guarded import EXIT_BAD_INPUT


@click.command()
@click.argument("version")
@click.option("--again", is_flag=True, help="Make the last version anew, before it is published; sentences are kept.")
def release(version: str, again: bool) -> None:
    """Record the knowledge in data/ as VERSION: its changed items, its hash, and what rebuilds it offline."""
    from formulator.knowledge.release import release as make
    from formulator.knowledge.release_gate import changelog_beside
    from formulator.paths import data_directory

    data = data_directory()
    try:
        made = make(version, data, changelog_beside(data), date.today(), again)
    except FaultsFound as found:
        click.echo("\n".join(str(fault) for fault in found.faults), err=True)
        sys.exit(EXIT_BAD_INPUT)
    number = f"{len(made.changes)} item{'s' * (len(made.changes) != 1)} changed"
    click.echo(f"data/versions/{version}.yaml: {number}, hash {made.record.sha256[:12]}.")
    if made.unwritten:
        click.echo(f"Without a sentence yet: {len(made.unwritten)}. Complete the record, then run formulator lint.")
