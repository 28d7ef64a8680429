"""What only the engine says - questions, formulations, plan - asked once for all patients that it cannot tell apart.

Two patients get the same answer where every condition reads the same of both (the cells of their fields), the same
fields were answered with "unknown", and, for formulations and plans, everything that composing and planning read beside
conditions is the same: the fields of `READ_DIRECTLY`, and what washouts and planning figures read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from formulator.cohort.reading import ASKED, Read
from formulator.conditions import fields_read
from formulator.engine import Recommendation, recommend
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge
from formulator.profile import Profile

READ_DIRECTLY = (
    "sex",
    "age",
    "site",
    "needle_aversion",
    "max_sessions",
    "area_cm2",
    "weight_kg",
    "stocked_components",
    "start_date",
    "event_date",
    "unavailable_dates",
)
"""Fields whose value, not only their cell, is read by the model, by composing or by planning."""
MOST_REMEMBERED = 50_000

Reads = Mapping[str, Read]
Columns = Mapping[str, npt.NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Told:
    """What the engine says about a pattern of patients."""

    questions: tuple[str, ...]
    assumptions: tuple[str, ...]
    formulation: str | None
    sessions: int | None
    first: date | None
    interval_days: int | None


def told(answer: Recommendation) -> Told:
    """The columns of an answer of the engine."""
    days = [one.date for one in answer.plan.sessions] if answer.plan else []
    return Told(
        questions=tuple(one.field for one in answer.missing),
        assumptions=tuple(dict.fromkeys(one.field for one in answer.assumptions)),
        formulation="+".join(answer.formulations[0].components) if answer.formulations else None,
        sessions=len(days) if answer.plan else None,
        first=days[0] if days else None,
        interval_days=(days[1] - days[0]).days if len(days) > 1 else None,
    )


class Patterns:
    """Asks the engine, and remembers what it said."""

    def __init__(self, knowledge: Knowledge, day: date, model: EvidenceModel | None, directly: bool) -> None:
        self.knowledge, self.day, self.model = knowledge, day, model
        self.exact = _exact_fields(knowledge) if directly else frozenset()
        self._known: dict[bytes, Told] = {}
        self.asked = 0

    def forget(self) -> None:
        """Codes of values have changed their meaning."""
        self._known.clear()

    def told(
        self, reads: Reads, columns: Columns, rows: Sequence[int], stop: Callable[[], None] | None = None
    ) -> list[Told]:
        """For each of these rows what the engine says. `stop` is called before each question and may raise."""
        found = []
        keys = self._keys(reads, columns)
        for row in rows:
            key = keys[row]
            if key not in self._known:
                if stop:
                    stop()
                if len(self._known) >= MOST_REMEMBERED:
                    self._known.clear()
                self.asked += 1
                self._known[key] = told(recommend(profile_of(reads, row), self.knowledge, self.day, self.model))
            found.append(self._known[key])
        return found

    def _keys(self, reads: Reads, columns: Columns) -> list[bytes]:
        """For each row the octets of everything that may make a difference."""
        parts = [np.ascontiguousarray(column) for column in columns.values()]
        for name, read in sorted(reads.items()):
            if name in self.exact:
                parts.append(read.spread(read.codes))
                if read.field.is_number:
                    parts.append(read.number())
            elif (read.codes == ASKED).any():
                parts.append(read.spread(read.codes == ASKED))
            else:
                parts.append(np.zeros(len(parts[0]) if parts else 0, dtype=np.bool_))
        if not parts:
            return []
        octets = [one.reshape(len(one), 1).view(np.uint8) for one in parts]
        joined = np.ascontiguousarray(np.concatenate(octets, axis=1))
        return joined.view(f"V{joined.shape[1]}").ravel().tolist()


def _exact_fields(knowledge: Knowledge) -> frozenset[str]:
    """Fields that composing and planning read by their value or in conditions of their own."""
    found = set(READ_DIRECTLY)
    for washout in knowledge.washouts:
        found |= {washout.medicine} | (set(fields_read(washout.when)) if washout.when is not None else set())
    for figure in knowledge.planning:
        found |= set(fields_read(figure.when))
    return frozenset(found)


def profile_of(reads: Reads, row: int) -> Profile:
    """The profile of one row of valid values."""
    values = {name: read.value(row) for name, read in reads.items()}
    asked = {name for name, read in reads.items() if read.spread(read.codes)[row] == ASKED}
    return Profile({name: value for name, value in values.items() if value is not None}, frozenset(asked))
