"""The compiled form: fields in cells, conditions as ors of ands over sets of cells. Both evaluators read this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from formulator.conditions.compiled.unfold import Alternative, alternatives
from formulator.conditions.compiled.values import UNKNOWN_CELL, FieldCells, cut_field
from formulator.conditions.tree import Atom, Condition, atoms


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an alternative asks of one field: the cells where that certainly and possibly holds, as bits of a number."""

    field: str
    certain: int
    possible: int

    @property
    def can_hang(self) -> bool:
        """Whether it is open while the field is unknown."""
        return bool(self.possible & ~self.certain & 1 << UNKNOWN_CELL)


Conjunction = tuple[Requirement, ...]
"""One requirement for each field, in the order in which the condition names the fields; all must hold."""


@dataclass(frozen=True)
class Form:
    """Compiled conditions, by position: each holds where one of its conjunctions does; none: never."""

    fields: Mapping[str, FieldCells]
    conditions: tuple[tuple[Conjunction, ...], ...]


def compile_conditions(conditions: Sequence[Condition], cells: Mapping[str, FieldCells] | None = None) -> Form:
    """Compile conditions together; `cells` cuts the fields as other conditions need it (see `cut_fields`).

    Raises ValueError for a condition that unfolds into more than MOST_ALTERNATIVES, KeyError for an atom that these
    cells do not know.
    """
    fields = cut_fields(conditions) if cells is None else cells
    return Form(fields, tuple(_compiled(condition, fields) for condition in conditions))


def cut_fields(conditions: Iterable[Condition]) -> dict[str, FieldCells]:
    """The cells of every field that these conditions read, sorted by name."""
    read: dict[str, list[Atom]] = {}
    for condition in conditions:
        for atom in atoms(condition):
            read.setdefault(atom.field, []).append(atom)
    return {field: cut_field(field, read[field]) for field in sorted(read)}


def _compiled(condition: Condition, fields: Mapping[str, FieldCells]) -> tuple[Conjunction, ...]:
    found = (_conjunction(one, fields) for one in alternatives(condition))
    return tuple(dict.fromkeys(one for one in found if all(part.possible for part in one)))


def _conjunction(alternative: Alternative, fields: Mapping[str, FieldCells]) -> Conjunction:
    """Comparisons of one field are joined: they certainly hold together where each does, and possibly likewise."""
    held: dict[str, tuple[int, int]] = {}
    for atom, positive in alternative:
        certain, possible = fields[atom.field].holding(atom, positive)
        before = held.get(atom.field, (certain, possible))
        held[atom.field] = (before[0] & certain, before[1] & possible)
    return tuple(Requirement(field, certain, possible) for field, (certain, possible) in held.items())
