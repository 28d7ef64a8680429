"""Page two: why this and not something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from formulator.engine.answer import USABLE, Argument, Assumption, ComponentAnswer, Question, Recommendation, Response
from formulator.engine.questions import NOTHING_CHANGES
from formulator.engine.words import DECISION_WORDS, STATUS_WORDS
from formulator.export.words import CERTAINTY_WORDS, field_label, kind_word, value_label
from formulator.export.worksheet.citations import Citations
from formulator.export.worksheet.words import name_of, names_of, number
from formulator.knowledge import Knowledge
from formulator.profile.fields import NO

_MOST_COMPONENTS = 6
_MOST_A_SIDE = 2
_MOST_QUESTIONS = 5
_MOST_DISAGREEMENTS = 3
_WORDS = {**DECISION_WORDS, **STATUS_WORDS}
_CODES = re.compile("|".join(sorted(_WORDS, key=len, reverse=True)))
_FOR, _AGAINST = ("for", "confirms"), ("excludes", "against")


def reasons_page(answer: Recommendation, knowledge: Knowledge, cite: Citations) -> dict[str, Any]:
    """Decision, arguments about each proposed component, what is assumed and asked, where sources disagree."""
    proposed = _proposed(answer)
    return {
        "decision": [argument_entry(one, knowledge, cite) for one in answer.decision_arguments],
        "place": _place(answer, knowledge, cite),
        "components": [_component(one, knowledge, cite) for one in proposed[:_MOST_COMPONENTS]],
        "more_components": names_of((one.id for one in proposed[_MOST_COMPONENTS:]), knowledge),
        "excluded": excluded_entries(answer, knowledge),
        "why": answer.formulations[0].why if answer.formulations else "",
        "mixing": _mixing(answer, knowledge, cite),
        "assumptions": [_assumption(one, knowledge) for one in answer.assumptions],
        "questions": [_question(one, knowledge) for one in answer.missing[:_MOST_QUESTIONS]],
        "more_questions": max(0, len(answer.missing) - _MOST_QUESTIONS),
        "disagreements": [
            f"{one.topic} Used here: {one.used}. {one.why}" for one in answer.disagreements[:_MOST_DISAGREEMENTS]
        ],
        "more_disagreements": max(0, len(answer.disagreements) - _MOST_DISAGREEMENTS),
    }


def _proposed(answer: Recommendation) -> list[ComponentAnswer]:
    """What the sheet proposes: the best formulation, or the sessions, then everything of a main or adjunct status."""
    best = answer.formulations[0] if answer.formulations else None
    used = (
        (*best.components, *best.separate)
        if best
        else tuple(name for one in (answer.plan.sessions if answer.plan else ()) for name in one.components)
    )
    chosen = [one for one in answer.components if one.id in used and one.status in USABLE]
    rest = [one for one in answer.components if one.status in ("recommended", "adjunct") and one not in chosen]
    return chosen + rest


def _place(answer: Recommendation, knowledge: Knowledge, cite: Citations) -> str:
    found = knowledge.indications.get(answer.indication or "")
    return f"{found.place_of_mesotherapy.text} {cite.of(found.place_of_mesotherapy.sources)}" if found else ""


def _component(one: ComponentAnswer, knowledge: Knowledge, cite: Citations) -> dict[str, Any]:
    stock = "" if one.stocked else ", not in stock"
    return {
        "name": name_of(one.id, knowledge),
        "status": f"{STATUS_WORDS[one.status]}{stock}",
        "effect": _effect(one.response),
        "for": _side(one.arguments, _FOR, knowledge, cite),
        "against": _side(one.arguments, _AGAINST, knowledge, cite),
    }


def _effect(response: Response) -> str:
    if not response.estimable or response.effect is None:
        return response.sentence or f"Effect not estimated: {response.reason}"
    interval = f"{number(response.low)} to {number(response.high)}"
    level = f"{response.level:.0%} interval"
    return f"Effect {number(response.effect)} ({level} {interval}) {response.scale or ''}".strip()


def _side(arguments: Sequence[Argument], kinds: Sequence[str], knowledge: Knowledge, cite: Citations) -> list[str]:
    found = [one for one in arguments if one.kind in kinds]
    more = [f"and {len(found) - _MOST_A_SIDE} more"] if len(found) > _MOST_A_SIDE else []
    return [_words(one, cite) for one in found[:_MOST_A_SIDE]] + more


def _words(one: Argument, cite: Citations) -> str:
    return f"{one.text} ({CERTAINTY_WORDS[one.certainty]}) {cite.of(one.sources)}"


def argument_entry(one: Argument, knowledge: Knowledge, cite: Citations) -> dict[str, str]:
    """An argument: what it does, its sentence with certainty and source, the values that it read, its rule."""
    values = "; ".join(
        f"{field_label(knowledge, read.field)}: {value_label(knowledge, read.field, read.value)}"
        for read in one.because
    )
    return {"kind": kind_word(one), "text": _words(one, cite), "because": values, "rule": one.rule}


def excluded_entries(answer: Recommendation, knowledge: Knowledge) -> list[dict[str, str]]:
    """Each reason once with its rule, and everything that it rules out or defers."""
    by_reason: dict[tuple[str, str, str], list[str]] = {}
    for one in answer.components:
        if one.status in ("contraindicated", "deferred"):
            found = next((each for each in one.arguments if each.kind == "excludes"), None)
            reason, rule = (found.text, found.rule) if found else ("", "")
            by_reason.setdefault((STATUS_WORDS[one.status], reason, rule), []).append(one.id)
    return [
        {"status": status, "reason": reason, "rule": rule, "names": names_of(names, knowledge)}
        for (status, reason, rule), names in by_reason.items()
    ]


def _mixing(answer: Recommendation, knowledge: Knowledge, cite: Citations) -> list[str]:
    states = answer.formulations[0].mixing if answer.formulations else ()
    return [
        f"{names_of(one.pair, knowledge)}: {one.state.replace('_', ' ')}. {one.text} {cite.of(one.sources)}"
        for one in states
    ]


def _assumption(one: Assumption, knowledge: Knowledge) -> str:
    label = field_label(knowledge, one.field)
    return label if one.value == NO else f"{label} {one.value}"


def _question(one: Question, knowledge: Knowledge) -> dict[str, str]:
    """A question with the first change that each answer brings; answers that change nothing are left out."""
    changes = [
        f"{value}: {_in_words(found[0])}"
        for value, found in one.answers.items()
        if found and found[0] != NOTHING_CHANGES
    ]
    return {"ask": field_label(knowledge, one.field), "why": one.why, "changes": "; ".join(changes)}


def _in_words(change: str) -> str:
    """A change without its reason, which stands before it already, and with decisions in words."""
    return _CODES.sub(lambda found: _WORDS[found.group()].lower(), change.split(" (", maxsplit=1)[0].replace("->", "→"))
