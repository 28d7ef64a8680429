"""Whether the engine and the formulas give the same answer: rule by rule, status by status, unknowns included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from formulator.engine.answer import STATUSES
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.profile import Profile
from formulator.proof.answers import Answers
from formulator.proof.booleans import Formula, both
from formulator.proof.columns import Reading, columns_of
from formulator.proof.drawn import Answered, answered
from formulator.proof.facts import INDICATION
from formulator.proof.plans import Plans


@dataclass(frozen=True)
class Agreement:
    """The formulas of one knowledge base, ready to be held against its engine."""

    answers: Answers

    @cached_property
    def statements(self) -> dict[str, Formula]:
        """Each statement about an answer, as a formula."""
        of, knowledge = self.answers, self.answers.knowledge
        plans = Plans(of)
        derived = sorted({one.field for one in knowledge.derivations} | {INDICATION})
        return {
            "possible": both(*of.variables.possible()),
            **{f"{field} is {value}": when for field in derived for value, when in of.facts.field(field).values},
            **{f"{rule.id} holds": of.holds(rule.id) for rule in of.read},
            **{f"{rule.id} is open": of.open(rule.id) for rule in of.read},
            **{f"{name} is {status}": of.status(name, status) for name in knowledge.components for status in STATUSES},
            **{decision: of.decision(decision) for decision in GRAVEST_FIRST},
            "there is a reason": of.has_reason,
            "there is a plan": plans.planned,
            "the plan waits": plans.provisional,
        }

    def reading_of(self, asked: Sequence[Answered]) -> Reading:
        """The formulas read on the profiles of these answers."""
        variables = self.answers.variables
        rows = [variables.true_of(one.patient.profile.values, one.patient.facts.get("days_to_event")) for one in asked]
        return Reading(columns_of(variables.names, rows), len(rows))

    def disagreements(self, asked: Iterable[tuple[Profile, date]]) -> list[str]:
        """Every statement on which the engine and the formulas differ for one of these profiles, with the profile."""
        given = [answered(profile, self.answers.knowledge, day) for profile, day in asked]
        place = {name: number for number, name in enumerate(self.statements)}
        engine = np.zeros((len(place), len(given)), dtype=bool)
        for column, one in enumerate(given):
            engine[[place[name] for name in said_by_engine(one) if name in place], column] = True
        reading = self.reading_of(given)
        differing = {name: np.nonzero(reading(one) != engine[place[name]])[0] for name, one in self.statements.items()}
        return [f"{name}: {dict(given[who[0]].patient.profile.values)}" for name, who in differing.items() if len(who)]


def said_by_engine(one: Answered) -> Iterator[str]:
    """The statements that are true of an answer of the engine."""
    yield "possible"
    yield from (f"{field} is {value}" for field, value in one.patient.facts.items())
    yield from (f"{name} holds" for name in one.findings.holds)
    yield from (f"{name} is open" for name in one.findings.open)
    yield from (f"{each.id} is {each.status}" for each in one.components)
    yield one.verdict.decision
    yield from ["there is a reason"] * bool(one.verdict.arguments)
    yield from ["there is a plan"] * (one.plan is not None)
    yield from ["the plan waits"] * bool(one.plan and one.plan.provisional)
