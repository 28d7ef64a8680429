"""The command line. Exit 0: an answer; 1: a check failed; 2: bad input or usage. No traceback reaches the user."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from formulator import __version__
from formulator.faults import Fault, FaultsFound, Place

EXIT_CHECK_FAILED = 1
EXIT_BAD_INPUT = 2


def _guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Faults become messages and exit 2; anything unforeseen becomes one line without patient values."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except FaultsFound as found:
            click.echo("\n".join(str(fault) for fault in found.faults), err=True)
            sys.exit(EXIT_BAD_INPUT)
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)
        except (OSError, RecursionError, MemoryError) as error:
            click.echo(f"formulator: stopped ({type(error).__name__}). Nothing was written.", err=True)
            sys.exit(EXIT_BAD_INPUT)

    return run


_LATE_GROUPS = {"evidence": "formulator.evidence.commands"}


class _LateGroup(click.Group):
    """Loads the commands of the evidence model only when they are asked for: their libraries are slow to import."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_LATE_GROUPS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LATE_GROUPS:
            return super().get_command(ctx, cmd_name)
        return getattr(import_module(_LATE_GROUPS[cmd_name]), cmd_name)


@click.group(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="formulator")
def main() -> None:
    """Explore personalised mesotherapy formulations: education for clinicians, not a substitute for judgement."""


def _read_date(_: click.Context, __: click.Parameter, text: str | None) -> date:
    if text is None:
        return date.today()
    try:
        if len(text) == len("2026-11-25"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise FaultsFound(
        [Fault(Place("--date"), "", f"{text!r} is not a date of the calendar.", "year-month-day, such as 2026-11-25")]
    )


_profile = click.argument("profile", metavar="PROFILE")
_date = click.option("--date", "today", help="The day of the answer, YYYY-MM-DD; default today.")
_format = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


def _profile_from(source: str) -> Any:
    from formulator.profile import profile_from_file, profile_from_text

    if source != "-":
        return profile_from_file(Path(source))
    try:
        return profile_from_text(sys.stdin.buffer.read().decode("utf-8-sig"), "standard input")
    except UnicodeDecodeError:
        raise FaultsFound([Fault(Place("standard input"), "", "The text is not UTF-8.", "YAML or JSON")]) from None


@main.command()
@_profile
@_format
@_date
@_guarded
def recommend(profile: str, form: str, today: str | None) -> None:
    """Answer for one patient: PROFILE is a YAML or JSON file, or - for standard input."""
    from formulator.engine import recommend as answer_for
    from formulator.export.json_export import as_json
    from formulator.export.text import as_text
    from formulator.knowledge import load_knowledge

    day = _read_date(click.get_current_context(), None, today)  # type: ignore[arg-type]
    patient, knowledge = _profile_from(profile), load_knowledge()
    answer = answer_for(patient, knowledge, day)
    click.echo(as_json(answer) if form == "json" else as_text(answer, knowledge), nl=False)


@main.command()
@_profile
@click.argument("component")
@_format
@_date
@_guarded
def explain(profile: str, component: str, form: str, today: str | None) -> None:
    """Why COMPONENT has its status for PROFILE, and what would change it."""
    from formulator.engine import recommend as answer_for
    from formulator.explain.component import explanation_mapping, explanation_text
    from formulator.knowledge import load_knowledge

    day = _read_date(click.get_current_context(), None, today)  # type: ignore[arg-type]
    patient, knowledge = _profile_from(profile), load_knowledge()
    answer = answer_for(patient, knowledge, day)
    if form == "json":
        click.echo(json.dumps(explanation_mapping(answer, component, knowledge), indent=2, ensure_ascii=False))
    else:
        click.echo(explanation_text(answer, component, knowledge), nl=False)


@main.command()
@_guarded
def lint() -> None:
    """Check the knowledge base; exit 1 where something is wrong."""
    from formulator.knowledge.lint import lint_report

    report = lint_report()
    click.echo(report.text(), nl=False)
    sys.exit(EXIT_CHECK_FAILED if report.faults else 0)


@main.command()
@click.argument("identifier", required=False)
@_guarded
def knowledge(identifier: str | None) -> None:
    """List the knowledge, or show a component, rule, source, indication, claim ... by its ID."""
    from formulator.explain.browse import browse
    from formulator.knowledge import load_knowledge

    click.echo(browse(load_knowledge(), identifier), nl=False)


@main.command()
@_guarded
def schema() -> None:
    """JSON Schema of a profile."""
    from formulator.profile import load_catalogue
    from formulator.profile.schema import json_schema

    click.echo(json.dumps(json_schema(load_catalogue()), indent=2))


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@_guarded
def app(options: tuple[str, ...]) -> None:
    """Open the Streamlit app on this machine; OPTIONS go to streamlit run."""
    from formulator.ui.serve import serve

    sys.exit(serve(options))
