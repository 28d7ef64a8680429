"""Lines that several kinds of pages share: rules, statements, figures, amounts."""

from __future__ import annotations

from collections.abc import Iterable

from formulator.conditions import All, Always, AnyOf, Condition
from formulator.export.words import CERTAINTY_WORDS, condition_words, does_words, kind_word
from formulator.export.worksheet.words import name_of, names_of
from formulator.knowledge import Knowledge
from formulator.knowledge.base import COMPANIONS, INJECTIONS, PROCEDURE
from formulator.knowledge.items import TREATMENT, Figure, Rule, Statement
from formulator.learn.handbook.page import Line, Link

HARMS = ("severe", "moderate", "minor", None)
"""How bad the harm is that a rule speaks of, the gravest first; None where it speaks of none."""
ROLES = ("main", "adjunct", "optional", None)
AGAINST, FOR = ("excludes", "against"), ("for", "confirms")
EVERYBODY = "Holds for everybody."
_SUBJECTS = {
    PROCEDURE: "everything that is brought into the skin",
    INJECTIONS: "every injection",
    COMPANIONS: "everything that is not injected",
    TREATMENT: "whether to treat at all",
}


def gravest_first(rules: Iterable[Rule]) -> list[Rule]:
    """Rules that speak against something: severe harm first, then exclusions before objections."""
    against = [rule for rule in rules if rule.kind in AGAINST]
    return sorted(against, key=lambda rule: (HARMS.index(rule.harm), AGAINST.index(rule.kind)))


def strongest_first(rules: Iterable[Rule]) -> list[Rule]:
    """Rules that speak for something: main parts first, then adjuncts, then options."""
    return sorted((rule for rule in rules if rule.kind in FOR), key=lambda rule: ROLES.index(rule.role))


def rule_line(rule: Rule, knowledge: Knowledge, *, about: bool = False, cited: bool = True) -> Line:
    """A rule with what it does, its condition in words, certainty and reasons; `about` names its subject too.

    Without `cited` its reasons and sources are left to its own page.
    """
    harm = f", {rule.harm} harm" if rule.harm else ""
    does = does_words(rule)
    more = [f"About {subject_words(rule, knowledge)}."] if about else []
    more += [sentence(does)] if does else []
    more += [when_words(rule, knowledge), *([rule.detail] if rule.detail and cited else [])]
    more.append(f"{CERTAINTY_WORDS[rule.certainty].capitalize()}.")
    sources, link = rule.sources if cited else (), Link("rule", rule.id)
    return Line(rule.text, f"{kind_word(rule)}{harm}", tuple(more), sources, link, rule.harm == "severe")


def when_words(rule: Rule, knowledge: Knowledge) -> str:
    """The condition of a rule as a sentence."""
    if isinstance(rule.when, Always):
        return EVERYBODY
    word = "; or " if isinstance(rule.when, AnyOf) else "; and "
    return f"When: {word.join(condition_words(part, knowledge) for part in parts_of(rule.when))}."


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The parts of a condition that is a list of parts, or the condition alone."""
    return condition.parts if isinstance(condition, All | AnyOf) else (condition,)


def sentence(words: str) -> str:
    """Words as a sentence: a capital first (except in words such as eGFR), one full stop last."""
    first = words[:1] if words[1:2].isupper() else words[:1].upper()
    return f"{first}{words[1:].rstrip('.')}."


def subject_words(rule: Rule, knowledge: Knowledge) -> str:
    """What a rule speaks about, by names; a group is told with its members."""
    return "; ".join(_subject(one, knowledge) for one in rule.subject)


def _subject(subject: str, knowledge: Knowledge) -> str:
    if subject in knowledge.groups:
        return f"{subject.replace('_', ' ')} ({names_of(knowledge.groups[subject].members, knowledge)})"
    return _SUBJECTS.get(subject) or name_of(subject, knowledge)


def statement_line(one: Statement, lead: str = "") -> Line:
    """A sentence with its sources."""
    return Line(one.text, lead, (), one.sources)


def figure_words(one: Figure, unit: str) -> str:
    """A figure: the value that is used and the published range, or the range alone."""
    span = f"{one.low:g}" if one.low == one.high else f"{one.low:g} to {one.high:g}"
    if one.used is None or span == f"{one.used:g}":
        return f"{span} {unit}".strip()
    return f"{one.used:g} {unit} (published: {span})".strip()
