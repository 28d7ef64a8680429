"""`formulator pairs`: check the stored pairs of patients, or make from the knowledge what is missing or stale."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from formulator.guarded import EXIT_BAD_INPUT, EXIT_CHECK_FAILED


@click.command()
@click.option("--write", is_flag=True, help="Make and store what is missing or stale (needs formulator[verify]).")
@click.option("--all", "everything", is_flag=True, help="With --write: make every pair anew (minutes).")
def pairs(write: bool, everything: bool) -> None:
    """Two patients for each comparison of each rule: ask the engine about all of them; exit 1 where one is stale."""
    from formulator.faults import FaultsFound

    if everything and not write:
        raise click.UsageError("--all goes with --write.")
    try:
        problems = _written(everything) if write else _checked()
    except FaultsFound as found:
        click.echo("\n".join(map(str, found.faults)), err=True)
        sys.exit(EXIT_BAD_INPUT)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(EXIT_CHECK_FAILED)
    click.echo("Every comparison of every rule has its pair, and the engine answers each as recorded.")


def _checked() -> list[str]:
    from formulator.knowledge import load_knowledge
    from formulator.proof.pairs import stale_pairs

    return list(stale_pairs(load_knowledge()))


def _written(everything: bool) -> list[str]:
    from formulator.knowledge import load_knowledge
    from formulator.knowledge.archive import PAIRS
    from formulator.paths import data_directory
    from formulator.proof.explained import COUPLED, load_explained, unexplained
    from formulator.proof.pairing import all_pairs
    from formulator.proof.pairs import ASKED_ON, file_of, load_pairs

    knowledge = load_knowledge()
    found: dict[str, list[Any]] = {}
    coupled: list[tuple[str, str]] = []
    stored = () if everything else load_pairs()
    with click.progressbar(all_pairs(knowledge, ASKED_ON, stored), length=len(knowledge.rules), label="Rules") as rules:
        for rule, pairs_of_rule, without in rules:
            found.setdefault(file_of(rule.id, knowledge), []).extend(pairs_of_rule)
            coupled += [(rule.id, name) for name in without]
    _store(found, data_directory() / PAIRS)
    return list(unexplained(coupled, load_explained(COUPLED)))


def _store(found: dict[str, list[Any]], folder: Path) -> None:
    from formulator.proof.pairs import written

    folder.mkdir(exist_ok=True)
    for gone in {path.stem for path in folder.glob("*.csv")} - set(found):
        (folder / f"{gone}.csv").unlink()
    for name, pairs_of_file in found.items():
        (folder / f"{name}.csv").write_text(written(pairs_of_file), encoding="utf-8")
