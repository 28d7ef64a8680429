"""A difference in clinical words: lines under headings, what moved first, each line with its causes."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from formulator.engine.answer import PlannedPhase
from formulator.explain.attribution import Fields
from formulator.explain.difference import Change, Difference
from formulator.explain.difference_lines import CAME, CHANGED, RANKS, WENT, WORDS, Names
from formulator.export.pauses import advice_lines
from formulator.export.text import WIDTH

SECTIONS = {
    "Decision": ("decision", "indication", "decision_argument"),
    "Components that moved": ("status",),
    "Dates": ("session", "reassess", "pause", "plan"),
    "Formulations": ("infeasible", "formulation", "amounts"),
    "Arguments": ("argument",),
    "Questions and assumptions": ("question", "assumption"),
    "Before, after, expect": ("note", "disagreement"),
}
"""The headings, and the parts of a difference under each."""
Causes = tuple[Fields, ...]
_MARKS = {CAME: "+", WENT: "-", CHANGED: "~"}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a difference: whether something came, went or changed, and the changes that it stands for."""

    verb: str
    text: str
    part: str
    causes: Causes
    changes: tuple[Change, ...]


def lines_of(found: Difference, names: Names, causes: Sequence[Causes] | None = None) -> dict[str, list[Line]]:
    """The lines under each heading that has some; changes are put together only where their causes are the same.

    What moves nothing (other values read, rules that hang, estimates, order) is left to `quiet_words`.
    """
    with_causes = list(zip(found.changes, causes or [()] * len(found.changes), strict=True))
    sections: dict[str, list[Line]] = {}
    for title, parts in SECTIONS.items():
        lines = [line for part in parts for line in _in_order(part, _lines(part, with_causes, names))]
        if lines:
            sections[title] = lines
    return sections


def _in_order(part: str, lines: Iterable[Line]) -> list[Line]:
    """The best status or place first, whatever the cause."""
    rank = RANKS.get(part)
    return sorted(lines, key=lambda line: rank(line.changes[0])) if rank else list(lines)


def _lines(part: str, with_causes: Iterable[tuple[Change, Causes]], names: Names) -> Iterator[Line]:
    groups: dict[Causes, list[Change]] = {}
    for change, causes in with_causes:
        if change.part == part and not is_quiet(change):
            groups.setdefault(causes, []).append(change)
    for causes, changes in groups.items():
        for verb, text, told in WORDS[part](changes, names):
            yield Line(verb, text, part, causes, tuple(told))


def is_quiet(change: Change) -> bool:
    """Whether a change moves nothing: the same argument, question or note in other details, or what has no heading."""
    both = not (change.came or change.went)
    if change.part in ("argument", "decision_argument", "question", "assumption", "disagreement", "note") and both:
        return True
    if change.part == "pause":
        return advice_lines(change.before or ()) == advice_lines(change.after or ())
    if change.part == "plan":
        return change.subject in ("sources", "technique", "dated", "event") or _same_rhythm(change)
    return not any(change.part in parts for parts in SECTIONS.values())


def _same_rhythm(change: Change) -> bool:
    """Whether a phase differs in its sources alone."""
    return change.subject.startswith("phase ") and _unsourced(change.before) == _unsourced(change.after)


def _unsourced(phases: tuple[PlannedPhase, ...] | None) -> list[PlannedPhase]:
    return [replace(one, sources=()) for one in phases or ()]


_QUIET_WORDS = {
    "argument": "arguments that read other values",
    "decision_argument": "reasons of the decision that read other values",
    "open_rule": "rules that hang on other unknowns",
    "response": "estimates of trials",
    "question": "questions with other consequences",
    "assumption": "assumptions for other rules",
    "formulation_detail": "details of formulations",
    "order": "orders of lists",
}


def quiet_words(found: Difference) -> str:
    """What differs without moving anything, counted; empty where there is nothing."""
    counts: dict[str, int] = {}
    for one in found.changes:
        if is_quiet(one):
            word = _QUIET_WORDS.get(one.part, "other details")
            counts[word] = counts.get(word, 0) + 1
    return ", ".join(f"{number} {word}" for word, number in counts.items())


def difference_text(
    found: Difference,
    names: Names,
    causes: Sequence[Causes] | None = None,
    because: Callable[[Line], str] = lambda _: "",
) -> list[str]:
    """A difference for a terminal, a paragraph a heading; `because` is said behind each line."""
    paragraphs = []
    for title, lines in lines_of(found, names, causes).items():
        said = [wrapped(f"{one.text}{because(one)}", f"  {_MARKS[one.verb]} ") for one in lines]
        paragraphs.append("\n".join([title.upper(), *said]))
    quiet = quiet_words(found)
    return [*paragraphs, wrapped(f"Differs without moving anything: {quiet}.", "")] if quiet else paragraphs


def wrapped(text: str, first: str) -> str:
    """One entry of a list, its further lines indented."""
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=" " * (len(first) + 2))
