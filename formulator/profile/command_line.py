"""A profile and a day given on the command line."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formulator.faults import Fault, FaultsFound, Place, shown

if TYPE_CHECKING:
    from formulator.profile.profile import Profile

profile_argument = click.argument("profile", metavar="PROFILE")
date_option = click.option("--date", "today", help="The day of the answer, YYYY-MM-DD; default today.")
format_option = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


def day_from(text: str | None) -> date:
    """The day of the answer; today's date is an input like any other."""
    from formulator.profile import read_date
    from formulator.profile.dates import ALLOWED

    if text is None:
        return date.today()
    day = read_date(text)
    if day is None:
        raise FaultsFound([Fault(Place("--date"), "", f"{shown(text)} is not a date of the calendar.", ALLOWED)])
    return day


def profile_from(source: str) -> Profile:
    """The profile in a file, or on standard input for `-`. Raises FaultsFound with every fault."""
    from formulator.profile import profile_from_file, profile_from_text, read_limited

    if source != "-":
        return profile_from_file(Path(source))
    if sys.stdin is None:
        raise FaultsFound([Fault(Place("standard input"), "", "Standard input is closed.", "YAML or JSON")])
    return profile_from_text(read_limited(sys.stdin.buffer, "standard input"), "standard input")
