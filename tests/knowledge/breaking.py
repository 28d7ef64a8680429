"""How one knowledge file is broken: an edit, and what the lint must say about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Breakage:
    """One edit of one file; a message must lie in that file, name these words, and give a line where there is one."""

    what: str
    file: str
    edit: Callable[[str], str | bytes | None]
    words: tuple[str, ...]
    has_line: bool = True


def swap(pattern: str, replacement: str) -> Callable[[str], str]:
    """Replace the first match; it must exist."""

    def edit(text: str) -> str:
        changed, count = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
        assert count == 1, f"nothing to break: {pattern}"
        return changed

    return edit


def in_item(identifier: str, pattern: str, replacement: str) -> Callable[[str], str]:
    """Replace the first match inside one item of a list."""

    def edit(text: str) -> str:
        start = re.search(rf"^ *- id: {identifier}$", text, re.MULTILINE)
        assert start, f"no item {identifier}"
        following = re.search(r"^ *- id: ", text[start.end() :], re.MULTILINE)
        end = start.end() + following.start() if following else len(text)
        return text[: start.start()] + swap(pattern, replacement)(text[start.start() : end]) + text[end:]

    return edit


def added(lines: str) -> Callable[[str], str]:
    """Add text at the end of the file."""
    return lambda text: text.rstrip("\n") + "\n" + lines


def without(pattern: str) -> Callable[[str], str]:
    """Drop the first match."""
    return swap(pattern, "")


def remove(_: str) -> None:
    """The file is not there."""


def entries(change: Callable[[list], None]) -> Callable[[str], str]:
    """Change the list of sources."""

    def edit(text: str) -> str:
        found = json.loads(text)
        change(found)
        return json.dumps(found, indent=1)

    return edit


def explained(field: str) -> Callable[[str], str]:
    """Explain why no rule reads a field."""

    def edit(text: str) -> str:
        start = "" if "unread_fields:" in text else "unread_fields:\n"
        changed = text.rstrip("\n") + "\n" + start
        return changed.replace("unread_fields:\n", f"unread_fields:\n  {field}: Because it is not there.\n")

    return edit


def item(**fields: str) -> str:
    """One more item for a list file, as flow YAML on lines of its own."""
    return "  - " + "\n    ".join(f"{key}: {value}" for key, value in fields.items()) + "\n"


def a_rule(**changes: str | None) -> str:
    """A sound rule with some of its parts changed; None leaves a part out."""
    parts: dict[str, str | None] = {
        "id": "made_for_this_test",
        "subject": "prp",
        "kind": "against",
        "harm": "minor",
        "when": "{indication: aga_male, smoking: yes, needle_aversion: yes}",
        "text": "This sentence stands in no other rule of the knowledge base.",
        "certainty": "expert",
        "sources": "[document_a]",
    }
    return item(**{key: value for key, value in (parts | changes).items() if value is not None})


RULES, THRESHOLDS, COMPONENT = "rules/phototype.yaml", "thresholds/safety.yaml", "components/biotin.yaml"
INDICATION, PROTOCOL, CLAIMS = "indications/aga_male.yaml", "protocols/aga_male.yaml", "sources/claims.yaml"
SOURCES, DERIVED, ABOUT = "sources/sources.json", "profile/derived.yaml", "knowledge.yaml"
MADE = "made_for_this_test"


def rule(what: str, *words: str, **changes: str | None) -> Breakage:
    """A rule that is wrong in one part."""
    return Breakage(what, RULES, added(a_rule(**changes)), (MADE, *words) if "when" not in changes else words)


VITAL = (
    "techniques.yaml",
    "groups.yaml",
    "washouts.yaml",
    "planning.yaml",
    "disagreements.yaml",
    "knowledge.yaml",
    "care/before.yaml",
    "care/after.yaml",
    "care/expect.yaml",
    "care/side_effects.yaml",
    "profile/derived.yaml",
    "profile/fields.csv",
    "profile/choices.csv",
    "profile/units.csv",
    "profile/scales.csv",
    "profile/impossible.csv",
    "profile/changeable.csv",
    "sources/sources.json",
    "sources/claims.yaml",
    "components/prp.yaml",
    "indications/melasma.yaml",
)


def broken(folder: Path, breakage: Breakage) -> None:
    """Apply the edit to the file below a folder."""
    path = folder / breakage.file
    changed = breakage.edit(path.read_text(encoding="utf-8"))
    path.unlink()
    if changed is not None:
        path.write_bytes(changed if isinstance(changed, bytes) else changed.encode())
