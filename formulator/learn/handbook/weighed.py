"""What is not settled: topics on which sources disagree, claims of the market, and what nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from formulator.conditions.tree import thresholds_read
from formulator.export.words import VERDICT_WORDS
from formulator.knowledge import Knowledge
from formulator.knowledge.changes import indications_named
from formulator.knowledge.items import (
    Disagreement,
    Rule,
    SetsAmount,
    SetsCourse,
    SetsRule,
    Setter,
    Threshold,
    WeighedPosition,
)
from formulator.learn.handbook.page import Line, Section


def disagreements(topics: Iterable[Disagreement | Threshold], knowledge: Knowledge) -> Section:
    """Each topic with what is used and why, then all positions with their sources."""
    lines = (line for topic in topics for line in _topic_lines(topic, knowledge))
    return Section("disagreements", "Where sources disagree", tuple(lines))


def _topic_lines(topic: Disagreement | Threshold, knowledge: Knowledge) -> Iterator[Line]:
    if isinstance(topic, Threshold):
        yield threshold_line(topic, knowledge)
        used = [one for one in topic.positions if one.number == topic.value]
    else:
        yield Line(topic.topic, "Disagreement", (f"Used here: {topic.used}.", topic.why), topic.sources)
        used = [one for one in topic.positions if one.used]
    for position in topic.positions:
        lead = "A source says (used here)" if position in used else "A source says"
        yield Line(position.value, lead, _read(position), position.sources)


def _read(position: WeighedPosition) -> tuple[str, ...]:
    return (f"Read as: {position.read_as}.",) if position.read_as else ()


def threshold_line(one: Threshold, knowledge: Knowledge) -> Line:
    """A threshold with its value, its meaning and why this value is used."""
    field = knowledge.catalogue.fields.get(one.field)
    label = field.label if field else one.field.replace("_", " ").capitalize()
    return Line(one.meaning, f"{label}: {one.value:g} {one.unit}".rstrip(), (one.why,) if one.why else (), one.sources)


def topics_of_component(identifier: str, rules: Iterable[Rule], knowledge: Knowledge) -> list[Disagreement | Threshold]:
    """The topics a position of which would set something of this component, and disputed thresholds of its rules."""
    own = tuple(rules)
    named = {rule.id for rule in own}

    def concerns(setter: Setter) -> bool:
        if isinstance(setter, SetsRule):
            return not named.isdisjoint(setter.rule)
        return isinstance(setter, SetsCourse | SetsAmount) and setter.component == identifier

    return [*_with_setter(knowledge, concerns), *disputed_thresholds(own, knowledge)]


def topics_of_indication(
    identifier: str, rules: Iterable[Rule], knowledge: Knowledge
) -> list[Disagreement | Threshold]:
    """The topics that name this indication, or that would set its course; disputed thresholds of its rules."""
    found = [
        one
        for one in knowledge.disagreements
        if identifier in indications_named(one)
        or any(isinstance(each, SetsCourse) and identifier in each.protocol for each in _setters(one))
    ]
    return [*found, *disputed_thresholds(rules, knowledge)]


def topics_of_rule(rule: Rule, knowledge: Knowledge) -> list[Disagreement]:
    """The topics a position of which would change this rule."""
    return _with_setter(knowledge, lambda setter: isinstance(setter, SetsRule) and rule.id in setter.rule)


def disputed_thresholds(rules: Iterable[Rule], knowledge: Knowledge) -> list[Threshold]:
    """The thresholds that these rules compare with and on which sources disagree, each once."""
    read = dict.fromkeys(name for rule in rules for name in sorted(thresholds_read(rule.when)))
    return [knowledge.thresholds[name] for name in read if knowledge.thresholds[name].positions]


def _with_setter(knowledge: Knowledge, concerns: Callable[[Setter], bool]) -> list[Disagreement]:
    return [one for one in knowledge.disagreements if any(map(concerns, _setters(one)))]


def _setters(one: Disagreement) -> Iterator[Setter]:
    return (setter for position in one.positions for setter in position.sets)


def claims(named: Iterable[str], knowledge: Knowledge) -> Section:
    """The claims of the market that refer to one of these ids, each with its verdict."""
    wanted = frozenset(named)
    found = (one for one in knowledge.claims.values() if not wanted.isdisjoint(one.refers_to))
    lines = tuple(Line(f"{one.claim}.", VERDICT_WORDS[one.verdict], (one.text,), one.sources) for one in found)
    return Section("claims", "Marketing claims, weighed", lines)


def gaps(texts: Iterable[str]) -> Section:
    """What nobody knows."""
    return Section("gaps", "What nobody knows", tuple(map(Line, texts)))
