"""`formulator verify`: everything that is proven and searched, with progress, a table, and a report."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formulator.guarded import EXIT_BAD_INPUT, EXIT_CHECK_FAILED

if TYPE_CHECKING:
    from formulator.proof.verification.report import Part, Report

_SHOWN = 12


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Store the report beside the knowledge, where the page Safety reads it.")
@click.option("--report", type=click.Path(path_type=Path), help="Write the report here: .json, or .html to read.")
@click.option("--only", multiple=True, metavar="PART", help="Run this part alone, by its name in the table.")
def verify(folder: Path | None, write: bool, report: Path | None, only: tuple[str, ...]) -> None:
    """Prove and search the shipped knowledge base, or the one in FOLDER, for every possible patient.

    Exit 0: everything held; 1: something failed, and is named with a patient who shows it; 2: it cannot be read.
    """
    from formulator.faults import FaultsFound

    try:
        passed = _verified(folder, report, write, only)
    except ModuleNotFoundError as missing:
        click.echo(f"Proofs need {missing.name}: install formulator[verify].", err=True)
        sys.exit(EXIT_BAD_INPUT)
    except FaultsFound as found:
        click.echo("\n".join(map(str, found.faults)), err=True)
        sys.exit(EXIT_BAD_INPUT)
    except Exception as error:
        click.echo(f"formulator: stopped by something unforeseen ({type(error).__name__}).", err=True)
        sys.exit(EXIT_BAD_INPUT)
    sys.exit(0 if passed else EXIT_CHECK_FAILED)


def _verified(folder: Path | None, target: Path | None, write: bool, only: Sequence[str]) -> bool:
    from formulator.paths import data_directory
    from formulator.proof.verification.report import FILE, write_report
    from formulator.proof.verification.run import verification_of

    run = verification_of(folder, date.today(), _hear)
    parts = []
    for part in run.parts(only):
        _clear()
        click.echo(f"{'held' if part.passed else 'FAILED':7} {part.name:28} {part.seconds:6.1f} s  {_figures(part)}")
        parts.append(part)
    report = run.report(parts)
    _tell(report)
    if write and not only and report.passed:
        write_report(report, (folder or data_directory()) / FILE)
    if target is not None:
        write_report(report, target)
    return report.passed


def _figures(part: Part) -> str:
    return ", ".join(f"{value} {name}" for name, value in part.figures.items())


def _tell(report: Report) -> None:
    """The verdict, and what failed with the patient who shows it."""
    for part in report.parts:
        failed = [one for one in part.entries if not one.passed]
        for one in failed[:_SHOWN]:
            click.echo(f"\n{part.name}: {one.id}: {one.sentence} {one.detail}".rstrip(), err=True)
            if one.witness:
                click.echo("  A patient who shows it:\n" + _patient(one.witness), err=True)
        if len(failed) > _SHOWN:
            click.echo(f"\n{part.name}: and {len(failed) - _SHOWN} more.", err=True)
    held = "held" if report.passed else "not everything held"
    click.echo(
        f"\nKnowledge {report.knowledge_version} {report.knowledge_sha256[:12]}: {held}, over all "
        f"10^{report.power_of_ten} different patients, in {report.seconds:.0f} s."
    )


def _patient(witness: Mapping[str, Any]) -> str:
    return "\n".join(f"    {name}: {value}" for name, value in witness.items())


def _hear(words: str) -> None:
    """Progress on one line, only where somebody watches."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K... {words[:100]}", nl=False, err=True)


def _clear() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
