"""How the entries of two plans belong together: sessions that moved, and the other entries by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from formulator.engine.answer import Plan, Session
from formulator.explain.difference_pairs import keyed, pairs_of

SessionPair = tuple[Session | None, Session | None]
_ENTRIES = (
    "stop_rule",
    "maintenance",
    "technique",
    "deliveries",
    "could_be_added",
    "left_out",
    "settle_first",
    "provisional",
    "event",
    "sources",
)


def session_pairs(before: Sequence[Session], after: Sequence[Session]) -> list[SessionPair]:
    """Each session with the one that it became.

    Two courses of the same phases and numbers are paired in their order: a later start moves every session. Otherwise
    a session belongs to the one on the same day, and what is left over is paired in its order within its phase.
    """
    if [one.phase for one in before] == [one.phase for one in after]:
        return list(zip(before, after, strict=True))
    by_day = pairs_of(keyed(before, _day), keyed(after, _day)).values()
    same_day = [pair for pair in by_day if None not in pair]
    alone = [[one for one in sessions if one not in taken] for sessions, taken in _with_taken(before, after, same_day)]
    left_over = pairs_of(*(keyed(one, lambda session: session.phase) for one in alone))
    return sorted([*same_day, *left_over.values()], key=earliest_day)


def _with_taken(
    before: Sequence[Session], after: Sequence[Session], pairs: Iterable[SessionPair]
) -> list[tuple[Sequence[Session], list[Session | None]]]:
    pairs = list(pairs)
    return [(before, [left for left, _ in pairs]), (after, [right for _, right in pairs])]


def _day(one: Session) -> str:
    return one.date.isoformat()


def earliest_day(pair: SessionPair) -> str:
    """The first day of the one or two sessions of a pair."""
    return min(_day(one) for one in pair if one is not None)


def unnumbered(one: Session | None) -> Session | None:
    """A session without its number, which only counts those before it."""
    return one and replace(one, number=0)


def entry_names(plan: Plan | None, entry: str) -> tuple[str, ...]:
    """The medicines, the names of the phases or the days of the sessions of a plan, in its order."""
    if plan is None:
        return ()
    names: dict[str, Callable[[Any], str]] = {
        "phases": lambda one: one.name,
        "sessions": _day,
        "washouts": lambda one: one.medicine,
    }
    return tuple(keyed(getattr(plan, entry), names[entry]))


def plan_values(plan: Plan | None) -> dict[tuple[str, str], Any]:
    """The entries of a plan that are compared by name: pauses by medicine, phases, and what is said once."""
    if plan is None:
        return {}
    found: dict[tuple[str, str], Any] = {("plan", "dated"): bool(plan.sessions)}
    for one in plan.washouts:
        found["pause", one.medicine] = (*found.get(("pause", one.medicine), ()), one)
    for phase in plan.phases:
        found["plan", f"phase {phase.name}"] = (*found.get(("plan", f"phase {phase.name}"), ()), phase)
    return found | {("plan", name): getattr(plan, name) or None for name in _ENTRIES}
