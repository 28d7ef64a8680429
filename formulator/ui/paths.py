"""Where the page files lie."""

from __future__ import annotations

from pathlib import Path

ICON = Path(__file__).resolve().parent / "icon.png"


VIEWS = tuple(sorted(path.stem for path in (Path(__file__).resolve().parent / "views").glob("[a-z]*.py")))
"""The names of all pages, which are also their addresses."""


def view(name: str) -> Path:
    """The file of a page."""
    return Path(__file__).resolve().parent / "views" / f"{name}.py"
