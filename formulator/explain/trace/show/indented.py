"""A trace as an indented list: plain text that a screen reader reads in order."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from formulator.explain.trace.tree import Trace
from formulator.explain.trace.words import MORE, entries, hidden
from formulator.knowledge import Knowledge

WIDTH = 110
_SHORTEST = 40
_STEP = "  "


def as_list(one: Trace, knowledge: Knowledge, everything: bool = False) -> str:
    """Every node on its own line under the one that it made, sources and addresses below it.

    What did not matter is left out and counted at the end, unless `everything` is asked for. What hangs in several
    places is opened at the first of them.
    """
    lines: list[str] = []
    for entry in entries(one, everything):
        indent = _STEP * entry.depth
        lines += _wrapped(entry.words, f"{indent}- ", f"{indent}  ")
        for text in _below(entry.sources, entry.node.address, knowledge):
            lines += _wrapped(text, f"{indent}  ", f"{indent}  ")
    left = 0 if everything else hidden(one)
    return "\n".join([*lines, *([MORE.format(left)] if left else [])]) + "\n"


def _below(sources: tuple[str, ...], address: str, knowledge: Knowledge) -> Iterator[str]:
    """The sources of a node by title, and the address of a trial."""
    titles = [textwrap.shorten(knowledge.sources[source].citation(), 90, placeholder=" ...") for source in sources]
    if titles:
        yield f"Sources: {'; '.join(titles)}"
    if address:
        yield f"Read it at {address}"


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    width = max(WIDTH, len(rest) + _SHORTEST)
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
