"""What is known about many patients: what was given, and what follows from it, as rows of bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from formulator.columns.fields import Coded, FieldRows, Numbers
from formulator.columns.program import FALSE, Builder, Row
from formulator.conditions.compiled import Conjunction

Conditions = Sequence[Conjunction]


@dataclass(frozen=True)
class Facts:
    """Where the patients lie in every field."""

    builder: Builder
    fields: Mapping[str, FieldRows]

    def certainly(self, condition: Conditions) -> Row:
        """Patients for whom a compiled condition holds."""
        made = self.builder
        return made.either(
            *(made.both(*(self.fields[one.field].among(one.certain) for one in parts)) for parts in condition)
        )

    def possibly(self, condition: Conditions) -> Row:
        """Patients for whom it holds or hangs on something unknown."""
        return self.builder.either(*map(self.possibly_all, condition))

    def possibly_all(self, conjunction: Conjunction) -> Row:
        """Patients for whom no part of a conjunction is false."""
        return self.builder.both(*(self.fields[one.field].among(one.possible) for one in conjunction))

    def unknown(self, field: str) -> Row:
        """Patients of whom a field is not known."""
        return self.fields[field].among(1)

    def with_cell(self, field: str, cell: int, where: Row) -> Facts:
        """The facts when these patients, of whom the field was unknown, have this cell."""
        before = self.fields[field]
        coded = before.coded() if isinstance(before, Numbers) else before
        if not isinstance(coded, Coded):
            raise TypeError(f"{field} cannot be derived")
        return Facts(self.builder, {**self.fields, field: coded.with_cell(cell, where)})


@dataclass(frozen=True, slots=True)
class Step:
    """A derivation, compiled: the cell that its field gets where the condition holds and nothing was known."""

    field: str
    cell: int
    condition: Conditions


def derived(facts: Facts, steps: Sequence[Step]) -> Facts:
    """The facts when the derivations have run as often as the engine's loop lets them.

    Rounds in the order of the file. A step is taken again only where something that may fulfil it has come since; each
    round but the last teaches something, so there is at most one round more than there are fields.
    """
    pending = set(range(len(steps)))
    for _ in range(len({step.field for step in steps}) + 1):
        again: set[int] = set()
        for place, step in enumerate(steps):
            if place in pending:
                learned = facts.builder.both(facts.unknown(step.field), facts.certainly(step.condition))
                facts = facts.with_cell(step.field, step.cell, learned) if learned != FALSE else facts
                for other, one in enumerate(steps) if learned != FALSE else ():
                    if _may_fulfil(step, one):
                        (pending if other > place else again).add(other)
        pending = again
    return facts


def _may_fulfil(step: Step, other: Step) -> bool:
    """Whether what a step teaches is among what another one asks for."""
    return any(
        part.field == step.field and part.certain >> step.cell & 1 for parts in other.condition for part in parts
    )
