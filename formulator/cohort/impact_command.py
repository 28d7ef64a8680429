"""`formulator impact`: what a change of the knowledge does to a population."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from formulator.guarded import EXIT_CHECK_FAILED, guarded
from formulator.profile.command_line import date_option, day_from


@click.command()
@click.argument("old")
@click.argument("new")
@click.argument("cohort", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@click.option(
    "--examples", type=click.IntRange(0, 100), default=3, show_default=True, help="Rows named for each kind of move."
)
@date_option
@guarded
def impact(old: str, new: str, cohort: Path, today: str | None, **how: Any) -> None:
    """Compare the answers of two states of the knowledge for every patient of COHORT (CSV or Parquet).

    OLD and NEW are each a released version such as 2026.11.1, a folder of knowledge, or "shipped". COHORT is read as by
    `formulator cohort`. Exit 0: all rows are compared; 1: some are refused; 2: something cannot be used.
    """
    from formulator.cohort.impact import impact_of, side_from
    from formulator.cohort.impact.population import columns_left_out, patients_of
    from formulator.cohort.impact.tables import impact_csv, impact_json
    from formulator.cohort.impact.words import impact_text
    from formulator.cohort.start import opened

    day = day_from(today)
    before, after = side_from(old, "OLD"), side_from(new, "NEW")
    source = opened(cohort, after.knowledge, extras=None)
    for warning in source.layout.warnings:
        click.echo(warning, err=True)
    left_out = columns_left_out(source, before, after)
    found = impact_of(before, after, patients_of(source, before, after, day), how["examples"], left_out)
    texts = {
        "text": lambda: impact_text(found, day),
        "json": lambda: impact_json(found, day),
        "csv": lambda: impact_csv(found),
    }
    click.echo(texts[how["form"]](), nl=False)
    sys.exit(EXIT_CHECK_FAILED if found.rejected else 0)
