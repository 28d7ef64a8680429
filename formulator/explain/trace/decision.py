"""Why the answer is to treat, to wait, to refer or not to treat."""

from __future__ import annotations

from formulator.engine.answer import MOVABLE, Argument
from formulator.engine.words import DECISION_WORDS
from formulator.explain.trace.reading import Reading
from formulator.explain.trace.tree import Trace

_FORCED = "Forced by rules about the whole procedure; the gravest decides."
_ASKS = "An open question must be answered before anything is injected."
_NOTHING_LEFT = "No component that is brought into the skin is used or waits."
_NOTHING_SAID = "Nothing forces another decision, and something is left to bring into the skin."


def decision_trace(reading: Reading) -> Trace:
    """The decision, the rules or questions that force it, or what speaks for treating."""
    answer = reading.answer
    hangs = {entry.rule for one in answer.components for entry in one.not_evaluated}
    children = [_said(one, one.rule in hangs, reading) for one in answer.decision_arguments]
    children.sort(key=lambda one: not one.decisive)
    indication = (reading.fact("indication"),)
    return Trace(
        "decision",
        "Decision",
        DECISION_WORDS[answer.decision],
        _how(reading),
        children=(*children, *indication, *_left(reading)),
        about=answer.decision,
    )


def _said(one: Argument, asked: bool, reading: Reading) -> Trace:
    """An argument about the decision: it decides if its rule says this very decision, or speaks for treating."""
    decision = reading.knowledge.rules[one.rule].decision or "treat"
    decides = reading.answer.decision == ("treat_after" if asked else decision)
    return reading.argument(one, asked, decides)


def _how(reading: Reading) -> str:
    answer, rules = reading.answer, reading.knowledge.rules
    said = [rules[one.rule] for one in answer.decision_arguments]
    if any(rule.when_nothing_is_left for rule in said):
        return _NOTHING_LEFT
    if answer.decision == "treat":
        return _NOTHING_SAID
    hangs = {entry.rule for one in answer.components for entry in one.not_evaluated}
    held = any(rule.decision == answer.decision and rule.id not in hangs for rule in said)
    return _FORCED if held else _ASKS


def _left(reading: Reading) -> tuple[Trace, ...]:
    """What is left to bring into the skin, where the decision hangs on it."""
    into_skin = reading.knowledge.into_skin
    left = [one.id for one in reading.answer.components if one.status in MOVABLE and one.id in into_skin]
    names = "; ".join(reading.knowledge.components[name].name for name in left)
    label = f"{len(left)} components that are brought into the skin are used or wait"
    return (Trace("part", label, "", names, decisive=False),)
