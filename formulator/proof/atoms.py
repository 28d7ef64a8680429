"""The comparisons of a condition, each with the rest of the condition that lets it decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from formulator.conditions import All, Always, AnyOf, AtLeast, Below, Condition, IsKnown, Not
from formulator.conditions.tree import Atom
from formulator.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Deciding:
    """A comparison that decides its condition while every part of `others` has the truth beside it.

    `holds_with` is the truth of the comparison with which the whole condition holds. `name` is unique in the condition.
    """

    name: str
    atom: Atom
    others: tuple[tuple[Condition, bool], ...]
    holds_with: bool


def deciding_atoms(condition: Condition) -> tuple[Deciding, ...]:
    """Every comparison of a condition, from left to right."""
    found = tuple(_walk(condition, (), True))
    times = Counter(atom_name(atom) for atom, _, _ in found)
    seen: Counter[str] = Counter()
    made = []
    for atom, others, holds_with in found:
        name = atom_name(atom)
        seen[name] += 1
        made.append(Deciding(f"{name} #{seen[name]}" if times[name] > 1 else name, atom, others, holds_with))
    return tuple(made)


def _walk(
    condition: Condition, others: tuple[tuple[Condition, bool], ...], holds_with: bool
) -> Iterator[tuple[Atom, tuple[tuple[Condition, bool], ...], bool]]:
    if isinstance(condition, Not):
        yield from _walk(condition.part, others, not holds_with)
    elif isinstance(condition, All | AnyOf):
        let_it_decide = isinstance(condition, All)
        for place, part in enumerate(condition.parts):
            rest = (*condition.parts[:place], *condition.parts[place + 1 :])
            yield from _walk(part, (*others, *((one, let_it_decide) for one in rest)), holds_with)
    elif not isinstance(condition, Always):
        yield condition, others, holds_with


def atom_name(atom: Atom) -> str:
    """A comparison as it stands in the file, on one line."""
    if isinstance(atom, AtLeast | Below):
        return f"{atom.field} {'at_least' if isinstance(atom, AtLeast) else 'below'} {atom.threshold}"
    if isinstance(atom, IsKnown):
        return f"{atom.field} known {'yes' if atom.expected else 'no'}"
    return f"{atom.field}: {' or '.join(sorted(map(str, atom.values)))}"


def resolutions(knowledge: Knowledge) -> Mapping[str, float]:
    """For each field with a threshold, the smallest step between its values: the last place of its finest threshold."""
    found: dict[str, float] = {}
    for threshold in knowledge.thresholds.values():
        exponent = Decimal(repr(threshold.value)).normalize().as_tuple().exponent
        step = float(Decimal(1).scaleb(min(0, int(exponent))))
        found[threshold.field] = min(step, found.get(threshold.field, 1.0))
    return found


def moved(atom: AtLeast | Below, steps: int, step: float) -> AtLeast | Below:
    """The same comparison with its threshold moved by so many steps."""
    return type(atom)(atom.field, shifted(atom.limit, steps, step), atom.threshold)


def shifted(limit: float, steps: int, step: float) -> float:
    """A number moved by so many steps, without the dust of binary fractions."""
    return float(Decimal(repr(limit)) + steps * Decimal(repr(step)))
