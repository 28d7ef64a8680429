"""A pair as a question for a trainee: two patients, the one fact in which they differ, and what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.export.words import field_label, value_label
from formulator.knowledge import Knowledge
from formulator.proof.pairs import ALWAYS, EFFECT, FAILS, UNKNOWN, Pair

ASKED = "Two patients differ in this fact alone. What does it change, and why?"


@dataclass(frozen=True, slots=True)
class PairQuestion:
    """What is shown (what they share, where they differ) and the answer: what changes, the rule's sentence, sources."""

    rule: str
    shared: tuple[str, ...]
    differs: str
    first: str
    second: str
    changes: tuple[str, ...]
    sentence: str
    detail: str
    sources: tuple[str, ...]

    @property
    def question(self) -> str:
        """What the trainee is asked."""
        return ASKED


def question_of(pair: Pair, knowledge: Knowledge) -> PairQuestion | None:
    """The question that a pair makes; None where the two are the same patient, or the rule does not tell them apart.

    Values are in the words of the catalogue of fields; every text is plain and belongs through `safe` on a page.
    """
    if not pair.field or pair.shows == ALWAYS or FAILS not in (pair.first.reading, pair.second.reading):
        return None
    rule = knowledge.rules[pair.rule]
    shared = ((field_label(knowledge, name), _value(name, value, knowledge)) for name, value in pair.patient)
    return PairQuestion(
        rule=pair.rule,
        shared=tuple(f"{name}: {value}" for name, value in shared),
        differs=field_label(knowledge, pair.field),
        first=_value(pair.field, pair.first.value, knowledge),
        second=_value(pair.field, pair.second.value, knowledge),
        changes=tuple(_changes(pair, knowledge)),
        sentence=rule.text,
        detail=rule.detail,
        sources=rule.sources,
    )


def questions_of(pairs: tuple[Pair, ...], knowledge: Knowledge) -> Iterator[PairQuestion]:
    """The questions of all pairs that are kept for a comparison, in their order."""
    found = (question_of(pair, knowledge) for pair in pairs if not pair.shows.startswith(EFFECT))
    yield from filter(None, found)


def _value(field: str, value: str, knowledge: Knowledge) -> str:
    return "not known" if value == UNKNOWN and field != "cause" else value_label(knowledge, field, value)


def _changes(pair: Pair, knowledge: Knowledge) -> Iterator[str]:
    """Decision and statuses that differ; where none does, that only the reasons do."""
    first, second = pair.sides
    if first.decision != second.decision:
        yield f"Decision: {_both(DECISION_WORDS, first.decision, second.decision)}"
    found = False
    for (name, one), (_, other) in zip(first.statuses, second.statuses, strict=True):
        if one != other:
            found = True
            yield f"{knowledge.components[name].name}: {_both(STATUS_WORDS, one, other)}"
    if not found and first.decision == second.decision:
        yield f"Only the reasons: the argument stands for {_holding(pair)}, and the answer is otherwise the same."


def _both(words: Mapping[str, str], one: str, other: str) -> str:
    return f"{words[one]} with the first, {words[other]} with the second"


def _holding(pair: Pair) -> str:
    return "the second patient" if pair.first.reading == FAILS else "the first patient"
