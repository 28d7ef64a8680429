"""What the trainee knew: told, shown, or seen in a finding that tells the cause; and what nobody could have told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from formulator.engine.facts import facts_of
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case
from formulator.learn.commitment import Commitment, shown_to, tellable_in
from formulator.profile import Profile

CAUSE = "cause"


def known_to(commitment: Commitment, case: Case, stated: Iterable[str], knowledge: Knowledge) -> frozenset[str]:
    """The stated fields that count as known: shown, seen with the cause, or out of everybody's reach."""
    known = shown_to(commitment, case) | seen_with_cause(commitment, case, stated, knowledge)
    return known | {CAUSE} | (frozenset(stated) - tellable_in(case, knowledge))


def seen_with_cause(commitment: Commitment, case: Case, stated: Iterable[str], knowledge: Knowledge) -> frozenset[str]:
    """The stated fields that go with the cause, where a finding was asked for that tells it.

    A needed finding that shows no field is needed for what it tells about the cause. A field goes with the cause when
    it carries its name, as `scalp_fungal_infection` does with `fungal_infection`.
    """
    asked = set(commitment.asked)
    if not any(one.needed and not one.shows and one.id in asked for one in case.findings):
        return frozenset()
    return going_with(case.cause, knowledge) & set(stated)


def found_by_asking(commitment: Commitment, case: Case, stated: Iterable[str], knowledge: Knowledge) -> frozenset[str]:
    """What the trainee learned by asking, beyond the story."""
    shown = shown_to(commitment, case) | seen_with_cause(commitment, case, stated, knowledge)
    return shown - set(case.known)


def restated(names: Iterable[str], profile: Profile, knowledge: Knowledge, day: date) -> frozenset[str]:
    """Which of these stated fields would follow from the others all the same: haemophilia is a bleeding disorder."""
    found: set[str] = set()
    for name in sorted(set(names) & set(profile.values) & set(knowledge.fields_behind)):
        others = {field: value for field, value in profile.values.items() if field != name and field not in found}
        if facts_of(Profile(others), knowledge, day).get(name) == profile.values[name]:
            found.add(name)
    return frozenset(found)


def going_with(cause: str, knowledge: Knowledge) -> frozenset[str]:
    """The fields that carry the name of a cause."""
    return frozenset(name for name in knowledge.catalogue.fields if cause in name)
