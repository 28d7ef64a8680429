"""Files written whole or not at all: each beside its place first, then all moved into place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from formulator.faults import Fault, FaultsFound, Place
from formulator.files import write_together


def check_targets(targets: Mapping[str, Path], inputs: Iterable[Path] = ()) -> None:
    """Refuse places that cannot be written, before anything is made; `targets` by the option that names them.

    Raises FaultsFound with one message per option.
    """
    read = {one.resolve() for one in inputs}
    taken: dict[Path, str] = {}
    faults = []
    for option, path in targets.items():
        problem = _problem(path, read, taken)
        taken[path.resolve()] = option
        if problem:
            faults.append(Fault(Place(option), "", problem, "a new or an existing file in an existing folder"))
    if faults:
        raise FaultsFound(faults)


def _problem(path: Path, read: set[Path], taken: Mapping[Path, str]) -> str:
    place = path.resolve()
    if place in taken:
        return f"{path} is the target of {taken[place]} already."
    if place in read:
        return f"{path} is the profile itself; it would be overwritten."
    if not path.parent.is_dir():
        return f"The folder {path.parent} does not exist."
    if path.exists() and not path.is_file():
        return f"{path} is not a file."
    return "" if os.access(path.parent, os.W_OK) else f"The folder {path.parent} cannot be written to."


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write every file, or none: all are written beside their places first. New files are readable by their owner only.

    Raises FaultsFound where the disk refuses.
    """
    try:
        write_together(files)
    except OSError as error:
        problem = f"It cannot be written ({error.strerror or type(error).__name__})."
        raise FaultsFound([Fault(Place(str(error.filename or "file")), "", problem)]) from None
