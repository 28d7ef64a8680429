"""`formulator handbook`: the contents, a page as text, or a page, a chapter or the whole book as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from formulator.faults import FaultsFound
from formulator.guarded import guarded

if TYPE_CHECKING:
    from formulator.evidence.answer import EvidenceModel


@click.command()
@click.argument("identifier", metavar="[ID]", required=False)
@click.option("--pdf", type=click.Path(path_type=Path), help="Write it to this file; without ID, the whole book.")
@guarded
def handbook(identifier: str | None, pdf: Path | None) -> None:
    """Read the page of an indication, component or rule by its ID; `indications`, `components` or `rules` for all."""
    from formulator.knowledge import load_knowledge
    from formulator.learn.cases import load_casebook
    from formulator.learn.handbook import contents, load_handbook, pages_of
    from formulator.learn.handbook.text import contents_text, page_text

    knowledge = load_knowledge()
    if identifier is None and pdf is None:
        click.echo(contents_text(contents(knowledge)), nl=False)
        return
    if pdf is not None:
        _check(pdf)
    book = load_handbook(knowledge, load_casebook(knowledge), _model())
    pages = pages_of(identifier, book)
    if pdf is None:
        click.echo("\n".join(page_text(page, knowledge) for page in pages), nl=False)
        return
    from formulator.export.files import write_all
    from formulator.learn.handbook.printed import as_pdf

    write_all({pdf: as_pdf(pages, book)})
    click.echo(f"Written: {pdf}", err=True)


def _model() -> EvidenceModel | None:
    """The fitted model, or None with a message: the pages then say that it is not there."""
    from formulator.evidence.artefact import load_evidence

    try:
        return load_evidence()
    except FaultsFound as found:
        click.echo(str(found), err=True)
        return None


def _check(pdf: Path) -> None:
    """Refuse what cannot be written before any page is made."""
    from formulator.export.files import check_targets
    from formulator.export.typesetting import require_typst

    check_targets({"--pdf": pdf})
    require_typst()
