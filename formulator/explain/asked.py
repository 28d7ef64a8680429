"""What every explanation starts from."""

from __future__ import annotations

from dataclasses import dataclass

from formulator.engine.answer import Recommendation
from formulator.engine.ranking import DEFAULT_PREFERENCES, Preferences
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge
from formulator.profile import Profile


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer with what it was made from, so that it can be explained, and made again under other conditions."""

    answer: Recommendation
    profile: Profile
    knowledge: Knowledge
    model: EvidenceModel | None
    preferences: Preferences = DEFAULT_PREFERENCES
