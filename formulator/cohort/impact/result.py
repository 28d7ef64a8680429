"""What a change of the knowledge does to a population, in numbers; no value of a patient is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from formulator.cohort.impact.sides import Side

DECISION = ""
"""The subject of a move of the decision; of a status it is the component."""
NOT_KNOWN = "not_known"
"""The status of a component on the side whose knowledge does not have it."""
FromTo = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Example:
    """A row of the cohort and the changed items that alone bring its move about; none: several together."""

    row: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Patients of whom the decision, or the status of a component, goes from one to another."""

    subject: str
    before: str
    after: str
    patients: int
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """What one changed item brings about alone; patients moved by several items are counted with each.

    `moves` are the moves that it brings about, by subject and from-to.
    """

    item: str
    how: str
    says: str
    patients: int
    decisions: int
    statuses: int
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class RuleShift:
    """Among patients who moved: for how many a rule speaks with the later knowledge only, and the earlier only.

    It speaks where it holds, and where it blocks because something is unknown.
    """

    rule: str
    came: int
    went: int


@dataclass(frozen=True, slots=True)
class AskedShift:
    """For how many patients an unknown field may be worth asking: before, after, newly, and no longer."""

    field: str
    before: int
    after: int
    came: int
    went: int


@dataclass(frozen=True, slots=True)
class Refusals:
    """Rows that are not answered for one reason; `examples` are row numbers."""

    field: str
    reason: str
    rows: int
    examples: tuple[int, ...]


@dataclass(frozen=True)
class Impact:
    """The comparison of two states of the knowledge on one population.

    `patients` are answered with both; `moved` are those whose decision or status of some component is another one
    (a component that one side does not know counts there as not indicated). `decisions` and `statuses` count every
    from-to, also those that stay. `together` are patients with a move that no single item brings about. `left_out`
    names columns that one side has no field for.
    """

    before: Side
    after: Side
    patients: int
    moved: int
    moved_decisions: int
    moved_statuses: int
    decisions: FromTo
    statuses: Mapping[str, FromTo]
    moves: tuple[Move, ...]
    causes: tuple[Cause, ...]
    together: int
    all_tried: bool
    changed_items: int
    rules: tuple[RuleShift, ...]
    asked: tuple[AskedShift, ...]
    rejected: int
    refusals: tuple[Refusals, ...]
    left_out: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moved)
