"""An impact in words: a grid of decisions, bars of what moves, causes with example rows, questions and refusals."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from formulator.cohort.impact.result import DECISION, NOT_KNOWN, AskedShift, Cause, Impact, Move
from formulator.cohort.impact.sides import Side
from formulator.columns import DECISIONS
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.explain.difference_lines import Names
from formulator.export.words import field_label

WORDS = {**DECISION_WORDS, **STATUS_WORDS, NOT_KNOWN: "Not known to this version"}
HOW = {"added": "new", "changed": "changed", "removed": "gone"}
TOGETHER = "no changed item alone"
NOTHING = "Nothing moves: every patient gets the same decision and statuses with both."
_WIDTH = 110
_BAR = 24
_MOST_LINES = 12
_LONGEST_NAME = 44


def impact_text(found: Impact, day: date) -> str:
    """The whole impact as text with a final newline."""
    return "\n\n".join(_parts(found, day)) + "\n"


def _parts(found: Impact, day: date) -> Iterator[str]:
    yield "\n".join([f"IMPACT OF {side_words(found.before)} -> {side_words(found.after)}", *summary_lines(found)])
    yield "\n".join(_decisions(found))
    moves = {
        "DECISIONS THAT MOVE": [one for one in found.moves if one.subject == DECISION],
        "STATUSES THAT MOVE": [one for one in found.moves if one.subject != DECISION],
    }
    for title, some in moves.items():
        if some:
            yield "\n".join([title, *_bars(_most(some), found), *_more(some)])
    if found.moved:
        yield "\n".join(["BECAUSE OF", *_causes(found)])
    if found.rules:
        yield "\n".join(["RULES THAT HOLD OR BLOCK WITH ONE OF BOTH ONLY, among those who move", *_rules(found)])
    asked = [one for one in found.asked if one.came or one.went]
    if asked:
        lines = [f"  {asked_words(one, found)}: +{one.came:,} -{one.went:,}" for one in asked[:_MOST_LINES]]
        yield "\n".join(["WHAT MAY BE WORTH ASKING: for so many more (+) and no longer (-)", *lines, *_more(asked)])
    if found.refusals:
        yield "\n".join(["ROWS NOT ANSWERED", *_refusals(found)])
    hashes = " -> ".join(f"{one.knowledge.version} {one.knowledge.sha256[:12]}" for one in (found.before, found.after))
    yield f"Knowledge {hashes}; rules alone, no model; date {day}"


def side_words(side: Side) -> str:
    """A side as it was asked for, with its version."""
    version = side.knowledge.version
    return version if side.name == version else f"{side.name} ({version})"


def summary_lines(found: Impact) -> list[str]:
    """How many are answered, refused and moved, and what limits the comparison: whole sentences."""
    lines = [
        f"Patients answered: {found.patients:,}; rows not answered: {found.rejected:,}.",
        f"Moved: {counted(found.moved, found.patients)}; the decision of {found.moved_decisions:,}, "
        f"some status of {found.moved_statuses:,}."
        if found
        else NOTHING,
    ]
    if found.left_out:
        lines.append(f"Columns that one side has no field for, left out there: {', '.join(found.left_out)}.")
    return lines


def counted(number: int, of: int) -> str:
    """A count with its share."""
    share = f"{100 * number / of:.1f}" if of else "0"
    return f"{number:,} ({'under 0.1' if number and share == '0.0' else share} %)"


def subject_words(subject: str, found: Impact) -> str:
    """The decision, or the name of a component."""
    names = Names(found.before.knowledge, found.after.knowledge)
    return "Decision" if subject == DECISION else names.component(subject)


def move_words(one: Move, found: Impact, between: str = " ") -> str:
    """One kind of move in words; `between` stands after the name of the component."""
    name = textwrap.shorten(subject_words(one.subject, found), _LONGEST_NAME, placeholder=" ...")
    subject = "" if one.subject == DECISION else f"{name}:{between}"
    return f"{subject}{WORDS[one.before]} -> {WORDS[one.after]}"


def asked_words(one: AskedShift, found: Impact) -> str:
    """A field as a person calls it; the later label counts."""
    sides = (found.after.knowledge, found.before.knowledge)
    return field_label(next((side for side in sides if one.field in side.catalogue.fields), sides[0]), one.field)


def cause_words(one: Cause) -> str:
    """An item with what became of it."""
    return f"{one.item} ({HOW[one.how]})"


def _decisions(found: Impact) -> Iterator[str]:
    yield "DECISIONS: before down, after across"
    widths = [max(len(DECISION_WORDS[name]), 9) for name in DECISIONS]
    across = zip(DECISIONS, widths, strict=True)
    first = max(widths)
    yield " " * (first + 2) + "".join(f"  {DECISION_WORDS[name]:>{width}}" for name, width in across)
    for was in DECISIONS:
        counts = (found.decisions.get((was, now), 0) for now in DECISIONS)
        cells = (f"  {count:>{width},}" for count, width in zip(counts, widths, strict=True))
        yield f"  {DECISION_WORDS[was]:<{first}}" + "".join(cells)


def _most(moves: Sequence[Move]) -> list[Move]:
    return sorted(moves, key=lambda one: -one.patients)[:_MOST_LINES]


def _more(items: Sequence[object]) -> list[str]:
    return [f"  and {len(items) - _MOST_LINES} more kinds (--format csv has all)"] * (len(items) > _MOST_LINES)


def _bars(moves: Sequence[Move], found: Impact) -> Iterator[str]:
    """A bar for each kind of move, the longest for the most patients, with example rows."""
    words = [move_words(one, found) for one in moves]
    width = max(map(len, words))
    most = max(one.patients for one in moves)
    for one, text in zip(moves, words, strict=True):
        bar = "#" * max(1, round(_BAR * one.patients / most))
        yield f"  {text:<{width}}  {bar:<{_BAR}} {one.patients:>9,}"
        if one.examples:
            yield textwrap.fill(example_words(one), _WIDTH, initial_indent="      ", subsequent_indent="        ")


def example_words(one: Move) -> str:
    """The rows of a kind of move, those with the same reason together."""
    reasons: dict[tuple[str, ...], list[int]] = {}
    for example in one.examples:
        reasons.setdefault(example.items, []).append(example.row)
    parts = (f"{rows_words(rows)}: {' or '.join(items) or TOGETHER}" for items, rows in reasons.items())
    return "; ".join(parts)


def rows_words(rows: Iterable[int]) -> str:
    """Numbers of rows in words."""
    numbers = [f"{row:,}" for row in rows]
    return f"{'row' if len(numbers) == 1 else 'rows'} {', '.join(numbers)}"


def _causes(found: Impact) -> Iterator[str]:
    for one in found.causes[:_MOST_LINES]:
        moves = f"decision of {one.decisions:,}, {one.statuses:,} statuses"
        text = f"{cause_words(one)}: {counted(one.patients, found.patients)} of the patients; {moves}. {one.says}"
        yield textwrap.fill(text, _WIDTH, initial_indent="- ", subsequent_indent="  ")
    yield from _more(found.causes)
    yield from (textwrap.fill(one, _WIDTH) for one in cause_notes(found))


def cause_notes(found: Impact) -> Iterator[str]:
    """How the causes were found, and what they leave open."""
    if not found.all_tried:
        yield f"Of {found.changed_items:,} changed items too many can matter to take each over alone: no causes."
    else:
        yield (
            "Each changed item was taken over alone into the older knowledge; who is moved by several is counted with "
            f"each. Patients with a move that no single item brings about: {found.together:,}."
        )


def _rules(found: Impact) -> Iterator[str]:
    for one in found.rules[:_MOST_LINES]:
        yield f"  {one.rule}: +{one.came:,} -{one.went:,}"
    yield from _more(found.rules)


def _refusals(found: Impact) -> Iterator[str]:
    for one in found.refusals[:_MOST_LINES]:
        where = f"{one.field}: " if one.field else ""
        yield f"  {one.rows:>9,}  {where}{one.reason} ({rows_words(one.examples)})"
    yield from _more(found.refusals)
