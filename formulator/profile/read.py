"""Reading a profile from a file, from text or from values that another part of the program holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

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
        if not path.is_file():
            raise _unreadable(path.name, "This is not a file." if path.exists() else "There is no such file.")
        with path.open("rb") as stream:
            text = read_limited(stream, path.name)
    except OSError as error:
        raise _unreadable(path.name, f"The file cannot be read: {error.strerror}.") from None
    return profile_from_text(text, path.name, catalogue)


def profile_from_text(text: str, name: str, catalogue: Catalogue | None = None) -> Profile:
    """Read a profile from YAML or JSON text; `name` stands in the messages."""
    return validate(read_yaml(text, name), catalogue or load_catalogue())


def profile_from_mapping(values: Mapping[str, Any], name: str, catalogue: Catalogue | None = None) -> Profile:
    """Read a profile from plain values (numbers, texts, dates, lists), through the same checks as a file."""
    return profile_from_text(json.dumps(dict(values), default=str), name, catalogue)


def read_limited(stream: BinaryIO, name: str) -> str:
    """The text of a stream of bounded size.

    Raises FaultsFound where it is too long or not UTF-8.
    """
    content = stream.read(LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        raise _unreadable(name, f"There are more than {LARGEST_DOCUMENT:,} bytes.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(name, "The text is not UTF-8.") from None


def _unreadable(name: str, problem: str) -> FaultsFound:
    return FaultsFound([Fault(Place(name), "", problem, "a YAML or JSON file with one mapping")])
