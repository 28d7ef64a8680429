"""Time zones by their IANA names."""

from __future__ import annotations

import os
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from formulator.faults import Fault, FaultsFound, Place, shown

_LINK = Path("/etc/localtime")
_NAME = Path("/etc/timezone")
_NAMES_OF_UTC = frozenset(("Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"))


def zone_named(name: str | None) -> ZoneInfo:
    """The zone of an IANA name, the system's where None is given; raises FaultsFound for any other word."""
    wanted = system_zone() if name is None else name
    known = available_timezones()
    if wanted not in known:
        by_city = {one.rsplit("/", 1)[-1].lower(): one for one in sorted(known, reverse=True)}
        near = get_close_matches(wanted.rsplit("/", 1)[-1].lower(), by_city, n=1, cutoff=0.7)
        advice = f"Did you mean {by_city[near[0]]!r}?" if near else ""
        problem = f"{shown(wanted)} is not a time zone."
        raise FaultsFound([Fault(Place("--zone"), "", problem, "an IANA name, such as Europe/Paris or UTC", advice)])
    return ZoneInfo("UTC" if wanted in _NAMES_OF_UTC else wanted)


def system_zone() -> str:
    """The zone of this machine, or UTC where it does not say."""
    known = available_timezones()
    return next((name for name in _said_by_system() if name in known), "UTC")


def _said_by_system() -> list[str]:
    said = [os.environ.get("TZ", "").lstrip(":")]
    with suppress(OSError):
        said.append(str(_LINK.resolve(strict=True)).rpartition("zoneinfo/")[2])
    with suppress(OSError, UnicodeDecodeError):
        said.append(_NAME.read_text(encoding="utf-8").strip())
    return said
