"""The file that a trainee fills in: YAML with everything that may be written said beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from formulator.engine.words import DECISION_WORDS
from formulator.knowledge import Knowledge
from formulator.knowledge.items.parts import Role
from formulator.learn.cases import Case, Casebook
from formulator.learn.diagnosis.words import CERTAINTY
from formulator.learn.instructor.session import TeachingSession, cases_of

SCHEMA = "formulator/answers/1"
LONGEST_LABEL = 20
ROLES: tuple[str, ...] = get_args(Role)
_WIDTH = 110


def answer_form(session: TeachingSession, book: Casebook, knowledge: Knowledge) -> str:
    """An answer file with nothing decided yet. Raises FaultsFound where a case is no longer there."""
    cases = cases_of(session, book)
    parts = [_head(session)]
    for number, (case, stamp) in enumerate(zip(cases, session.cases, strict=True), 1):
        parts.append(_case(number, case, stamp.sha256, book, knowledge))
    parts.append(_vocabulary(knowledge))
    return "\n".join(parts)


def _head(session: TeachingSession) -> str:
    lines = [
        *_said(f"Answers to: {session.title}, {session.day}.", ""),
        *_said("What stays empty counts as not decided. Every word that may be used stands in a comment.", ""),
        f"schema: {SCHEMA}",
        f"session: {session.sha256}",
        f"knowledge: {session.knowledge_sha256}",
        *_said(f"A code of your own, at most {LONGEST_LABEL} letters and digits. Not your name.", ""),
        "label:",
        "answers:",
    ]
    return "\n".join(lines)


def _case(number: int, case: Case, sha256: str, book: Casebook, knowledge: Knowledge) -> str:
    lines = ["", *_said(f"Case {number}: {case.title}", "  "), f"  {number}:", f"    case: {sha256}"]
    for key, empty, words in _entries(case, book, knowledge):
        lines += [*_said(words, "    "), f"    {key}:{empty}"]
    return "\n".join(lines)


def _entries(case: Case, book: Casebook, knowledge: Knowledge) -> Iterator[tuple[str, str, str]]:
    """Key, what stands behind it while nothing is decided, and what may be written."""
    causes = knowledge.catalogue.fields["cause"].choices
    yield "cause", "", f"The cause, one of: {_listed((one, causes.get(one, '')) for one in case.causes)}."
    asked = ((one.id, f"{one.ask}; {book.steps[one.step].label}") for one in case.findings)
    yield "asked", " []", f"What you asked for, in your order: {_listed(asked)}; other fields may be asked about too."
    yield "settle", " []", "Fields that must be settled or measured before the first session; see the end of the file."
    yield "decision", "", f"The decision, one of: {_listed(DECISION_WORDS.items())}."
    roles = ", ".join(ROLES)
    yield "components", " {}", f"What you would use, with its role ({roles}), such as {{prp: main}}."
    yield "exclusions", " {}", "What must not be given (a component, or treatment), with the field that forbids it."
    yield "graded", " {}", f"How certain its evidence is, by component: {_listed(CERTAINTY.items())}."
    if case.claims:
        claims = ((one, f'"{knowledge.claims[one].claim}"') for one in case.claims)
        yield "believed", " {}", f"Which of these claims hold, such as {{{case.claims[0]}: no}}: {_listed(claims)}."
    course = "{sessions: , interval_days: , reassess_weeks: }"
    yield "course", f" {course}", "The schedule, in whole numbers."
    drawn = "[[{component: prp, strength: 5, unit: mg/mL, volume_ml: 2}]]"
    yield "syringes", " []", f"If you compose one yourself: syringes, each a list of parts, such as {drawn}."
    yield "sure", "", "How sure you are of the decision, in percent, 0 to 100."


def _vocabulary(knowledge: Knowledge) -> str:
    components = ((one.id, one.name) for one in sorted(knowledge.components.values(), key=lambda one: one.id))
    fields = ((one.name, one.label) for one in knowledge.catalogue.fields.values() if one.name != "cause")
    return "\n".join(
        ["", *_said(f"Components: {_listed(components)}.", ""), "#", *_said(f"Fields: {_listed(fields)}.", ""), ""]
    )


def _listed(pairs: Iterable[Sequence[str]]) -> str:
    return ", ".join(f"{word} ({meaning})" if meaning else word for word, meaning in pairs)


def _said(text: str, indent: str) -> list[str]:
    """A text as a comment; whatever ends a line for YAML ends none here, so that nothing escapes from it."""
    plain = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return textwrap.wrap(plain, _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")
