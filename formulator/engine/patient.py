"""What every step of the engine needs: the profile, all facts, the knowledge, the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.profile import Profile


@dataclass(frozen=True)
class Patient:
    """One profile on one day, with every fact that follows from it; a fact that is absent is unknown."""

    profile: Profile
    facts: Mapping[str, Any]
    knowledge: Knowledge
    today: date

    def rule(self, identifier: str) -> Rule:
        """A rule of the knowledge base by its id."""
        return self.knowledge.rules[identifier]
