"""Whether engine, formulas and compiled columns give the same answer: rule by rule, status by status, with unknowns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from formulator.columns import CohortAnswers, Compiled, assess_columns, columns_of, compile_columns
from formulator.engine.answer import STATUSES
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.profile import Profile
from formulator.proof import columns as formulas
from formulator.proof.answers import Answers
from formulator.proof.booleans import Formula, both
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

    def reading_of(self, asked: Sequence[Answered]) -> formulas.Reading:
        """The formulas read on the profiles of these answers."""
        variables = self.answers.variables
        rows = [variables.true_of(one.patient.profile.values, one.patient.facts.get("days_to_event")) for one in asked]
        return formulas.Reading(formulas.columns_of(variables.names, rows), len(rows))

    @cached_property
    def compiled(self) -> Compiled:
        """The same knowledge compiled for columns."""
        return compile_columns(self.answers.knowledge, questions=False)

    def said_by_columns(self, asked: Sequence[Answered]) -> dict[str, npt.NDArray[np.bool_]]:
        """For each statement about rules, indication, statuses and decision, for whom the columns say so."""
        found: dict[str, npt.NDArray[np.bool_]] = {}
        for day in {one.patient.today for one in asked}:
            who = [number for number, one in enumerate(asked) if one.patient.today == day]
            columns = columns_of(self.compiled, [asked[number].patient.profile for number in who], day)
            for name, truths in _statements(assess_columns(columns, len(who), self.compiled)):
                found.setdefault(name, np.zeros(len(asked), dtype=bool))[who] = truths
        return found

    def disagreements(self, asked: Iterable[tuple[Profile, date]]) -> list[str]:
        """Every statement on which engine, formulas or columns differ for one of these profiles, with the profile."""
        given = [answered(profile, self.answers.knowledge, day) for profile, day in asked]
        place = {name: number for number, name in enumerate(self.statements)}
        engine = np.zeros((len(place), len(given)), dtype=bool)
        for column, one in enumerate(given):
            engine[[place[name] for name in said_by_engine(one) if name in place], column] = True
        reading = self.reading_of(given)
        differing = {name: np.nonzero(reading(one) != engine[place[name]])[0] for name, one in self.statements.items()}
        for name, truths in self.said_by_columns(given).items():
            differing[f"{name}, in columns"] = np.nonzero(truths != engine[place[name]])[0]
        return [f"{name}: {dict(given[who[0]].patient.profile.values)}" for name, who in differing.items() if len(who)]


def _statements(answers: CohortAnswers) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    knowledge = answers.compiled.knowledge
    for rule in answers.compiled.rules:
        yield f"{rule} holds", answers.holds(rule)
        yield f"{rule} is open", answers.hangs(rule)
    for place, name in enumerate(knowledge.indications, start=1):
        yield f"{INDICATION} is {name}", answers.indication == place
    for name, codes in zip(knowledge.components, answers.statuses, strict=True):
        yield from ((f"{name} is {status}", codes == code) for code, status in enumerate(STATUSES))
    yield from ((decision, answers.decision == code) for code, decision in enumerate(GRAVEST_FIRST))


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
