"""`formulator cases`: list the casebook, show what the engine answers, play a case."""

from __future__ import annotations

import click

from formulator.guarded import guarded


@click.command()
@click.argument("identifier", metavar="[ID]", required=False)
@click.option("--answer", is_flag=True, help="Print what the engine answers for the patient behind the case.")
@guarded
def cases(identifier: str | None, answer: bool) -> None:
    """List the cases, or play the one with this ID."""
    from formulator.evidence.artefact import load_evidence
    from formulator.export.text import as_text
    from formulator.knowledge import load_knowledge
    from formulator.learn.cases import answer_of, load_casebook
    from formulator.learn.cases.case import DIFFICULTIES

    knowledge = load_knowledge()
    book = load_casebook(knowledge)
    if identifier is None:
        for case in book.cases.values():
            click.echo(f"{case.id:<50} {DIFFICULTIES[case.difficulty]:<16} {case.title}")
        return
    case = book.case(identifier)
    if answer:
        click.echo(as_text(answer_of(case, knowledge, load_evidence()), knowledge), nl=False)
