"""What the documents say about the product is true."""

from __future__ import annotations

import re
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
from PIL import Image

from docs.screenshots import HEIGHT, SHOTS, WIDTH
from formulator import __version__
from formulator.cli import main
from formulator.engine import recommend
from formulator.evidence.artefact import load_evidence
from formulator.export.text import as_text
from formulator.knowledge import Knowledge
from formulator.knowledge.lint import lint_report
from formulator.profile import profile_from_text
from formulator.ui.paths import VIEWS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "tests/spec/README.md",
    ROOT / "benchmarks/README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "data").rglob("README.md")),
]


def block_after(marker: str, language: str) -> str:
    found = re.search(rf"{re.escape(marker)}.*?```{language}\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no {language} block after {marker!r}"
    return found[1]


def test_the_first_example_of_the_readme_prints_what_the_readme_shows(knowledge: Knowledge) -> None:
    profile = profile_from_text(block_after("## A first example", "yaml"), "README.md")
    printed = as_text(recommend(profile, knowledge, date(2026, 11, 25), load_evidence()), knowledge)
    shown = block_after("<!-- example:begin -->", "text")
    assert printed.startswith(shown.rstrip("\n")), "copy the new output into the README"


def test_the_rule_shown_in_the_readme_is_written_as_the_knowledge_base_writes_rules(knowledge: Knowledge) -> None:
    rule = block_after("## How to add a rule", "yaml")
    assert re.search(r"id: (\w+)", rule)[1] in knowledge.rules


def test_every_file_that_the_documents_point_to_exists() -> None:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document.name} points to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_and_option_that_a_document_names_exists(document: Path) -> None:
    said = re.findall(r"(?:^|`|/)formulator ((?:[a-z-]+)[^`\n#;]*)", document.read_text(encoding="utf-8"), re.MULTILINE)
    for words in said:
        command: click.Command = main
        rest = words.split()
        while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            found = command.get_command(click.Context(command), rest.pop(0))
            assert found, f"{document.name}: formulator {words}"
            command = found
        known = {name for one in command.params for name in one.opts} | {"--help"}
        options = {one.strip("[](),.") for one in rest if one.strip("[](),.").startswith("--")}
        forwarded = command.context_settings.get("ignore_unknown_options", False)
        assert forwarded or options <= known, f"{document.name}: formulator {words}: {options - known}"


def test_every_target_of_make_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for document in DOCUMENTS:
        for name in re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text(encoding="utf-8"), re.MULTILINE):
            assert name in targets, f"{document.name}: make {name}"


def test_every_module_that_a_document_runs_exists() -> None:
    for document in DOCUMENTS:
        for name in re.findall(r"python -m (benchmarks[\w.]*)", document.read_text(encoding="utf-8")):
            assert find_spec(name), f"{document.name}: python -m {name}"


@pytest.mark.parametrize("heading", ["A rule", "A worked case", "A component", "A trial", "Release"])
def test_how_to_add_names_only_files_and_folders_that_are_there(heading: str) -> None:
    text = (ROOT / "docs/how-to-add.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    named = re.findall(r"`((?:data|tests|models|docs)/[\w./]*)`", section)
    assert named
    assert [one for one in named if not (ROOT / one).exists() and not re.search(r"[A-Z]{2,}", one)] == []


def test_what_the_lint_is_said_to_say_it_says() -> None:
    """The words quoted in the table stand in the code that says them."""
    text = (ROOT / "docs/how-to-add.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "formulator").rglob("*.py"))
    quoted = re.findall(r"^\| `(.+?)` \|", text.split("what the lint says", 1)[1].split("## ", 1)[0], re.MULTILINE)
    assert len(quoted) > 5
    for words in quoted:
        fixed = max(re.split(r"'[^']*'|\bx\b", words), key=len).strip(": ")
        assert fixed in code, words


def test_every_place_named_in_the_architecture_exists() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for place in re.findall(r"^\| [^|]+\| `([\w./]+)`", text, re.MULTILINE):
        assert (ROOT / place).exists(), place


def test_the_knowledge_lint_finds_nothing() -> None:
    assert [str(fault) for fault in lint_report().faults] == []


def test_the_citation_names_the_version_of_the_program() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (\S+)$", text, re.MULTILINE)[1] == __version__


def test_every_page_is_photographed_and_the_pictures_of_the_documents_are_those_that_are_shown() -> None:
    photographed = {shot.address.partition("?")[0] or "consult" for shot in SHOTS}
    assert photographed == set(VIEWS)
    pictures = {path.stem for path in (ROOT / "docs/images").glob("*.png")}
    texts = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    assert pictures == {shot.name for shot in SHOTS if shot.shown}
    assert pictures == set(re.findall(r"images/(\w+)\.png", texts))


def test_the_pictures_are_as_wide_as_the_script_makes_them_and_small_together() -> None:
    files = sorted((ROOT / "docs/images").glob("*.png"))
    for path in files:
        with Image.open(path) as picture:
            assert picture.size == (WIDTH, HEIGHT), path.name
    assert sum(path.stat().st_size for path in files) < 3_000_000
