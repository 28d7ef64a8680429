"""The command line."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import click

from formulator import __version__
from formulator.faults import Fault, FaultsFound, Place, did_you_mean, shown
from formulator.guarded import EXIT_BAD_INPUT, EXIT_CHECK_FAILED, guarded
from formulator.profile.command_line import date_option, day_from, format_option, profile_argument, profile_from

_LATE_GROUPS = {
    "cases": "formulator.learn.command",
    "class": "formulator.learn.class_command",
    "cohort": "formulator.cohort.command",
    "consultations": "formulator.consultations.command",
    "evidence": "formulator.evidence.commands",
    "impact": "formulator.cohort.impact_command",
    "sweep": "formulator.cohort.sweep_command",
    "train": "formulator.evidence.commands",
    "handbook": "formulator.learn.handbook_command",
    "release": "formulator.knowledge.commands",
    "pairs": "formulator.proof.pairs_command",
    "verify": "formulator.proof.verification.command",
}


class _LateGroup(click.Group):
    """Loads the commands of the evidence model only when they are asked for: their libraries are slow to import."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_LATE_GROUPS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LATE_GROUPS:
            return super().get_command(ctx, cmd_name)
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        return getattr(import_module(_LATE_GROUPS[cmd_name]), name)


@click.group(cls=_LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="formulator")
def main() -> None:
    """Explore personalised mesotherapy formulations: education for clinicians, not a substitute for judgement."""


_file = click.Path(path_type=Path)


def _known_technique(identifier: str | None, knowledge: Any) -> str | None:
    if identifier is None or identifier in knowledge.techniques:
        return identifier
    problem, advice = f"There is no technique {shown(identifier)}.", did_you_mean(identifier, knowledge.techniques)
    raise FaultsFound([Fault(Place("--technique"), "", problem, "ids of `formulator knowledge techniques`", advice)])


def _model() -> Any:
    """The fitted model, or None with a message: then the rules answer alone."""
    from formulator.evidence.artefact import load_evidence

    try:
        return load_evidence()
    except FaultsFound as found:
        click.echo("\n".join(str(fault) for fault in found.faults), err=True)
        return None


@main.command()
@profile_argument
@format_option
@date_option
@click.option("--pdf", type=_file, help="Write the worksheet, reasons, plan and the patient's leaflet to this file.")
@click.option("--ics", type=_file, help="Write sessions, pauses of medicines and reassessments as a calendar.")
@click.option("--csv", type=_file, help="Write the components here, and the sessions beside it as NAME-sessions.csv.")
@click.option("--zone", help="IANA time zone of the clinic, such as Europe/Paris; default that of this machine.")
@click.option("--clinical-titles", is_flag=True, help="Name components and medicines in the calendar's titles.")
@click.option("--reference", default="", help="Your own case number: a later calendar with it replaces this one.")
@click.option(
    "--estimate",
    type=click.Choice(["cautious", "mean"]),
    default="cautious",
    show_default=True,
    help="Rank formulations by the lower end of the estimated effect, or by its mean.",
)
@click.option(
    "--technique", metavar="ID", help="Prefer this technique wherever it fits (formulator knowledge techniques)."
)
@guarded
def recommend(profile: str, form: str, today: str | None, estimate: str, technique: str | None, **files: Any) -> None:
    """Answer for one patient: PROFILE is a YAML or JSON file, or - for standard input."""
    from formulator.engine import Preferences
    from formulator.engine import recommend as answer_for
    from formulator.export.deliver import Wanted, check_wanted, deliver
    from formulator.export.json_export import as_json
    from formulator.export.text import as_text
    from formulator.knowledge import ready_knowledge

    wanted = Wanted(**files)
    check_wanted(wanted, () if profile == "-" else (Path(profile),))
    patient, knowledge = profile_from(profile), ready_knowledge()
    preferences = Preferences(estimate, technique=_known_technique(technique, knowledge))
    answer = answer_for(patient, knowledge, day_from(today), _model(), preferences)
    for note in deliver(answer, knowledge, wanted):
        click.echo(note, err=True)
    click.echo(as_json(answer) if form == "json" else as_text(answer, knowledge), nl=False)


@main.command()
@click.argument("profiles", metavar="PROFILE PROFILE...", nargs=-1, required=True, type=_file)
@format_option
@date_option
@guarded
def together(profiles: tuple[Path, ...], form: str, today: str | None) -> None:
    """Plan several concerns of one patient, such as hair and skin, on days that do not clash; the first chooses."""
    from formulator.engine.together import recommend_together
    from formulator.export.together import together_json, together_text
    from formulator.knowledge import ready_knowledge

    knowledge = ready_knowledge()
    found = recommend_together([profile_from(str(one)) for one in profiles], knowledge, day_from(today), _model())
    click.echo(together_json(found) if form == "json" else together_text(found, knowledge), nl=False)


@main.command()
@profile_argument
@click.argument("component", required=False)
@format_option
@click.option("--trace", type=click.Choice(["line", "list", "graph", "json"]), help="Show the chain that made it.")
@click.option("--everything", is_flag=True, help="In the trace, show also what did not matter.")
@click.option("--first", type=int, metavar="RANK", help="What would bring the formulation of this rank first.")
@click.option("--positions", is_flag=True, help="Where sources disagree, and what each other position would change.")
@click.option("--since", metavar="VERSION", help="Instead: what differs from the answer with this older knowledge.")
@date_option
@guarded
def explain(profile: str, component: str | None, since: str | None, today: str | None, **shown: Any) -> None:
    """Why COMPONENT has its status for PROFILE, and what would change it; without COMPONENT, the decision and plan."""
    if since is not None:
        from formulator.explain.since_text import since_json, since_text, since_version

        told = since_version(since, profile_from(profile), day_from(today), _model(), component or "")
        click.echo(since_json(told) if shown["form"] == "json" else since_text(told), nl=False)
        return
    from formulator.engine import recommend as answer_for
    from formulator.explain.asked import Asked
    from formulator.explain.command import Wanted, explained
    from formulator.knowledge import ready_knowledge

    patient, knowledge, model = profile_from(profile), ready_knowledge(), _model()
    answer = answer_for(patient, knowledge, day_from(today), model)
    click.echo(explained(Asked(answer, patient, knowledge, model), component, Wanted(**shown)), nl=False)


@main.command()
@profile_argument
@format_option
@date_option
@guarded
def firmness(profile: str, form: str, today: str | None) -> None:
    """How firm the order of formulations is for PROFILE: how often each comes first when effects are drawn."""
    from formulator.engine import recommend as answer_for
    from formulator.explain.firmness import firmness_mapping, firmness_of, firmness_text
    from formulator.knowledge import ready_knowledge

    patient, knowledge, model = profile_from(profile), ready_knowledge(), _model()
    answer = answer_for(patient, knowledge, day_from(today), model)
    found = firmness_of(answer, knowledge, model)
    if form == "json":
        click.echo(json.dumps(firmness_mapping(answer, found), indent=2, ensure_ascii=False))
    else:
        click.echo(firmness_text(answer, found, knowledge), nl=False)


@main.command()
@click.argument("before", metavar="PROFILE_A")
@click.argument("after", metavar="PROFILE_B")
@format_option
@date_option
@guarded
def compare(before: str, after: str, form: str, today: str | None) -> None:
    """Which inputs of PROFILE_A and PROFILE_B differ, and which answers differ because of them."""
    from formulator.explain.compare import compare as comparison
    from formulator.explain.compare import compare_json, compare_text
    from formulator.knowledge import ready_knowledge

    if before == after == "-":
        problem = "Standard input holds one profile, not two."
        raise FaultsFound([Fault(Place("PROFILE_A, PROFILE_B"), "", problem, "a file for at least one of them")])
    profiles, knowledge = (profile_from(before), profile_from(after)), ready_knowledge()
    found = comparison(*profiles, knowledge, day_from(today), _model())
    click.echo(compare_json(found) if form == "json" else compare_text(found, knowledge), nl=False)


@main.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@guarded
def lint(folder: Path | None) -> None:
    """Check the shipped knowledge base or the one in FOLDER; exit 1 where a check fails, 2 where it cannot be read."""
    from formulator.knowledge.lint import lint_report
    from formulator.learn.cases.agreement import all_case_faults
    from formulator.proof.invariants import load_invariants

    report = lint_report(folder)
    if report.knowledge is not None:
        load_invariants(report.knowledge, folder)
        report = replace(report, faults=(*report.faults, *all_case_faults(report.knowledge, folder)))
    click.echo(report.text(), nl=False, err=not report.loaded)
    if not report.loaded:
        sys.exit(EXIT_BAD_INPUT)
    sys.exit(EXIT_CHECK_FAILED if report.faults else 0)


@main.command()
@click.argument("identifier", required=False)
@guarded
def knowledge(identifier: str | None) -> None:
    """List the knowledge, or show a component, rule, source, indication, claim ... by its ID."""
    from formulator.explain.browse import browse
    from formulator.knowledge import ready_knowledge

    click.echo(browse(ready_knowledge(), identifier), nl=False)


@main.command()
@guarded
def schema() -> None:
    """JSON Schema of a profile."""
    from formulator.profile import load_catalogue
    from formulator.profile.schema import json_schema

    click.echo(json.dumps(json_schema(load_catalogue()), indent=2))


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
@guarded
def app(options: tuple[str, ...]) -> None:
    """Open the Streamlit app on this machine; OPTIONS go to streamlit run."""
    from formulator.ui.serve import serve

    sys.exit(serve(options))
