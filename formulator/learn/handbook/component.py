"""The page of a component."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from formulator.knowledge import Knowledge
from formulator.knowledge.items import Component, Rule
from formulator.knowledge.mixing import pair_of
from formulator.learn.diagnosis.remark import Lesson
from formulator.learn.handbook.amounts import given_lines, mixing_lines
from formulator.learn.handbook.evidence import evidence_of_component
from formulator.learn.handbook.lines import HARMS, gravest_first, rule_line, statement_line, strongest_first
from formulator.learn.handbook.page import FOR_EVERY_PROCEDURE, Line, Link, Missed, Page, Section, page_of_sections
from formulator.learn.handbook.practice import (
    cases_of_rules,
    cases_section,
    missed_section,
    pairs_section,
    pearls,
    proven_section,
    worked_of_component,
)
from formulator.learn.handbook.shelf import Handbook
from formulator.learn.handbook.weighed import claims, disagreements, gaps, topics_of_component

_PROCEDURE_TITLE = "When not to use it, nor anything else that is brought into the skin"


def component_page(identifier: str, book: Handbook, missed: Mapping[str, Missed] | None = None) -> Page:
    """Everything about a component; raises KeyError where there is none of that id."""
    knowledge, one = book.knowledge, book.knowledge.components[identifier]
    rules = book.rules_of_component[identifier]
    cases = cases_of_rules(rules, book)
    sections = (
        missed_section(_lessons(identifier, rules, knowledge), missed or {}, knowledge),
        Section("what", "What it is", tuple(_what(one, knowledge))),
        Section("uses", "What it is used for", tuple(_uses(one, knowledge))),
        Section("use", "When to use it", tuple(rule_line(rule, knowledge) for rule in strongest_first(rules))),
        Section("not_use", "When not to use it", tuple(rule_line(rule, knowledge) for rule in gravest_first(rules))),
        pearls(cases, rules),
        *evidence_of_component(identifier, knowledge, book.model),
        Section("given", "How it is given", tuple(given_lines(one, knowledge))),
        Section("mixing", "In one syringe with others", tuple(mixing_lines(identifier, knowledge)), _mixing(one)),
        Section("harms", "Harm that was reported", tuple(_harms(one))),
        Section("standing", "Legal standing", tuple(_standing(one, knowledge))),
        Section("chemistry", "Properties", tuple(_chemistry(one))),
        disagreements(topics_of_component(identifier, rules, knowledge), knowledge),
        claims((identifier, *(rule.id for rule in rules)), knowledge),
        gaps(one.gaps),
        cases_section(cases, (rule.id for rule in rules)),
        pairs_section(rules, book),
        proven_section(identifier, book),
        worked_of_component(identifier, book.worked),
        _every_procedure(identifier, book),
    )
    return page_of_sections("component", identifier, one.name, f"Component: {one.component_class}", sections)


def _lessons(identifier: str, rules: Sequence[Rule], knowledge: Knowledge) -> Iterator[str]:
    """The keys of everything about this component that can be missed."""
    yield from (Lesson("rule", rule.id).key for rule in rules)
    yield Lesson("limit", identifier).key
    for fact in knowledge.mixing.about(identifier):
        if fact.pair:
            yield Lesson("mixing", "+".join(pair_of(*fact.pair))).key
    named = {identifier, *(rule.id for rule in rules)}
    yield from (Lesson("claim", one.id).key for one in knowledge.claims.values() if named.intersection(one.refers_to))


def _what(one: Component, knowledge: Knowledge) -> Iterator[Line]:
    yield statement_line(one.mechanism)
    if one.synonyms:
        yield Line(f"{', '.join(one.synonyms)}.", "Also called")
    where = "It is brought into the skin." if one.delivered_into_skin else "It is a companion and is not injected."
    yield Line(where)
    if one.routes:
        yield Line(f"{', '.join(route.replace('_', ' ') for route in one.routes)}.", "Routes")


def _uses(one: Component, knowledge: Knowledge) -> Iterator[Line]:
    for use in one.uses:
        name = knowledge.indications[use.indication].name
        yield Line(use.text, name, (), use.sources, Link("indication", use.indication))


def _mixing(one: Component) -> str:
    return "A pair that is not named has no data: not in one syringe." if one.delivered_into_skin else ""


def _harms(one: Component) -> Iterator[Line]:
    for event in sorted(one.adverse_events, key=lambda each: HARMS.index(each.severity)):
        more = [f"How often: {event.frequency}."] if event.frequency else []
        more += [event.text] if event.text else []
        yield Line(event.event, event.severity.capitalize(), tuple(more), event.sources)


def _standing(one: Component, knowledge: Knowledge) -> Iterator[Line]:
    places = knowledge.catalogue.jurisdictions
    for each in one.regulatory:
        place = places.get(each.jurisdiction, each.jurisdiction)
        yield Line(each.text, f"{place}: {each.status.replace('_', ' ')}", (), each.sources)


def _chemistry(one: Component) -> Iterator[Line]:
    return (Line(each.text, each.property.capitalize(), (), each.sources) for each in one.chemistry)


def _every_procedure(identifier: str, book: Handbook) -> Section:
    """The exclusions and objections that hold for every procedure; their reasons stand on the pages of the rules."""
    rules = book.wide_rules_of_component[identifier]
    lines = tuple(rule_line(rule, book.knowledge, cited=False) for rule in gravest_first(rules))
    return Section(FOR_EVERY_PROCEDURE, _PROCEDURE_TITLE, lines)
