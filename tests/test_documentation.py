"""What the documents say about the product is true."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from formulator import __version__
from formulator.engine import recommend
from formulator.evidence.artefact import load_evidence
from formulator.export.text import as_text
from formulator.knowledge import Knowledge
from formulator.knowledge.lint import lint_report
from formulator.profile import profile_from_text

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


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
    for document in (
        ROOT / "README.md",
        *sorted((ROOT / "docs").glob("*.md")),
        ROOT / "CONTRIBUTING.md",
        ROOT / "tests/spec/README.md",
    ):
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if not target.startswith("http"):
                assert (document.parent / target).exists(), f"{document.name} points to {target}"


def test_every_place_named_in_the_architecture_exists() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for place in re.findall(r"^\| [^|]+\| `([\w./]+)`", text, re.MULTILINE):
        assert (ROOT / place).exists(), place


def test_the_knowledge_lint_finds_nothing() -> None:
    assert [str(fault) for fault in lint_report().faults] == []


def test_the_citation_names_the_version_of_the_program() -> None:
    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (\S+)$", text, re.MULTILINE)[1] == __version__
