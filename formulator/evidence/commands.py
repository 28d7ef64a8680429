"""`formulator evidence ...`: the statistics by themselves, on any table of contrasts."""

# Late imports keep the command line quick; every option of a command is an argument.
# ruff: noqa: PLC0415, PLR0913

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Literal, cast

import click

from formulator.faults import Fault, FaultsFound, Place
from formulator.guarded import EXIT_BAD_INPUT


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


@evidence.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def score(folder: Path, form: str) -> None:
    """How well the model predicts other studies: DIR holds studies.csv, arms.csv, outcomes.csv.

    Model and baselines are trained on the shipped data, without any study of DIR that it holds already.
    """
    from formulator.evidence.artefact import load_manifest
    from formulator.evidence.model.score import score_folder, score_text
    from formulator.evidence.model.variants import variant
    from formulator.paths import data_directory

    try:
        chosen = variant(str(load_manifest().get("variant")))
        report = score_folder(folder, data_directory() / "evidence", chosen)
    except KeyError:
        _refuse(
            (Fault(Place("models/manifest.json"), "variant", "The variant is unknown; run `formulator train`."),),
            folder,
        )
    except FaultsFound as found:
        _refuse(found.faults, folder)
    else:
        as_json = json.dumps(report.mapping(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        click.echo(as_json if form == "json" else score_text(report), nl=False)


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of evidence tables; default data/evidence.")
@click.option("--models", type=click.Path(path_type=Path), help="Folder to write to; default models/.")
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def train(data: Path | None, models: Path | None, quiet: bool) -> None:
    """Fit the evidence model to data/evidence and write models/: same data, same bytes."""
    from formulator.evidence.artefact import models_directory
    from formulator.evidence.model.train import train_to

    try:
        with _Progress(quiet) as progress:
            artefact = train_to(models, data, progress.say)
    except FaultsFound as found:
        _refuse(found.faults, data or Path("data/evidence"))
    except OSError as error:
        _refuse(
            (Fault(Place(str(error.filename or "")), "", f"Stopped: {error.strerror}."),), data or Path("data/evidence")
        )
    else:
        model = artefact.document["model"]
        where = models or models_directory()
        click.echo(f"{where}: {model['variant']} on {model['contrasts']} contrasts of {model['studies']} studies.")


class _Progress:
    """The steps of the training on standard error, with the seconds since the start."""

    def __init__(self, quiet: bool) -> None:
        self.quiet, self.start = quiet, time.monotonic()

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.say("done")

    def say(self, step: str) -> None:
        """One step that begins now."""
        if not self.quiet:
            click.echo(f"{time.monotonic() - self.start:5.1f} s  {step}", err=True)


def _refuse(faults: tuple[Fault, ...], path: Path) -> None:
    """Messages on standard error and exit 2; a fault of the whole table names its file."""
    for fault in faults:
        place = fault.place if fault.place.file else Place(str(path))
        click.echo(str(Fault(place, fault.field, fault.problem, fault.allowed, fault.advice)), err=True)
    sys.exit(EXIT_BAD_INPUT)
