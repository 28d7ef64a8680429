"""From what the clinician gave to all facts: derived flags, indication, severity band, days to the event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from formulator.conditions import truth
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge
from formulator.profile import Profile

DAYS_TO_EVENT = "days_to_event"


def facts_of(profile: Profile, knowledge: Knowledge, today: date) -> dict[str, Any]:
    """Known and derived values by field name; what is absent is unknown.

    Raises FaultsFound where the event does not lie after the first possible session.
    """
    facts: dict[str, Any] = dict(profile.values)
    days = days_to_event(profile, today)
    if days is not None:
        facts[DAYS_TO_EVENT] = days
    derive(facts, knowledge)
    return facts


def derive(facts: dict[str, Any], knowledge: Knowledge, learned: str | None = None) -> None:
    """Add what follows from the facts (data/profile/derived.yaml, derived_from of each indication), in place.

    Derivations run until nothing new follows, so their order in the file does not matter. `learned` is the one field
    that has come since everything that follows was added: only what can follow from it is looked at.
    """
    derivations = knowledge.derivations if learned is None else knowledge.derivations_after[learned]
    before = -1
    while len(facts) != before:
        before = len(facts)
        for derivation in derivations:
            if derivation.field not in facts and truth(derivation.when, facts):
                facts[derivation.field] = derivation.value
    if learned is None or knowledge.may_change_indication[learned]:
        indication = indication_of(facts, knowledge)
        if indication is not None:
            facts["indication"] = indication


def indication_of(facts: Mapping[str, Any], knowledge: Knowledge) -> str | None:
    """The indication whose condition holds; conditions exclude one another (the knowledge lint proves it)."""
    for identifier, indication in knowledge.indications.items():
        if truth(indication.derived_from, facts):
            return identifier
    return None


def first_possible_day(profile: Profile, today: date) -> date:
    """The earliest day for a session: the start date that was asked for, never before today."""
    start = profile.get("start_date")
    return max(start, today) if isinstance(start, date) else today


def days_to_event(profile: Profile, today: date) -> int | None:
    """Days from the first possible session to the event; None without one.

    Raises FaultsFound where the event does not lie after the first possible session.
    """
    event = profile.get("event_date")
    if not isinstance(event, date):
        return None
    first = first_possible_day(profile, today)
    days = (event - first).days
    if days <= 0:
        problem = f"The event on {event} does not lie after the first possible session on {first}."
        place = profile.places.get("event_date", Place("profile"))
        raise FaultsFound([Fault(place, "event_date", problem, "a later date")])
    return days
