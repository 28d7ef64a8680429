"""How a component is given: strengths, doses and limits, stock, techniques, courses, pauses of medicines, mixing."""

from __future__ import annotations

from collections.abc import Iterator

from formulator.export.words import STATE_WORDS, amount_words, field_label, mixed_words
from formulator.export.worksheet.words import name_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Amount, Component
from formulator.learn.handbook.course import phases_words, technique_line
from formulator.learn.handbook.page import Line, Link
from formulator.learn.handbook.shelf import WIDE

_ONLY_PUBLISHED = "_published"


def given_lines(one: Component, knowledge: Knowledge) -> Iterator[Line]:
    """Strengths, doses and limits, what it is drawn from and diluted with, techniques, its course by indication."""
    yield from (_strength(amount) for amount in one.concentrations)
    yield from (_dose(amount) for amount in one.doses)
    yield from (Line(amount_words(amount), "Vial", (), amount.sources) for amount in one.stock)
    if one.diluent:
        yield Line(name_of(one.diluent, knowledge), "Diluted with", (), (), Link("component", one.diluent))
    for part in one.contains:
        words = f"{name_of(part.id, knowledge)} {part.value:g} {part.unit}"
        yield Line(words, "Contains", (), part.sources, Link("component", part.id))
    yield from (technique_line(knowledge.techniques[name]) for name in one.techniques)
    yield from _courses(one.id, knowledge)
    yield from _pauses(one.id, knowledge)


def _strength(amount: Amount) -> Line:
    if amount.used is None:
        return Line(amount_words(amount), "Strength, published", (), amount.sources)
    lead = f"Strength, worked out with {amount.used:g} {amount.unit}"
    return Line(amount_words(amount), lead, (amount.why,), amount.sources)


def _dose(amount: Amount) -> Line:
    lead = "Dose, published"
    if amount.limit:
        largest = amount.limit.endswith(_ONLY_PUBLISHED)
        lead = "Limit: the largest dose that anybody published" if largest else "Limit, never exceeded in a session"
    return Line(amount_words(amount), lead, (), amount.sources)


def _courses(identifier: str, knowledge: Knowledge) -> Iterator[Line]:
    """Its own course in each indication that has one."""
    for protocol in knowledge.protocols.values():
        for one in protocol.components:
            if one.id == identifier:
                lead = f"Course in {knowledge.indications[protocol.id].name}"
                more = (one.text,) if one.text else ()
                yield Line(phases_words(one.phases), lead, more, one.sources, Link("indication", protocol.id))


def _pauses(identifier: str, knowledge: Knowledge) -> Iterator[Line]:
    """Medicines that are timed around it, beside those of every procedure."""
    for one in knowledge.washouts:
        narrow = [subject for subject in one.subject if subject not in WIDE]
        if any(identifier in knowledge.members(subject) for subject in narrow):
            yield Line(
                one.text, f"With {field_label(knowledge, one.medicine)}", (one.why,) if one.why else (), one.sources
            )


def mixing_lines(identifier: str, knowledge: Knowledge) -> Iterator[Line]:
    """What is published about it and others in one syringe."""
    for fact in knowledge.mixing.about(identifier):
        lead = f"{mixed_words(fact, knowledge)}: {STATE_WORDS[fact.state]}"
        yield Line(fact.text, lead, fact.conditions, fact.sources)
