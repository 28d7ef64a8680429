"""Which known facts drive this answer: each one replaced by every other value in turn, and what that would move.

A fact is replaced alone and everything that follows from it is derived anew, so a bar says what hangs on that fact
while all others stay as they are. What the patient came for is not replaced: another concern is another question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from formulator.engine.answer import USABLE, Recommendation
from formulator.engine.assess import assess
from formulator.engine.decide import decide
from formulator.engine.facts import facts_of
from formulator.engine.findings import read_rules
from formulator.engine.patient import Patient
from formulator.explain.attribution import with_inputs
from formulator.explain.change.moves import answers_to, is_now
from formulator.explain.change.world import EVENT, START
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.profile import Profile, profile_from_mapping

_ANOTHER_QUESTION = frozenset(("domain", "concern"))
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Replaced:
    """What the answer would be with another value: components that leave it and enter it, and another decision."""

    value: str
    leave: tuple[str, ...]
    enter: tuple[str, ...]
    decision: str | None

    @property
    def weight(self) -> tuple[bool, int]:
        """How much moves; another decision weighs more than any number of components."""
        return self.decision is not None, len(self.leave) + len(self.enter)


@dataclass(frozen=True, slots=True)
class Driver:
    """A known fact, and what would follow from each other value; the first moves most."""

    field: str
    now: Any
    others: tuple[Replaced, ...]


def drivers(answer: Recommendation, knowledge: Knowledge) -> tuple[Driver, ...]:
    """The given facts on which something hangs, those that could move most first."""
    profile = profile_from_mapping(answer.profile, "profile", knowledge.catalogue)
    patient = Patient(profile, facts_of(profile, knowledge, answer.date), knowledge, answer.date)
    now = _status_and_decision(patient)
    found = (
        Driver(name, value, tuple(sorted(_others(name, patient, now), key=_most_first)))
        for name, value in profile.values.items()
        if name not in _ANOTHER_QUESTION and (name in knowledge.finest_cells or name in (EVENT, START))
    )
    weighty = [one for one in found if one.others]
    return tuple(sorted(weighty, key=lambda one: _most_first(one.others[0])))


def _most_first(one: Replaced) -> tuple[bool, int]:
    decides, moved = one.weight
    return not decides, -moved


Outcome = tuple[Mapping[str, str], str]


def _status_and_decision(patient: Patient) -> Outcome:
    findings = read_rules(patient.knowledge, patient.facts)
    components = assess(findings, patient)
    return {one.id: one.status for one in components}, decide(findings, components, patient).decision


def _others(name: str, patient: Patient, now: Outcome) -> Iterator[Replaced]:
    """What each other value would move; values that no patient can have, or that move nothing, are left out."""
    field = patient.knowledge.catalogue.fields[name]
    answers = [
        (cell.words, value) for cell, value in answers_to(field, patient) if not is_now(name, cell, value, patient)
    ]
    for words, value in [*answers, (NOT_KNOWN, None)]:
        plain = value if value is None or isinstance(value, str | int | float) else str(value)
        try:
            profile = with_inputs(patient.profile, {name: plain}, patient.knowledge.catalogue)
            found = _replaced(words, profile, patient, now)
        except FaultsFound:
            continue
        if found.leave or found.enter or found.decision:
            yield found


def _replaced(words: str, profile: Profile, patient: Patient, now: Outcome) -> Replaced:
    facts = facts_of(profile, patient.knowledge, patient.today)
    statuses, decision = _status_and_decision(Patient(profile, facts, patient.knowledge, patient.today))
    before, decided = now
    used = {name for name, status in before.items() if status in USABLE}
    then = {name for name, status in statuses.items() if status in USABLE}
    return Replaced(
        words, tuple(sorted(used - then)), tuple(sorted(then - used)), decision if decision != decided else None
    )
