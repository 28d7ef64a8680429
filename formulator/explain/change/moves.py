"""The single facts that may be changed in thought: what can change does, what is unknown is answered.

Sex, age and phototype never change, nor does what the patient came for. Beyond that a known fact changes only where
data/profile/changeable.csv says that it can, to the values that it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from formulator.conditions.cells import Cell, is_more
from formulator.engine.facts import DAYS_TO_EVENT, first_possible_day
from formulator.engine.patient import Patient
from formulator.explain.change.world import EVENT, START
from formulator.profile import Field, Value
from formulator.profile.fields import MORE, UNKNOWN

ANSWER = "answer"
NEVER = frozenset(("sex", "age", "phototype", "domain", "concern"))
_WISHES = frozenset(("stocked_components", "max_sessions", "area_cm2", "unavailable_dates"))
"""Wishes that no rule reads: they move no status and no decision."""


@dataclass(frozen=True, slots=True)
class Move:
    """One field brought to one answer; `kind` says whether it is an answer to an unknown, or how it changes."""

    field: str
    cell: Cell
    value: Value
    kind: str
    position: int


class Moves:
    """Every move of one patient, by field; neighbouring answers have neighbouring positions.

    With `answers` what is unknown may be answered either way; without, only what can be changed is moved, and only to
    where it can be brought.
    """

    def __init__(self, patient: Patient, answers: bool = True) -> None:
        self.patient, self.answers = patient, answers
        self._found: dict[str, tuple[Move, ...]] = {}

    def of(self, field: str) -> tuple[Move, ...]:
        """The moves of a field; none where it may not change or already is as wanted."""
        if field not in self._found:
            self._found[field] = tuple(self._moves(field))
        return self._found[field]

    def _moves(self, name: str) -> Iterator[Move]:
        field = self.patient.knowledge.catalogue.fields.get(name)
        kind = self.kind_of(name)
        if field is None or not kind:
            return
        change = self.patient.knowledge.catalogue.changeable.get(name)
        allowed = change.to if change and not (kind == ANSWER and self.answers) else frozenset()
        for position, (cell, value) in enumerate(answers_to(field, self.patient)):
            reached = not allowed or self._reached(name, cell, value, allowed)
            if reached and not is_now(name, cell, value, self.patient):
                yield Move(name, cell, value, kind, position)

    def _reached(self, name: str, cell: Cell, value: Value, allowed: frozenset[str]) -> bool:
        """Whether the field can be brought there: to one of these values, or to a number that lies above."""
        return str(value) in allowed or (MORE in allowed and is_more(cell, self.patient.facts.get(name)))

    def expanded(self, chosen: frozenset[Move]) -> list[frozenset[Move]]:
        """Every change that these moves stand for: themselves."""
        return [chosen]

    def kind_of(self, name: str) -> str:
        """How a field may come to differ: `answer` where it is unknown, else its kind of change; empty where never."""
        if name in NEVER or name in _WISHES:
            return ""
        if name not in self.patient.facts or (name == "cause" and self.patient.facts[name] == UNKNOWN):
            known = self.answers or name in self.patient.knowledge.catalogue.changeable
            return ANSWER if known and name not in (EVENT, START) else ""
        change = self.patient.knowledge.catalogue.changeable.get(name)
        return change.kind if change and name in self.patient.profile.values else ""


def answers_to(field: Field, patient: Patient) -> list[tuple[Cell, Value]]:
    """Every answer to a field that rules tell apart, each with a value that stands for it."""
    if field.name in (EVENT, START):
        return list(_dates(field.name, patient))
    if field.choices:
        words = [one for one in field.choices if one != UNKNOWN]
        return [(Cell(one), int(one) if field.is_number else one) for one in words]
    cells = patient.knowledge.finest_cells.get(field.name, ()) or _any_value(field)
    if not field.is_number:
        return [(cell, str(cell.value)) for cell in cells]
    return [(cell, _in_type(cell, field)) for cell in cells if _inside(cell, field)]


def _dates(name: str, patient: Patient) -> Iterator[tuple[Cell, Value]]:
    """Days that lie in each span of days before the event which rules tell apart."""
    event = patient.profile.get(EVENT)
    first = first_possible_day(patient.profile, patient.today)
    for cell in patient.knowledge.finest_cells.get(DAYS_TO_EVENT, ()):
        days = int(cell.value)
        if name == EVENT:
            yield cell, first + timedelta(days=days)
        elif isinstance(event, date) and event - timedelta(days=days) >= patient.today:
            yield cell, event - timedelta(days=days)


def is_now(name: str, cell: Cell, value: Value, patient: Patient) -> bool:
    """Whether the patient's fact is this answer already."""
    now = patient.facts.get(DAYS_TO_EVENT if name in (EVENT, START) else name)
    if cell.low is None and cell.high is None:
        return now == value
    known = isinstance(now, int | float)
    return known and (cell.low is None or now >= cell.low) and (cell.high is None or now < cell.high)


def _any_value(field: Field) -> tuple[Cell, ...]:
    """Where rules only ask whether a number is known, any is as good as another."""
    return (Cell(max(field.low or 0.0, 1.0)),) if field.is_number else ()


def _in_type(cell: Cell, field: Field) -> Value:
    number = float(cell.value)
    return int(number) if field.type == "integer" else number


def _inside(cell: Cell, field: Field) -> bool:
    """Whether the field can take a value of the cell."""
    number = float(cell.value)
    return (field.low is None or number >= field.low) and (field.high is None or number <= field.high)
