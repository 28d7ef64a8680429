"""What the page for authors of cases names is what there is."""

from __future__ import annotations

import re

from formulator.knowledge import Knowledge
from formulator.learn.cases import load_casebook
from formulator.learn.cases.case import Case
from formulator.paths import data_directory

FOLDER = data_directory() / "cases"
PAGE = (FOLDER / "README.md").read_text(encoding="utf-8")


def words(text: str) -> set[str]:
    """Everything that stands in code marks."""
    return set(re.findall(r"`([^`]+)`", text))


def test_the_page_names_every_key_step_cause_and_folder_that_a_case_may_use(knowledge: Knowledge) -> None:
    book = load_casebook(knowledge)
    causes = PAGE.partition("\n`causes` may be: ")[2].partition("\n\n")[0]
    step = PAGE.partition("`step` (")[2].partition(": what each costs")[0]
    assert words(causes) == set(knowledge.catalogue.fields["cause"].choices)
    assert words(step) == set(book.steps)
    assert set(Case.model_fields) - {"id", "folder"} <= words(PAGE)
    assert {one.name for one in FOLDER.iterdir() if one.is_dir()} == {"hair", "skin", "body"} <= words(PAGE)


def test_the_case_to_copy_exists_and_is_sound(knowledge: Knowledge) -> None:
    [path] = [one for one in words(PAGE) if one.endswith(".yaml")]
    assert (FOLDER / path).stem in load_casebook(knowledge).cases
