"""What surrounds the sessions: preparation, aftercare, expectations, side effects, disagreements of sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from formulator.conditions import truth
from formulator.engine.answer import USABLE, ComponentAnswer, DisagreementShown, Note
from formulator.engine.findings import Findings
from formulator.engine.patient import Patient
from formulator.knowledge import Knowledge
from formulator.knowledge.items import CareNote, Position


def notes(entries: Iterable[CareNote], facts: Mapping[str, Any], used: frozenset[str]) -> tuple[Note, ...]:
    """The notes that hold for this patient and these components; what hangs on an unknown is a question, not a note."""
    return tuple(
        Note(one.id, one.text, one.sources, one.hours, one.days, one.weeks_low, one.weeks_high, one.frequency)
        for one in entries
        if truth(one.when, facts) and (not one.components or used.intersection(one.components))
    )


def used_in_answer(components: Sequence[ComponentAnswer]) -> frozenset[str]:
    """Components that the answer proposes in any role."""
    return frozenset(one.id for one in components if one.status in USABLE)


def disagreements(findings: Findings, patient: Patient) -> tuple[DisagreementShown, ...]:
    """Topics on which sources differ and which touch this answer, disputed thresholds of its rules included."""
    shown = [
        DisagreementShown(one.id, one.topic, one.used, _positions(one.positions), one.why)
        for one in patient.knowledge.disagreements
        if truth(one.when, patient.facts)
    ]
    return tuple(shown + _disputed_thresholds(findings, patient.knowledge))


def _disputed_thresholds(findings: Findings, knowledge: Knowledge) -> list[DisagreementShown]:
    disputed = knowledge.disputed_thresholds_of_rule
    read = frozenset().union(*(disputed.get(rule, ()) for rule in findings.holds))
    return [
        DisagreementShown(one.id, one.meaning, f"{one.value:g} {one.unit}", _positions(one.positions), one.why)
        for one in (knowledge.thresholds[name] for name in sorted(read))
    ]


def _positions(positions: Iterable[Position]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((position.value, position.sources) for position in positions)
