"""Where the knowledge and the model lie: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _beside_or_inside(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.exists() else _PACKAGE.parent / name


def data_directory() -> Path:
    """The folder of knowledge files."""
    return _beside_or_inside("data")


def app_file() -> Path:
    """The Streamlit entry file; in a wheel it has a folder of its own, so that no module shadows another."""
    inside = _PACKAGE / "entry" / "app.py"
    return inside if inside.exists() else _PACKAGE.parent / "app.py"
