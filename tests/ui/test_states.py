"""A page with nothing loaded says what to do next, and damaged knowledge is a plain page instead of an error box."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from formulator.faults import Fault, FaultsFound, Place
from formulator.ui import state
from formulator.ui.paths import VIEWS
from tests.ui.test_app import opened, texts

NEXT = {
    "changes": "Enter a patient under Consult",
    "cohort": "Choose a file, or download",
    "compare": "Choose two patients",
    "consult": "Choose an example patient, or enter",
    "consultations": "Keeping consultations is off",
    "evidence": "Choose an indication above",
    "instructor": "Choose at least one case",
    "progress": "Play a case under Learn, Cases",
    "thresholds": "Choose a patient and a fact to vary",
}


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Knowledge of which a rule cannot be read."""

    def refuse() -> None:
        raise FaultsFound([Fault(Place("data/rules/x.yaml", 3, 1), "", "Not readable *here*.")] * 25)

    monkeypatch.setattr(state, "ready_knowledge", refuse)
    state.knowledge_read_once.clear()
    yield
    state.knowledge_read_once.clear()


@pytest.mark.parametrize(("name", "words"), NEXT.items())
def test_a_page_with_nothing_loaded_says_what_to_do_next(
    name: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FORMULATOR_HOME", str(tmp_path))
    app = opened()
    if name != "consult":
        app.switch_page(f"formulator/ui/views/{name}.py").run()
    assert not app.exception
    assert [one.value for one in app.info if words in one.value]


@pytest.mark.parametrize("name", VIEWS)
def test_damaged_knowledge_is_said_in_words_on_every_page_with_the_place_of_the_fault(
    name: str, unreadable: None
) -> None:
    app = opened()
    if name != "consult":
        app.switch_page(f"formulator/ui/views/{name}.py").run()
    assert not app.exception
    assert [one.value for one in app.title] == ["The knowledge cannot be read"]
    said = texts(app)
    assert "formulator lint names every fault" in said
    assert "data/rules/x.yaml" in said.replace("\\", "")
    assert "Not readable \\*here\\*" in said
    assert "5 more are not shown" in said
    assert not app.selectbox


def test_knowledge_that_was_mended_is_read_at_the_next_visit(monkeypatch: pytest.MonkeyPatch, unreadable: None) -> None:
    app = opened()
    monkeypatch.undo()
    app.run()
    assert [one.value for one in app.title] == ["Consult"]
