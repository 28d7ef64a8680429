"""What surrounds the sessions: preparation, aftercare, expectations, side effects, disagreements of sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from formulator.conditions import truth
from formulator.engine.answer import USABLE, ComponentAnswer, DisagreementShown, Note
from formulator.engine.findings import Findings
from formulator.engine.patient import Patient
from formulator.knowledge import Knowledge
from formulator.knowledge.items import CareNote, Position, Threshold
from formulator.knowledge.positions import numbers_of


def notes(entries: Iterable[CareNote], patient: Patient, used: frozenset[str]) -> tuple[Note, ...]:
    """The notes that hold for this patient and these components; what hangs on an unknown is a question, not a note."""
    about_used = (one for one in entries if not one.components or not used.isdisjoint(one.components))
    return tuple([_note(one, patient.knowledge) for one in about_used if truth(one.when, patient.facts)])


def _note(one: CareNote, knowledge: Knowledge) -> Note:
    key = ("note", one.id)
    if key not in knowledge.made_by_engine:
        times = (one.hours, one.days, one.weeks_low, one.weeks_high)
        knowledge.made_by_engine[key] = Note(one.id, one.text, one.sources, *times, one.frequency)
    return knowledge.made_by_engine[key]


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
    return tuple(shown + _disputed_thresholds(findings, patient))


def _disputed_thresholds(findings: Findings, patient: Patient) -> list[DisagreementShown]:
    """Those of rules that hold, and those whose positions decide differently about this patient's own value."""
    knowledge = patient.knowledge
    disputed = knowledge.disputed_thresholds_of_rule
    read = frozenset().union(*(disputed.get(rule, ()) for rule in findings.holds))
    read |= _between_positions(patient)
    return [
        DisagreementShown(one.id, one.meaning, f"{one.value:g} {one.unit}", _positions(one.positions), one.why)
        for one in (knowledge.thresholds[name] for name in sorted(read))
    ]


def _between_positions(patient: Patient) -> frozenset[str]:
    """Disputed thresholds on which the positions decide differently about this patient's own value."""
    knowledge = patient.knowledge
    disputed = knowledge.disputed_thresholds_of_indication.get(patient.facts.get("indication"), ())
    return frozenset(name for name in disputed if _divides(knowledge.thresholds[name], patient))


def _divides(threshold: Threshold, patient: Patient) -> bool:
    value = patient.facts.get(threshold.field)
    return value is not None and len({float(value) >= number for number in numbers_of(threshold)}) > 1


def _positions(positions: Iterable[Position]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((position.value, position.sources) for position in positions)
