"""A kept consultation and its replay for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from formulator.consultations.expected import HONEST, observed
from formulator.consultations.records import Kept
from formulator.consultations.replay import Means, Replay, same_model_words, with_todays
from formulator.consultations.words import (
    beside_words,
    change_words,
    decision_word,
    expected_words,
    given_words,
    outcome_words,
    short,
    statuses,
    title,
)
from formulator.evidence.answer import EvidenceModel
from formulator.explain.difference_words import wrapped
from formulator.explain.since_text import since_text
from formulator.knowledge import Knowledge

SAME_KNOWLEDGE = "The knowledge is that of today: nothing to compare."


def kept_text(kept: Kept, knowledge: Knowledge, model: EvidenceModel | None) -> str:
    """What was answered, given and measured."""
    return "\n\n".join("\n".join(part) for part in _parts(kept, knowledge, model) if part) + "\n"


def _parts(kept: Kept, knowledge: Knowledge, model: EvidenceModel | None) -> Iterator[list[str]]:
    one = kept.consultation
    yield [f"CONSULTATION {short(one.id)}  {title(one, knowledge)}", f"  kept {one.kept_at}"]
    yield [f"DECISION  {decision_word(one.decision)}", *_listed(f"{a}: {b}" for a, b in statuses(kept, knowledge))]
    if kept.given:
        yield ["GIVEN", *_listed(f"{given.day}: {given_words(given, knowledge)}" for given in kept.given)]
    if kept.outcomes:
        yield ["MEASURED", *_listed(f"{found.day}: {outcome_words(found, knowledge)}" for found in kept.outcomes)]
    changes = observed(kept, knowledge, model)
    if changes:
        lines = (f"{change_words(c)}. Expected: {expected_words(c.expected)} ({beside_words(c)})" for c in changes)
        yield ["EXPECTED AND OBSERVED", *_listed(lines), wrapped(HONEST, "  ")]
    yield [f"Knowledge {one.knowledge_version} {one.knowledge_sha256[:12]}; profile {one.profile_sha256[:12]}"]


def _listed(lines: Iterator[str]) -> list[str]:
    return [wrapped(line, "  ") for line in lines]


def replay_text(found: Replay, means: Means) -> str:
    """Whether the answer came out the same, and what today's knowledge would answer otherwise."""
    lines = [wrapped(found.words, "")]
    lines += [f"  not the same: {place}" for place in found.places]
    other_model = same_model_words(found.kept, means)
    lines += [wrapped(other_model, "")] if other_model else []
    today = with_todays(found.kept, means)
    return "\n".join(lines) + "\n\n" + (f"{SAME_KNOWLEDGE}\n" if today is None else since_text(today))
