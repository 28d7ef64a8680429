"""`formulator cases`: list the casebook, play a case, show what the engine answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from formulator.guarded import guarded

if TYPE_CHECKING:
    from formulator.knowledge import Knowledge
    from formulator.learn.cases import Case, Casebook
    from formulator.learn.commitment import Commitment


@click.command()
@click.argument("identifier", metavar="[ID]", required=False)
@click.option("--answer", is_flag=True, help="Print what the engine answers for the patient behind the case.")
@guarded
def cases(identifier: str | None, answer: bool) -> None:
    """List the cases, or play the one with this ID; progress is kept as in the app."""
    from formulator.knowledge import ready_knowledge
    from formulator.learn.cases import load_casebook
    from formulator.learn.cases.case import DIFFICULTIES

    knowledge = ready_knowledge()
    book = load_casebook(knowledge)
    if identifier is None:
        for case in book.cases.values():
            click.echo(f"{case.id:<50} {DIFFICULTIES[case.difficulty]:<16} {case.title}")
        return
    (_show_answer if answer else _play)(book.case(identifier), book, knowledge)


def _show_answer(case: Case, _: Casebook, knowledge: Knowledge) -> None:
    from formulator.evidence.artefact import load_evidence
    from formulator.export.text import as_text
    from formulator.learn.cases import answer_of

    click.echo(as_text(answer_of(case, knowledge, load_evidence()), knowledge), nl=False)


def _play(case: Case, book: Casebook, knowledge: Knowledge) -> None:
    from formulator.evidence.artefact import load_evidence
    from formulator.learn.cases import answer_of
    from formulator.learn.commitment import plain_commitment
    from formulator.learn.commitment_reading import commitment_from
    from formulator.learn.diagnosis import feedback_of
    from formulator.learn.progress import judged, open_progress
    from formulator.learn.progress.exercises import due_in
    from formulator.learn.terminal import Terminal, feedback_text

    store = open_progress(_now())
    for notice in store.notices:
        click.echo(notice, err=True)
    kept = next((one for one in store.open_attempts() if one.case == case.id), None)
    attempt = kept.id if kept else store.begin_attempt(case.id, _now())
    begun = commitment_from(kept.state, case, knowledge) if kept and kept.state else _nothing_yet()

    def save(commitment: Commitment) -> None:
        store.save_step(attempt, plain_commitment(commitment), _now())

    commitment = Terminal(click.echo, _asker(), save, case, book, knowledge).play(begun)
    model = load_evidence()
    answer = answer_of(case, knowledge, model)
    feedback = feedback_of(commitment, case, book, knowledge, model)
    due = due_in(case, (one.lesson for one in store.due(_now())), book, knowledge)
    back = store.commit_attempt(attempt, commitment, judged(case, answer, commitment, feedback, due), _now())
    click.echo(feedback_text(case, feedback, answer, knowledge), nl=False)
    missed = {one.lesson.key for one in feedback.mistakes}
    for one in (one for one in back if one.lesson.key in missed):
        click.echo(f"Comes back from {one.due:%Y-%m-%d}: {one.lesson.key}")


def _nothing_yet() -> Commitment:
    from formulator.learn.commitment import Commitment

    return Commitment()


def _asker() -> Callable[[str], str]:
    return lambda text: str(click.prompt(text, default="", show_default=False)).strip()


def _now() -> datetime:
    return datetime.now(UTC)
