"""`formulator sweep`: the answer over every combination of one to three fields of one patient."""

from __future__ import annotations

import click

from formulator.guarded import guarded
from formulator.profile.command_line import date_option, day_from, profile_argument, profile_from


@click.command()
@profile_argument
@click.option("--vary", multiple=True, metavar="FIELD[=VALUES]", help="ferritin=5..100, lactation, cause=stress,acne")
@click.option(
    "--show", metavar="COMPONENT", help="Show the status of this component; in csv and json beside the decision."
)
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text", show_default=True)
@date_option
@guarded
def sweep(profile: str, vary: tuple[str, ...], show: str | None, form: str, today: str | None) -> None:
    """Where the answer changes when one to three fields of PROFILE are varied; numbers are cut where the rules cut."""
    from formulator.cohort.sweep import axes_of, surface_of
    from formulator.cohort.sweep.axes import component_from
    from formulator.cohort.sweep.words import surface_csv, surface_json, surface_text
    from formulator.knowledge import ready_knowledge

    knowledge = ready_knowledge()
    axes = axes_of(vary, knowledge)
    component = component_from(show, knowledge) if show else None
    surface = surface_of(profile_from(profile), axes, knowledge, day_from(today))
    if form == "text":
        click.echo(surface_text(surface, knowledge, component), nl=False)
    else:
        click.echo((surface_csv if form == "csv" else surface_json)(surface, knowledge, component), nl=False)
