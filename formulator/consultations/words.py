"""Consultations in words, the same on the screen and in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from formulator.consultations.expected import POSITION_WORDS, Expected, Observed, Together
from formulator.consultations.measures import measures
from formulator.consultations.records import Consultation, Given, Kept, Outcome
from formulator.engine.answer import STATUSES
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.evidence.answer_words import natural_words, span_words
from formulator.export.words import CERTAINTY_WORDS, technique_label
from formulator.knowledge import Knowledge

SHORT = 8
"""So many signs of an id are shown; a clinic keeps far fewer consultations than these tell apart."""
KEPT_WORDS = (
    "Kept are: the profile as it was entered, the day, the answer with its hashes, a label if you give one, and what "
    "you add later. There is no field for a name or a birth date. Nothing leaves this machine. The file is not "
    "encrypted: whoever can use your account on this machine can open it."
)
LABEL_HELP = "A number of your own, so that you find it again. No name, no birth date. It can be left empty."


def short(identifier: str) -> str:
    """The beginning of an id."""
    return identifier[:SHORT]


def title(one: Consultation, knowledge: Knowledge) -> str:
    """A consultation in one line: label, indication, day."""
    indication = knowledge.indications.get(one.indication)
    what = indication.name if indication else one.indication or "no indication in scope"
    return f"{one.label or short(one.id)}: {what}, {one.date}"


def decision_word(decision: str) -> str:
    """A decision as it is called today, or its id."""
    return DECISION_WORDS.get(decision, decision)


def statuses(kept: Kept, knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Each status with the names of the components that had it; what is not indicated is left out."""
    for status in STATUSES:
        ids = [one["id"] for one in kept.document["components"] if one["status"] == status]
        if ids and status != "not_indicated":
            yield STATUS_WORDS[status], "; ".join(component_name(one, knowledge) for one in ids)


def component_name(identifier: str, knowledge: Knowledge) -> str:
    """What a component is called today, or its id."""
    found = knowledge.components.get(identifier)
    return found.name if found else identifier


def given_words(one: Given, knowledge: Knowledge) -> str:
    """What was given in a session."""
    parts = [
        f"{component_name(part.component, knowledge)}{f' {part.amount} {part.unit}' if part.amount else ''}"
        for part in one.components
    ]
    how = f"; {technique_label(knowledge, one.technique)}" if one.technique else ""
    return f"{'; '.join(parts)}{how}"


def outcome_words(one: Outcome, knowledge: Knowledge) -> str:
    """A measured value with its scale."""
    measure = measures(knowledge).get(one.scale)
    return f"{measure.name if measure else one.scale} {one.value}{f' {measure.unit}' if measure else ''}".rstrip()


def change_words(one: Observed) -> str:
    """The change that was measured."""
    unit = f" {one.measure.unit}" if one.measure.unit else ""
    word = "better" if one.gain > 0 else "worse" if one.gain < 0 else "the same"
    size = f"{abs(one.gain):g}{unit} {word}" if one.gain else word
    return f"{one.measure.name}: {one.before:g} on {one.before_day}, {one.after:g} on {one.after_day}: {size}"


def expected_words(one: Expected) -> str:
    """What trials find, or why nothing can be said."""
    if one.reason or one.low is None or one.high is None:
        return one.reason
    certainty = f", {CERTAINTY_WORDS.get(one.certainty, one.certainty)}" if one.certainty else ""
    scale = "" if one.is_comparable else "; not on the scale that was measured, so it cannot be set beside it"
    return f"{_span(one.low, one.high, one.unit)} over a control ({one.basis}{certainty}){scale}"


def _span(low: float, high: float, unit: str) -> str:
    if unit == "SD":
        return f"a gain between {span_words(low, high)} SD"
    return f"a gain of {natural_words(low, high, unit)}"


def beside_words(one: Observed) -> str:
    """Where the change lies beside the interval."""
    return POSITION_WORDS[one.position] if one.position else "not comparable"


def together_words(one: Together) -> str:
    """All comparable changes on one measure in a sentence."""
    where = ", ".join(f"{number} {name}" for name, number in one.positions.items() if number)
    few = " Too few to say anything about the clinic." if one.number < FEWEST else ""
    patients = f"{one.number} {'change' if one.number == 1 else 'changes'}"
    return f"{one.measure.name}: {patients}, on average {one.average:g} {one.measure.unit}; {where} the interval.{few}"


FEWEST = 10
"""Fewer changes than this say nothing about a clinic."""
