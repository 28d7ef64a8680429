"""How the tests of the engine ask: a document in, an answer out, on one day, from the shipped knowledge."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from formulator.engine import recommend
from formulator.engine.answer import Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.knowledge import Knowledge, load_knowledge
from formulator.profile import profile_from_mapping
from tests.conftest import TODAY

_LOADED: list[Knowledge] = []


def shipped() -> Knowledge:
    """The shipped knowledge, read once for all tests of a process."""
    if not _LOADED:
        _LOADED.append(load_knowledge())
    return _LOADED[0]


def ask(
    document: Mapping[str, Any],
    knowledge: Knowledge | None = None,
    day: date = TODAY,
    model: EvidenceModel | None = None,
) -> Recommendation:
    """The answer for a document; by the rules alone unless a model is given."""
    return recommend(profile_from_mapping(document, "case"), knowledge or shipped(), day, model)


def statuses(answer: Recommendation) -> dict[str, str]:
    """The status of every component."""
    return {one.id: one.status for one in answer.components}
