"""Where the knowledge and the model lie: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

HOME = "FORMULATOR_HOME"
"""The environment variable that names the folder for what the user keeps, instead of the platform's own."""

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


def user_directory() -> Path:
    """Where the user's own files are kept: progress, and what else somebody asks to have kept."""
    home = os.environ.get(HOME)
    return (Path(home).expanduser() if home else platformdirs.user_data_path("formulator", appauthor=False)).absolute()


def cache_directory() -> Path:
    """Where things are kept ready that can be made anew at any time."""
    home = os.environ.get(HOME)
    found = Path(home).expanduser() / "cache" if home else platformdirs.user_cache_path("formulator", appauthor=False)
    return found.absolute()
