"""`formulator evidence ...`: the statistics by themselves, on any table of contrasts."""

# Late imports keep the command line quick; every option of a command is an argument.
# ruff: noqa: PLC0415, PLR0913

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Literal, cast

import click

from formulator.faults import Fault, FaultsFound, Place

EXIT_BAD_INPUT = 2


@click.group()
def evidence() -> None:
    """What published trials say: component networks and the fitted model."""


@evidence.command()
@click.argument("contrasts", metavar="CONTRASTS.csv", type=click.Path(path_type=Path))
@click.option("--inactive", multiple=True, metavar="NAME", help="Component whose effect is zero, such as Placebo.")
@click.option(
    "--method", type=click.Choice(["REML", "common"], case_sensitive=False), default="REML", show_default=True
)
@click.option(
    "--interaction", "interactions", multiple=True, metavar='"A * B"', help="An extra effect where both are given."
)
@click.option(
    "--knapp-hartung", is_flag=True, help="Scale standard errors and take t quantiles: safer with few studies."
)
@click.option("--level", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True, help="Of the intervals.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def network(
    contrasts: Path,
    inactive: tuple[str, ...],
    method: str,
    interactions: tuple[str, ...],
    knapp_hartung: bool,
    level: float,
    form: str,
) -> None:
    """Effect of every component from contrasts of mixtures (components joined by ' + ').

    CONTRASTS.csv has the columns id, treat1, treat2, estimate (of treat1 minus treat2) and se: one row per pair, all
    pairs of a multi-arm study.
    """
    from formulator.evidence.contrasts import read_contrasts
    from formulator.evidence.network import fit_network
    from formulator.evidence.network.report import network_mapping, network_text

    try:
        fit = fit_network(
            read_contrasts(contrasts),
            inactive=inactive,
            interactions=interactions,
            method=cast(Literal["REML", "common"], method),
            small_sample="knapp-hartung" if knapp_hartung else "none",
        )
    except FaultsFound as found:
        _refuse(found.faults, contrasts)
    else:
        as_json = json.dumps(network_mapping(fit, level), indent=2, ensure_ascii=False) + "\n" if form == "json" else ""
        click.echo(as_json or network_text(fit, level), nl=False)


def _refuse(faults: tuple[Fault, ...], path: Path) -> None:
    """Messages on standard error and exit 2; a fault of the whole table names its file."""
    for fault in faults:
        place = fault.place if fault.place.file else Place(str(path))
        click.echo(str(Fault(place, fault.field, fault.problem, fault.allowed, fault.advice)), err=True)
    sys.exit(EXIT_BAD_INPUT)
