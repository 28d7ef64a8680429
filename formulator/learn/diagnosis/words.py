"""The words of feedback: facts as a person says them, decisions as phrases, sentences that stay short."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from formulator.engine.answer import Because
from formulator.export.words import field_label, value_label
from formulator.export.worksheet.words import name_of
from formulator.knowledge import Knowledge
from formulator.knowledge.items import LONGEST_LINE
from formulator.learn.diagnosis.remark import Lesson
from formulator.profile.fields import NO, YES

TO_DECIDE = {
    "treat": "to treat",
    "treat_after": "to wait until something is settled",
    "refer_first": "to refer first",
    "do_not_treat": "not to treat",
}
"""A decision after "right" or "you chose"."""
CALLS_FOR = {
    "treat_after": "something comes before the needles",
    "refer_first": "a reason to refer first",
    "do_not_treat": "a reason not to treat",
}
"""What a fact is, by the decision that it forces."""
CERTAINTY = {
    "high": "high certainty",
    "moderate": "moderate certainty",
    "low": "low certainty",
    "very_low": "very low certainty",
    "expert": "expert opinion",
}
_FRAMING = ("indication", "domain", "concern", "cause", "sex", "age", "site", "severity_scale")
"""Fields that frame a rule and are seldom its point."""
_MERE_FRAME = ("domain", "concern")
"""Of these, what says nothing of the patient."""
_MOST_FACTS = 2


def fact_words(because: Iterable[Because], knowledge: Knowledge) -> str:
    """The facts behind a rule, the telling ones first and at most two; empty where the rule reads nothing."""
    return " and ".join(_fact(one, knowledge) for one in telling(because)[:_MOST_FACTS])


def _fact(one: Because, knowledge: Knowledge) -> str:
    label = field_in_words(one.field, knowledge)
    if one.field == "in_eu" and one.value is not None:
        return f"{'in' if one.value == YES else 'outside'} the European Union"
    if one.field == "indication":
        return lowered(value_label(knowledge, one.field, one.value))
    if one.value is None:
        return f"{label} unknown"
    if one.value == YES:
        return label
    words = value_label(knowledge, one.field, one.value)
    return f"{label} {words}" if isinstance(one.value, int | float) else f"{label}: {lowered(words)}"


def read_words(because: Iterable[Because], knowledge: Knowledge) -> str:
    """Everything that a rule read, as a sentence; empty where it read nothing.

    What a patient has stands by its name alone, what is absent or unknown says so.
    """
    said = [_absent(one, knowledge) or _fact(one, knowledge) for one in because]
    return f"What decides here: {'; '.join(said)}." if said else ""


def _absent(one: Because, knowledge: Knowledge) -> str:
    return f"no {field_in_words(one.field, knowledge)}" if one.value == NO else ""


def sentence(*candidates: str) -> str:
    """The first candidate that fits under the longest line, each begun with a capital; else the last one, cut."""
    shortened = [one[:1].upper() + one[1:] for one in candidates]
    for one in shortened:
        if len(one) < LONGEST_LINE:
            return one
    return f"{shortened[-1][: LONGEST_LINE - 5].rsplit(' ', 1)[0]} ..."


def number_words(value: float | None) -> str:
    """A number as a person writes it: four digits that count, thousands with commas, never a power of ten."""
    if value is None:
        return "unknown"
    rounded = float(f"{value:.4g}")
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{Decimal(str(rounded)):,f}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 day, 2 days."""
    return f"{number_words(number)} {one if number == 1 else many or f'{one}s'}"


def joined(*parts: str) -> str:
    """Sentences one after the other; empty ones are left out, and none is said twice."""
    return " ".join(dict.fromkeys(one.strip() for one in parts if one.strip()))


def telling(because: Iterable[Because]) -> list[Because]:
    """What a rule read without what only frames it; everything, where nothing else is left."""
    read = list(because)
    own = [one for one in read if one.field not in _FRAMING]
    return own or [one for one in read if one.field not in _MERE_FRAME] or read


def field_in_words(name: str, knowledge: Knowledge) -> str:
    """A field inside a sentence."""
    return lowered(field_label(knowledge, name).replace(": ", " to "))


def lowered(label: str) -> str:
    """A label inside a sentence: begun with a small letter, unless its first word is an abbreviation or a code."""
    first = label.split(" ", maxsplit=1)[0]
    return label if any(sign.isupper() for sign in first[1:]) else label[:1].lower() + label[1:]


def lesson_words(lesson: Lesson, knowledge: Knowledge) -> str:
    """A lesson in a line: the sentence of its rule, the claim, the pair, the component or the indication."""
    if lesson.kind == "rule" and lesson.id in knowledge.rules:
        return knowledge.rules[lesson.id].text
    if lesson.kind == "claim" and lesson.id in knowledge.claims:
        return f'Claim: "{knowledge.claims[lesson.id].claim}"'
    if lesson.kind == "mixing":
        first, *others = (name_of(one, knowledge) for one in lesson.id.split("+"))
        return f"{first} with {' and '.join(map(lowered, others))} in one syringe"
    if lesson.kind == "limit":
        return f"The limit of {lowered(name_of(lesson.id, knowledge))} in a session"
    if lesson.kind == "component":
        return f"What {lowered(name_of(lesson.id, knowledge))} is for"
    name = lowered(value_label(knowledge, "indication", lesson.id))
    return f"How {name} is recognised" if lesson.kind == "indication" else f"The course of {name}"
