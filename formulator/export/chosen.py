"""The plan of one formulation: what goes on paper and into the calendar holds what was chosen, and no empty dates."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from formulator.engine.answer import Plan, PlannedPhase, PlannedWashout, Recommendation, Session
from formulator.engine.formulation import Formulation


def for_first_formulation(answer: Recommendation) -> Recommendation:
    """The answer with a plan that dates the first formulation alone; unchanged where there is none."""
    if answer.plan is None or not answer.formulations:
        return answer
    sessions = _sessions(answer.plan, answer.formulations[0])
    return replace(answer, plan=_narrowed(answer.plan, sessions)) if sessions else answer


def _sessions(plan: Plan, chosen: Formulation) -> tuple[tuple[int, Session], ...]:
    """Old number and new session of every date on which something that is filled is due; devices come with it."""
    filled = {part.id for syringe in chosen.syringes for part in syringe.components}
    wanted = filled or set(chosen.separate)
    kept = [one for one in plan.sessions if wanted.intersection(one.components)]
    return tuple(
        (one.number, replace(one, number=place, components=_components(one, filled, chosen)))
        for place, one in enumerate(kept, start=1)
    )


def _components(one: Session, filled: set[str], chosen: Formulation) -> tuple[str, ...]:
    return tuple(sorted(filled.intersection(one.components) | set(chosen.separate)))


def _narrowed(plan: Plan, sessions: tuple[tuple[int, Session], ...]) -> Plan:
    numbers = {old: new.number for old, new in sessions}
    counts = Counter(new.phase for _, new in sessions)
    return replace(
        plan,
        sessions=tuple(new for _, new in sessions),
        phases=tuple(_phase(one, counts[one.name]) for one in plan.phases if counts[one.name]),
        washouts=tuple(
            _washout(one, numbers) for one in plan.washouts if one.session is None or one.session in numbers
        ),
    )


def _phase(one: PlannedPhase, sessions: int) -> PlannedPhase:
    return replace(one, sessions=sessions)


def _washout(one: PlannedWashout, numbers: dict[int, int]) -> PlannedWashout:
    return one if one.session is None else replace(one, session=numbers[one.session])
