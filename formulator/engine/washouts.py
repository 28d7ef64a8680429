"""Medicines around the sessions: which are paused before and after each, and which only their prescriber may touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import ceil
from typing import Any

from formulator.conditions import truth
from formulator.engine.answer import PlannedWashout, Session
from formulator.engine.facts import first_possible_day
from formulator.engine.patient import Patient
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Washout


def washouts_of(patient: Patient, sessions: Sequence[Session], chosen: Sequence[str]) -> tuple[PlannedWashout, ...]:
    """The washouts of the medicines that are taken: one entry a session where days are published, else one in all.

    A session without components yet (dates only are reserved) counts as holding everything that is chosen.
    """
    found: list[PlannedWashout] = []
    for washout in patient.knowledge.washouts if sessions else ():
        if is_taken(washout, patient.facts):
            found += _around(washout, sessions, chosen, patient.knowledge)
    return tuple(found)


def earliest_day(patient: Patient, chosen: Sequence[str]) -> date:
    """The first day on which a session may lie: every pause that comes before it can still be kept from today on."""
    pause = longest_pause(patient, chosen)
    days = pause.stop_days_before or 0 if pause else 0
    return max(first_possible_day(patient.profile, patient.today), patient.today + timedelta(days=ceil(days)))


def longest_pause(patient: Patient, chosen: Sequence[str]) -> Washout | None:
    """Of the medicines that are taken and touch what is chosen, the one that must be stopped first."""
    pauses = [
        washout
        for washout in patient.knowledge.washouts
        if is_taken(washout, patient.facts) and _members(washout, patient.knowledge).intersection(chosen)
    ]
    return max(pauses, key=lambda one: one.stop_days_before or 0, default=None)


def _members(washout: Washout, knowledge: Knowledge) -> frozenset[str]:
    return frozenset().union(*(knowledge.members(subject) for subject in washout.subject))


def is_taken(washout: Washout, facts: Mapping[str, Any]) -> bool:
    """Whether the medicine is taken, in the way that this washout is about."""
    applies = washout.when is None or truth(washout.when, facts) is True
    return applies and facts.get(washout.medicine) == "yes"


def _around(
    washout: Washout, sessions: Sequence[Session], chosen: Sequence[str], knowledge: Knowledge
) -> Iterator[PlannedWashout]:
    members = _members(washout, knowledge)
    touched = [one for one in sessions if members.intersection(one.components or chosen)]
    if washout.stop_days_before is None and washout.resume_days_after is None:
        touched = touched[:1]
    for session in touched:
        yield _planned(washout, session)


def _planned(washout: Washout, session: Session) -> PlannedWashout:
    stop, resume = washout.stop_days_before, washout.resume_days_after
    dated = stop is not None or resume is not None
    return PlannedWashout(
        medicine=washout.medicine,
        stop_on=None if stop is None else session.date - timedelta(days=stop),
        resume_on=None if resume is None else session.date + timedelta(days=resume),
        text=washout.text,
        sources=washout.sources,
        session=session.number if dated else None,
    )
