"""Reading a profile from a file, from text or from values that another part of the program holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from formulator.faults import Fault, FaultsFound, Place
from formulator.profile.fields import Catalogue, load_catalogue
from formulator.profile.profile import Profile
from formulator.profile.validate import validate
from formulator.strict_yaml import LARGEST_DOCUMENT, read_yaml


def profile_from_file(path: Path, catalogue: Catalogue | None = None) -> Profile:
    """Read a YAML or JSON profile.

    Raises FaultsFound where the file cannot be read or holds a fault.
    """
    try:
        if path.stat().st_size > LARGEST_DOCUMENT:
            raise _unreadable(path, f"The file is larger than {LARGEST_DOCUMENT:,} bytes.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise _unreadable(path, f"The file cannot be read: {reason}.") from None
    return profile_from_text(text, path.name, catalogue)


def profile_from_text(text: str, name: str, catalogue: Catalogue | None = None) -> Profile:
    """Read a profile from YAML or JSON text; `name` stands in the messages."""
    return validate(read_yaml(text, name), catalogue or load_catalogue())


def profile_from_mapping(values: Mapping[str, Any], name: str, catalogue: Catalogue | None = None) -> Profile:
    """Read a profile from plain values (numbers, texts, dates, lists), through the same checks as a file."""
    return profile_from_text(json.dumps(dict(values), default=str), name, catalogue)


def _unreadable(path: Path, problem: str) -> FaultsFound:
    return FaultsFound([Fault(Place(path.name), "", problem, "a YAML or JSON file with one mapping")])
