"""Answers, moments and filled stores from which tests of consultations are put together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from formulator.consultations import ConsultationStore
from formulator.consultations.records import Amount
from formulator.engine import recommend
from formulator.engine.answer import Recommendation
from formulator.engine.ranking import DEFAULT_PREFERENCES, Preferences
from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_evidence
from formulator.knowledge import Knowledge, ready_knowledge
from formulator.profile import Profile, profile_from_mapping
from formulator.ui.examples import examples

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = date(2026, 11, 25)
LABEL = "quince marmalade 77"
PRP = (Amount(component="prp", amount="4", unit="mL"),)


@lru_cache(maxsize=1)
def shared_model() -> EvidenceModel:
    """The shipped model, read once."""
    return load_evidence()


def patient(example: str = "man_34_norwood_3", knowledge: Knowledge | None = None) -> Profile:
    """The profile of an example."""
    return profile_from_mapping(examples()[example].profile, example, (knowledge or ready_knowledge()).catalogue)


@lru_cache(maxsize=32)
def answer(
    example: str = "man_34_norwood_3", with_model: bool = True, preferences: Preferences = DEFAULT_PREFERENCES
) -> Recommendation:
    """The answer of today for an example."""
    model = shared_model() if with_model else None
    return recommend(patient(example), ready_knowledge(), TODAY, model, preferences)


def store_at(path: Path | None, on: bool = True) -> ConsultationStore:
    """A store in which keeping is on."""
    store = ConsultationStore(path, NOW)
    if on:
        store.switch(on=True, now=NOW)
    return store


def filled(path: Path | None) -> tuple[ConsultationStore, str]:
    """A store with one of everything, and the id of its first consultation."""
    store = store_at(path)
    kept = store.keep(answer(), NOW, LABEL)
    store.add_given(kept, TODAY, PRP, NOW, "scalp_point_by_point")
    store.add_outcome(kept, TODAY, "hair_density_per_cm2", "120", NOW)
    store.add_outcome(kept, date(2026, 12, 25), "hair_density_per_cm2", "131.5", NOW + DAY)
    store.keep(answer("woman_36_melasma"), NOW + DAY)
    return store, kept
