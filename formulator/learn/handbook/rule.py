"""The page of a rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from formulator.conditions import Always, AnyOf, IsKnown, fields_read
from formulator.conditions.tree import thresholds_read
from formulator.engine.words import DECISION_WORDS
from formulator.export.words import CERTAINTY_WORDS, condition_words, does_words, field_label, kind_word
from formulator.knowledge import Knowledge
from formulator.knowledge.changes import indications_named
from formulator.knowledge.items import Rule
from formulator.learn.diagnosis.remark import Lesson
from formulator.learn.handbook.lines import EVERYBODY, parts_of, sentence, subject_words
from formulator.learn.handbook.page import Line, Link, Missed, Page, Section, page_of_sections
from formulator.learn.handbook.practice import cases_section, faults_section, missed_section, pairs_section, pearls
from formulator.learn.handbook.shelf import WIDE, Handbook
from formulator.learn.handbook.weighed import claims, disagreements, threshold_line, topics_of_rule


def rule_page(identifier: str, book: Handbook, missed: Mapping[str, Missed] | None = None) -> Page:
    """Everything about a rule; raises KeyError where there is none of that id."""
    knowledge, one = book.knowledge, book.knowledge.rules[identifier]
    cases = book.cases_of_rule.get(identifier, ())
    thresholds = [knowledge.thresholds[name] for name in sorted(thresholds_read(one.when))]
    settled = tuple(threshold_line(each, knowledge) for each in thresholds if not each.positions)
    topics = [*(each for each in thresholds if each.positions), *topics_of_rule(one, knowledge)]
    sections = (
        missed_section(_lessons(one, knowledge), missed or {}, knowledge),
        Section("what", "What it says", tuple(_what(one, knowledge))),
        Section("when", "When it holds", tuple(_when(one, knowledge))),
        Section("thresholds", "Numbers that it compares with", settled),
        disagreements(topics, knowledge),
        Section("about", "What it is about", tuple(_about(one, knowledge))),
        pearls(cases, (one,)),
        claims((identifier,), knowledge),
        cases_section(cases, (identifier,)),
        pairs_section((one,), book, most=None),
        faults_section(one, book),
    )
    return page_of_sections("rule", identifier, one.text, f"Rule: {kind_word(one).lower()}", sections)


def _lessons(one: Rule, knowledge: Knowledge) -> Iterator[str]:
    yield Lesson("rule", one.id).key
    yield from (Lesson("claim", each.id).key for each in knowledge.claims.values() if one.id in each.refers_to)


def _what(one: Rule, knowledge: Knowledge) -> Iterator[Line]:
    harm = f", {one.harm} harm" if one.harm else ""
    yield Line(one.text, f"{kind_word(one)}{harm}", (one.detail,) if one.detail else (), one.sources)
    yield Line(f"{CERTAINTY_WORDS[one.certainty].capitalize()}.", "How sure")
    does = does_words(one)
    if does:
        yield Line(sentence(does), "What it does")
    if one.decision:
        yield Line(f"{DECISION_WORDS[one.decision]}.", "Decision")


def _when(one: Rule, knowledge: Knowledge) -> Iterator[Line]:
    if isinstance(one.when, Always):
        yield Line(EVERYBODY)
    else:
        parts = parts_of(one.when)
        lead = "" if len(parts) == 1 else "One of these" if isinstance(one.when, AnyOf) else "All of these"
        yield from (Line(sentence(condition_words(part, knowledge)), lead) for part in parts)
    if one.when_nothing_is_left:
        yield Line("It is read last, and only when nothing that is brought into the skin is left to use.")
    yield Line(unknown_words(one, knowledge), "While it is unknown")


def unknown_words(one: Rule, knowledge: Knowledge) -> str:
    """What a rule does while a fact that it needs is not known."""
    if isinstance(one.when, Always):
        return f"{EVERYBODY} Nothing that is unknown can change it."
    guards = {part.field for part in parts_of(one.when) if isinstance(part, IsKnown)} if _needs_all(one) else set()
    open_fields = sorted(fields_read(one.when) - guards)
    if not open_fields:
        return "It asks only whether something is known, so nothing is open."
    asked = ", ".join(field_label(knowledge, name) for name in open_fields)
    if one.delays_until_answered:
        return f"{asked}: the whole procedure waits until it is answered. {one.ask}"
    if one.unknown == "block":
        return f"{asked}: what the rule is about waits until it is answered. {one.ask}"
    if one.is_assumed_absent:
        return f"{asked}: the rule is taken not to hold, and the answer names that assumption."
    return f"{asked}: nobody can say whether the rule holds, and the answer lists it as open."


def _needs_all(one: Rule) -> bool:
    """Whether each part of its condition must hold, so that a fact that must be known is never open."""
    return not isinstance(one.when, AnyOf)


def _about(one: Rule, knowledge: Knowledge) -> Iterator[Line]:
    """Its subjects and indications, linked; a wide subject stands for itself."""
    if WIDE.intersection(one.subject):
        yield Line(sentence(subject_words(one, knowledge)))
    narrow = [subject for subject in one.subject if subject not in WIDE]
    members = dict.fromkeys(name for subject in narrow for name in sorted(knowledge.members(subject)))
    for name in members:
        yield Line(knowledge.components[name].name, "Component", (), (), Link("component", name))
    for name in sorted(indications_named(one)):
        yield Line(knowledge.indications[name].name, "Indication", (), (), Link("indication", name))
