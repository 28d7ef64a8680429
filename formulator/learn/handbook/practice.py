"""Where it is practised and proven: cases, pearls, pairs of patients, worked cases, invariants, what was missed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from formulator.export.worksheet.words import name_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Rule
from formulator.learn.cases import Case
from formulator.learn.cases.case import DIFFICULTIES
from formulator.learn.diagnosis.remark import lesson_of
from formulator.learn.handbook.page import CASE, Line, Link, Missed, Section
from formulator.learn.handbook.shelf import WIDE, Handbook
from formulator.proof.invariants import Invariant
from formulator.proof.pairs import Pair
from formulator.proof.questions import PairQuestion, questions_of
from formulator.proof.worked import WorkedCase

_INVARIANTS, _PLANTED = "Invariants", "Planted faults"
_MOST_PAIRS = 12
_ABOUT_COMPONENTS = ("status", "usable", "not_usable", "argued", "cautioned", "brings_in", "in_plan", "not_in_plan")
_WORDS_OF_LESSONS = {
    "rule": "Rule",
    "claim": "Claim",
    "mixing": "Mixing",
    "limit": "Limit of dose",
    "course": "Course",
}


def cases_section(cases: Iterable[Case], lessons: Iterable[str] = ()) -> Section:
    """The cases, linked; those that are about one of the lessons say so."""
    about = frozenset(lessons)
    lines = tuple(
        Line(
            case.title,
            DIFFICULTIES[case.difficulty],
            ("The case is about it.",) if about.intersection(case.lessons) else (),
            (),
            Link(CASE, case.id),
        )
        for case in cases
    )
    return Section("cases", "Cases that exercise it", lines)


def cases_of_rules(rules: Iterable[Rule], book: Handbook) -> tuple[Case, ...]:
    """The cases in whose answer one of these rules speaks, those that are about one first; each once."""
    wanted = tuple(rules)
    names = frozenset(rule.id for rule in wanted)
    found = dict.fromkeys(case.id for rule in wanted for case in book.cases_of_rule.get(rule.id, ()))
    cases = [book.casebook.cases[name] for name in found]
    return tuple(sorted(cases, key=lambda case: (names.isdisjoint(case.lessons), case.difficulty, case.id)))


def pearls(cases: Iterable[Case], rules: Iterable[Rule]) -> Section:
    """What to take home: the pearls of cases that are about these rules, and the questions that come first."""
    own = tuple(rules)
    names = frozenset(rule.id for rule in own)
    taught = [Line(one.pearl, "", (), (), Link(CASE, one.id)) for one in cases if names.intersection(one.lessons)]
    asked = [Line(rule.ask, "Ask first", (), (), Link("rule", rule.id)) for rule in own if rule.ask]
    return Section("pearls", "Pearls", (*taught, *asked))


def pairs_section(rules: Iterable[Rule], book: Handbook, most: int | None = _MOST_PAIRS) -> Section:
    """Two patients who differ in one fact, as far as these rules tell them apart; at most so many (None: all)."""
    own = tuple(rules)
    linked = len(own) > 1
    questions = [one for rule in own for one in _questions(book.pairs_of_rule.get(rule.id, ()), book.knowledge)]
    lines = tuple(_pair_line(one, linked) for one in questions[:most])
    more = len(questions) - len(lines)
    intro = f"{more} more stand on the pages of its rules." if more else ""
    return Section("pairs", "Two patients who differ in one fact", lines, intro)


def _questions(pairs: tuple[Pair, ...], knowledge: Knowledge) -> Iterator[PairQuestion]:
    return questions_of(pairs, knowledge)


def _pair_line(one: PairQuestion, linked: bool) -> Line:
    shared = f"Both: {'; '.join(one.shared)}." if one.shared else "Nothing else is known of either."
    changes = tuple(f"{change.rstrip('.')}." for change in one.changes)
    sentence = (one.sentence,) if linked else ()
    link = Link("rule", one.rule) if linked else None
    return Line(f"{one.first}, or {one.second}?", one.differs, (shared, *changes, *sentence), (), link)


def worked_of_component(identifier: str, worked: Iterable[WorkedCase]) -> Section:
    """The sentences that clinicians wrote about this component, which the program is tested with."""
    found = (one for one in worked if any(identifier in _named(one.expect.get(key)) for key in _ABOUT_COMPONENTS))
    return _worked(found)


def worked_of_indication(identifier: str, worked: Iterable[WorkedCase]) -> Section:
    """The sentences about this indication."""
    return _worked(one for one in worked if one.expect.get("indication") == identifier)


def _named(wanted: Any) -> frozenset[str]:
    return frozenset((wanted,) if isinstance(wanted, str) else wanted or ())


def _worked(found: Iterable[WorkedCase]) -> Section:
    return Section("worked", "Worked cases, tested with every version", tuple(Line(one.sentence) for one in found))


def proven_section(identifier: str, book: Handbook) -> Section:
    """The invariants about this component that the report proves for this very knowledge."""
    part = book.proven.part(_INVARIANTS) if book.proven else None
    proven = frozenset(entry.id for entry in part.entries if entry.passed) if part else frozenset()
    found = (one for one in book.invariants if one.id in proven and _speaks_of(one, identifier, book.knowledge))
    lines = tuple(Line(one.sentence, "", (), one.sources) for one in found)
    return Section("proven", "Proven for every possible patient", lines)


def _speaks_of(one: Invariant, identifier: str, knowledge: Knowledge) -> bool:
    subjects = (set(_words(one.then)) if one.then else set(one.among)) & knowledge.subjects - WIDE
    return any(identifier in knowledge.members(subject) for subject in subjects)


def _words(value: Any) -> Iterator[str]:
    """Every word inside a statement."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _words(getattr(value, field.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _words(one)


def faults_section(rule: Rule, book: Handbook) -> Section:
    """How many small faults the verification planted in a rule, and that none which matters went unnoticed."""
    part = book.proven.part(_PLANTED) if book.proven else None
    if part is None:
        return Section("faults", "")
    unnoticed = [Line(entry.sentence, "", (entry.detail,)) for entry in part.entries if entry.id == rule.id]
    planted = book.planted(rule)
    words = (
        f"{planted} small faults were planted in this rule, one at a time" if planted > 1 else "The rule was dropped"
    )
    found = (
        f"{len(unnoticed)} of them change an answer and nothing notices."
        if unnoticed
        else "Each that changes somebody's answer is noticed by a worked case, an invariant or a pair of patients."
    )
    return Section("faults", "Who would notice a fault in it", tuple(unnoticed), f"{words}. {found}")


def missed_section(keys: Iterable[str], missed: Mapping[str, Missed], knowledge: Knowledge) -> Section:
    """What the trainee missed among these lessons, the most often missed first; nothing where nothing was missed."""
    found = [(key, missed[key]) for key in dict.fromkeys(keys) if key in missed and missed[key].times > 0]
    found.sort(key=lambda pair: -pair[1].times)
    return Section("missed", "What you missed here", tuple(_missed_line(*pair, knowledge) for pair in found))


def _missed_line(key: str, one: Missed, knowledge: Knowledge) -> Line:
    lesson = lesson_of(key)
    times = "once" if one.times == 1 else f"{one.times} times"
    when = f", last on {one.last.isoformat()}" if one.last else ""
    link = Link("rule", lesson.id) if lesson.id in knowledge.rules else None
    lead = f"{_WORDS_OF_LESSONS[lesson.kind]}, missed {times}{when}"
    return Line(_lesson_words(lesson.id, knowledge), lead, (), (), link)


def _lesson_words(identifier: str, knowledge: Knowledge) -> str:
    """The sentence of a rule, a claim, the name of an indication, or the components of a limit or a mixture."""
    if identifier in knowledge.rules:
        return knowledge.rules[identifier].text
    if identifier in knowledge.claims:
        return knowledge.claims[identifier].claim
    if identifier in knowledge.indications:
        return knowledge.indications[identifier].name
    return " with ".join(name_of(one, knowledge) for one in identifier.split("+"))
