"""A condition in plain words."""

from __future__ import annotations

from collections.abc import Callable

from formulator.conditions.tree import All, Always, AnyOf, AtLeast, Atom, Below, Condition, IsKnown, Not


def say(condition: Condition, label: Callable[[str], str], value_label: Callable[[str, object], str]) -> str:
    """The condition as a sentence part; the callables turn field names and values into what a person reads."""
    if isinstance(condition, Always):
        return "always"
    if isinstance(condition, All | AnyOf):
        word = " and " if isinstance(condition, All) else " or "
        return word.join(_inner(part, label, value_label) for part in condition.parts)
    if isinstance(condition, Not):
        return f"not ({say(condition.part, label, value_label)})"
    return _atom(condition, label, value_label)


def _inner(part: Condition, label: Callable[[str], str], value_label: Callable[[str, object], str]) -> str:
    words = say(part, label, value_label)
    return f"({words})" if isinstance(part, All | AnyOf) else words


def _atom(atom: Atom, label: Callable[[str], str], value_label: Callable[[str, object], str]) -> str:
    if isinstance(atom, AtLeast):
        return f"{label(atom.field)} at least {value_label(atom.field, atom.limit)}"
    if isinstance(atom, Below):
        return f"{label(atom.field)} below {value_label(atom.field, atom.limit)}"
    if isinstance(atom, IsKnown):
        return f"{label(atom.field)} {'is known' if atom.expected else 'is not known'}"
    values = sorted(value_label(atom.field, value) for value in atom.values)
    return f"{label(atom.field)}: {' or '.join(values)}"
