"""What a node is called wherever a person reads it, and which nodes are shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from formulator.explain.trace.arithmetic import said
from formulator.explain.trace.tree import Trace
from formulator.export.words import CERTAINTY_WORDS

MORE = "{0} more did not matter here and are hidden."


def visible(one: Trace, everything: bool = False) -> tuple[Trace, ...]:
    """The children that get a line of their own: a comparison tells the plain fact that it read itself."""
    return () if _told(one) else one.shown(everything)


def hidden(one: Trace) -> int:
    """How many different nodes below this one are only shown with everything."""
    return len(_identities(one, everything=True)) - len(_identities(one, everything=False))


def _identities(one: Trace, everything: bool) -> set[int]:
    found: set[int] = set()
    waiting = [one]
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found.add(id(node))
            waiting += visible(node, everything)
    return found


class Entry(NamedTuple):
    """A node as one line of a list; `sources` are those that were not named before."""

    depth: int
    node: Trace
    words: str
    sources: tuple[str, ...]


def entries(one: Trace, everything: bool = False) -> Iterator[Entry]:
    """The nodes in reading order; one that was opened before, and sources that were named before, are not repeated."""
    opened: set[int] = set()
    named: set[tuple[str, ...]] = {()}
    waiting = [(one, 0)]
    while waiting:
        node, depth = waiting.pop()
        children = visible(node, everything)
        again = bool(children) and id(node) in opened
        words = f"{headline(node)} (opened above)" if again else headline(node)
        yield Entry(depth, node, words, () if node.sources in named else node.sources)
        named.add(node.sources)
        opened.add(id(node))
        if not again:
            waiting += [(child, depth + 1) for child in reversed(children)]


def headline(one: Trace) -> str:
    """A node in words: what it is, its value, how it was worked out, its sentence, its certainty."""
    return _WORDS.get(one.kind, _plain)(one)


def _plain(one: Trace) -> str:
    head = f"{one.label}: {one.value}" if one.value else one.label
    worked = arithmetic_words(one)
    head = f"{head} = {worked}" if worked and worked != one.value else head
    certainty = CERTAINTY_WORDS.get(one.certainty.replace(" ", "_"), one.certainty)
    head = f"{head}, {certainty}" if certainty else head
    return f"{head}. {one.sentence}" if one.sentence else head


def _rule(one: Trace) -> str:
    parts = [one.value, CERTAINTY_WORDS.get(one.certainty, ""), f"rule {one.about}"]
    return f"{one.label}: {one.sentence} ({'; '.join(part for part in parts if part)})"


def _condition(one: Trace) -> str:
    if not _told(one):
        return f"{one.label}: {one.value}" if one.about or one.children else f"{one.label}."
    fact = one.children[0]
    return f"{one.label}: {one.value}; it is {fact.value}, {fact.sentence}"


def _fact(one: Trace) -> str:
    return f"{one.label}: {one.value}, {one.sentence}"


def _derivation(one: Trace) -> str:
    return f"Follows: {one.sentence}"


_WORDS = {"rule": _rule, "question": _rule, "condition": _condition, "fact": _fact, "derivation": _derivation}


def _told(one: Trace) -> bool:
    """Whether a comparison reads one plain fact and nothing else."""
    return (
        one.kind == "condition"
        and len(one.children) == 1
        and one.children[0].kind == "fact"
        and not one.children[0].children
    )


def arithmetic_words(one: Trace) -> str:
    """How a number or a date was worked out from those below it; empty where it was given."""
    if one.arithmetic is None or one.arithmetic.operation == "given":
        return ""
    operands = [each.value for each in one.children if each.arithmetic][: len(one.arithmetic.operands)]
    return said(one.arithmetic.operation, operands) if operands else ""
