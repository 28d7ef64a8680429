"""The page of an indication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from formulator.conditions import fields_read, truth
from formulator.export.words import condition_words, field_label
from formulator.knowledge import Knowledge
from formulator.knowledge.items import TREATMENT, Indication, Rule
from formulator.learn.diagnosis.remark import Lesson
from formulator.learn.handbook.course import course_lines
from formulator.learn.handbook.evidence import evidence_of_indication
from formulator.learn.handbook.lines import gravest_first, rule_line, statement_line, strongest_first
from formulator.learn.handbook.page import Line, Missed, Page, Section, page_of_sections
from formulator.learn.handbook.practice import (
    cases_section,
    missed_section,
    pairs_section,
    pearls,
    worked_of_indication,
)
from formulator.learn.handbook.shelf import WIDE, Handbook
from formulator.learn.handbook.weighed import claims, disagreements, topics_of_indication

_DOMAINS = {"hair": "Hair", "skin": "Skin", "body": "Body"}
_FLAGS = frozenset(("domain", "concern", "cause"))
"""A rule that reads one of these belongs to some complaints and not to others."""


def indication_page(identifier: str, book: Handbook, missed: Mapping[str, Missed] | None = None) -> Page:
    """Everything about an indication; raises KeyError where there is none of that id."""
    knowledge, one = book.knowledge, book.knowledge.indications[identifier]
    rules = book.rules_of_indication[identifier]
    flags = tuple(red_flags(one, rules, knowledge))
    whether = [rule for rule in rules if WIDE.issuperset(rule.subject)]
    parts = [rule for rule in rules if rule not in whether]
    cases = book.cases_of_indication.get(identifier, ())
    sections = (
        missed_section(_lessons(identifier, (*rules, *flags), knowledge), missed or {}, knowledge),
        Section("what", "What it is", tuple(_what(one, knowledge))),
        Section("recognise", "How to recognise it", tuple(map(statement_line, one.recognise))),
        _rules("flags", "What comes first: red flags and correctable causes", gravest_first(flags), knowledge),
        Section("work_up", "Work-up", tuple(_work_up(one, knowledge))),
        Section("standard", "Standard treatment", tuple(map(statement_line, one.standard_treatment))),
        _rules("treat", "When to treat it", [rule for rule in whether if TREATMENT in rule.subject], knowledge),
        _rules("use", "What to use", strongest_first(parts), knowledge),
        Section("poor_idea", "A poor idea when", tuple(map(statement_line, one.poor_idea_when))),
        _rules("not_treat", "When not to treat it", gravest_first(whether), knowledge),
        _rules("not_use", "What not to use, and when", gravest_first(parts), knowledge),
        pearls(cases, (*rules, *flags)),
        *evidence_of_indication(identifier, knowledge, book.model),
        Section("given", "How the course runs", tuple(_course(identifier, knowledge))),
        Section(
            "scales",
            "Severity scales",
            tuple(Line(each.text, each.id, (), each.sources) for each in one.severity_scales),
        ),
        disagreements(topics_of_indication(identifier, rules, knowledge), knowledge),
        claims((identifier, *(rule.id for rule in rules)), knowledge),
        cases_section(cases, (rule.id for rule in rules)),
        pairs_section(rules, book),
        worked_of_indication(identifier, book.worked),
    )
    return page_of_sections("indication", identifier, one.name, f"Indication: {_DOMAINS[one.domain].lower()}", sections)


def red_flags(one: Indication, named: Sequence[Rule], knowledge: Knowledge) -> Iterator[Rule]:
    """Rules that force a decision in some complaints, this one among them, without naming the indication."""
    facts = {"indication": one.id, "domain": one.domain}
    for rule in knowledge.deciding_rules:
        if rule not in named and fields_read(rule.when) & _FLAGS and truth(rule.when, facts) is not False:
            yield rule


def _lessons(identifier: str, rules: Sequence[Rule], knowledge: Knowledge) -> Iterator[str]:
    """The keys of everything about this indication that can be missed."""
    yield Lesson("course", identifier).key
    yield from (Lesson("rule", rule.id).key for rule in rules)
    named = {identifier, *(rule.id for rule in rules)}
    yield from (Lesson("claim", one.id).key for one in knowledge.claims.values() if named.intersection(one.refers_to))


def _rules(identifier: str, title: str, rules: Sequence[Rule], knowledge: Knowledge) -> Section:
    lines = tuple(rule_line(rule, knowledge, about=not WIDE.issuperset(rule.subject)) for rule in rules)
    return Section(identifier, title, lines)


def _what(one: Indication, knowledge: Knowledge) -> Iterator[Line]:
    yield Line(one.summary, "", (), one.sources)
    yield Line(f"{condition_words(one.derived_from, knowledge)}.", "Chosen when")
    yield statement_line(one.place_of_mesotherapy, "Place of mesotherapy")


def _work_up(one: Indication, knowledge: Knowledge) -> Iterator[Line]:
    for test in one.work_up:
        more = (f"Fields: {', '.join(field_label(knowledge, name) for name in test.fields)}.",) if test.fields else ()
        yield Line(test.why, test.test, more, test.sources)


def _course(identifier: str, knowledge: Knowledge) -> Iterator[Line]:
    protocol = knowledge.protocols.get(identifier)
    return course_lines(protocol, knowledge) if protocol else iter(())
