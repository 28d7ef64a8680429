"""The patient behind a case: what the case says, and everything that it does not say is absent."""

from __future__ import annotations

from typing import Any

from formulator.engine import recommend
from formulator.engine.answer import Recommendation
from formulator.engine.facts import facts_of
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge
from formulator.learn.cases.case import Case
from formulator.profile import Profile, profile_from_mapping
from formulator.profile.fields import NO

_FOLLOWS = ("childbearing_potential",)
"""Follows from sex and age, so that nobody answers it with a silent no."""


def truth_of(case: Case, knowledge: Knowledge, changed: dict[str, Any] | None = None) -> Profile:
    """The whole patient: a condition, allergy or medicine that the case does not name was asked for and is absent.

    Blood tests that are not named were not made and stay unknown. Raises FaultsFound where the profile is not valid.
    """
    return complete({**case.profile, **(changed or {})}, case.id, knowledge, case)


def complete(stated: dict[str, Any], name: str, knowledge: Knowledge, case: Case) -> Profile:
    """What is stated, with every flag absent that neither is stated nor follows from it."""
    given = profile_from_mapping(stated, name, knowledge.catalogue)
    follows = facts_of(given, knowledge, case.day)
    silent = (
        field.name
        for field in knowledge.catalogue.fields.values()
        if field.type == "bool3" and field.name not in follows and field.name not in _FOLLOWS
    )
    absent = {field: NO for field in silent if field not in given.asked_unknown}
    return profile_from_mapping({**stated, **absent}, name, knowledge.catalogue)


def answer_of(case: Case, knowledge: Knowledge, model: EvidenceModel | None = None) -> Recommendation:
    """What the engine answers for the whole patient, on the day of the case."""
    return recommend(truth_of(case, knowledge), knowledge, case.day, model)


def neighbour_of(case: Case, knowledge: Knowledge, model: EvidenceModel | None = None) -> Recommendation:
    """What the engine answers for the neighbour of the case."""
    return recommend(truth_of(case, knowledge, dict(case.neighbour.change)), knowledge, case.day, model)
