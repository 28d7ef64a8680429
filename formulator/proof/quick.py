"""Statements read on a short answer: decision, statuses and rules; what would need a whole answer is passed over."""

from __future__ import annotations

from typing import Any, cast

from formulator.proof import statements as say
from formulator.proof.outlook import Outlook
from formulator.proof.seen import Seen
from formulator.proof.worked import ShortAnswer

_SHORT = (say.DecisionIs, say.Used, say.SomeComponent, say.SomeArgument)


def violated(statement: say.Statement, outlook: Outlook) -> bool:
    """Whether a short answer is sure to break the statement."""
    patient = outlook.patient
    answer = cast(Any, ShortAnswer(outlook))
    return _is_broken(statement, Seen(answer, patient.facts, outlook.findings, patient.knowledge))


def _is_broken(statement: say.Statement, at: Seen) -> bool:
    if isinstance(statement, say.EveryOf):
        return any(_is_broken(part, at) for part in statement.parts)
    if isinstance(statement, say.SomeOf):
        return all(_is_broken(part, at) for part in statement.parts)
    return _is_short(statement) and not at.holds(statement)


def _is_short(statement: say.Statement) -> bool:
    if isinstance(statement, say.NotSo):
        return _is_short(statement.part)
    if isinstance(statement, say.EveryOf | say.SomeOf):
        return all(map(_is_short, statement.parts))
    return isinstance(statement, _SHORT)
