"""A trace in one line: what it is, and the first reason in full."""

from __future__ import annotations

from formulator.explain.trace.tree import Trace
from formulator.explain.trace.words import arithmetic_words, visible

LONGEST = 140
_REASONS = ("rule", "question")


def as_line(one: Trace) -> str:
    """One line: label, value, and the arithmetic of a number or the first sentence that decided.

    A sentence is never cut; that there are further ones is said where the line stays within 140 signs.
    """
    head = f"{one.label}: {one.value}" if one.value else one.label
    reasons = _reasons(one)
    line = f"{head}. {reasons[0]}" if reasons else head
    counted = f"{line} (and {len(reasons) - 1} more)" if len(reasons) > 1 else line
    return counted if len(counted) <= LONGEST else line


def _reasons(one: Trace) -> list[str]:
    """The arithmetic of a number or date; else the sentences of what decided; else its own."""
    worked = arithmetic_words(one)
    said = [each.sentence for each in visible(one) if each.kind in _REASONS]
    own = [one.sentence] if one.sentence else []
    return [f"It is {worked}."] if worked else said or own
