"""Which of an answer's notes are printed, and for whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from formulator.conditions import truth
from formulator.engine.answer import Note, Recommendation
from formulator.knowledge.items import CareNote
from formulator.profile.fields import UNKNOWN


class Printed:
    """Chooses notes: those about what is really given, whose condition holds.

    A note that hangs on something unknown stays on the screen, beside its question; paper shows what is known to apply.
    """

    def __init__(self, answer: Recommendation) -> None:
        self.facts = {**answer.derived, **{name: one for name, one in answer.profile.items() if one != UNKNOWN}}
        self.given = given_components(answer)

    def of(self, shown: Iterable[Note], known: Iterable[CareNote], audience: str) -> list[tuple[Note, CareNote]]:
        """The notes for an audience, each with the item that it comes from. Alarms are kept even where unsure."""
        items = {one.id: one for one in known}
        pairs = [(one, items[one.id]) for one in shown if one.id in items]
        return [pair for pair in pairs if pair[1].audience == audience and self._applies(pair[1])]

    def _applies(self, item: CareNote) -> bool:
        about_given = not item.components or bool(self.given.intersection(item.components))
        return about_given and (item.call is not None or truth(item.when, self.facts) is True)


def given_components(answer: Recommendation) -> frozenset[str]:
    """What the sheet proposes to give: the sessions' components and the best formulation."""
    found: set[Any] = {name for one in (answer.plan.sessions if answer.plan else ()) for name in one.components}
    for best in answer.formulations[:1]:
        found |= {*best.components, *best.separate}
    return frozenset(found)
