"""The one writer of benchmarks/README.md: each benchmark puts its own section there and leaves the others alone."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "README.md"


def put(section: str, lines: Sequence[str]) -> None:
    """Print the lines and write them as this section of the page."""
    sys.stdout.write("\n".join(lines) + "\n")
    PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8"), section, lines), encoding="utf-8")


def with_section(page: str, section: str, lines: Sequence[str]) -> str:
    """The page with these lines between the marks of the section; a section that is new comes last."""
    begin, end = f"<!-- {section}:begin -->", f"<!-- {section}:end -->"
    made = "\n".join([begin, *lines, end])
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return found.sub(lambda _: made, page) if found.search(page) else f"{page.rstrip()}\n\n{made}\n"


def machine() -> str:
    """The interpreter and the machine in a few words, with what the last minute asked of the processors."""
    began = f", {load()} when it began" if load() else ""
    return f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors{began}"


def load() -> str:
    """How many processes the last minute saw waiting or running, the measured ones among them; empty if unknown."""
    return f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
