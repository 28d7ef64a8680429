"""The difference of two answers, part by part: what moved, what came and what went.

A difference is a set of changes. Each change names the part of the answer, its subject, and what each side says; so the
difference of the same answers in the other direction is the mirror, and it is empty exactly when both say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from formulator.engine.answer import STATUSES, Assumption, ComponentAnswer, Plan, Recommendation
from formulator.engine.formulation import Formulation
from formulator.explain.difference_pairs import in_other_order, keyed, pairs_of
from formulator.explain.difference_plan import earliest_day, entry_names, plan_values, session_pairs, unnumbered

NOTE_LISTS = ("before", "after", "expect", "side_effects")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the two answers say differently; None on a side where it is not said at all.

    `part` is one of PARTS; `subject` the component, medicine, field, list of notes or plan entry that it is about;
    `key` tells several of one subject apart (the rule of an argument, the id of a note).
    """

    part: str
    subject: str
    key: str
    before: Any
    after: Any

    @property
    def came(self) -> bool:
        """Whether only the later answer has it."""
        return self.before is None

    @property
    def went(self) -> bool:
        """Whether only the earlier answer has it."""
        return self.after is None

    def mirrored(self) -> Change:
        """The same change seen from the other side."""
        return Change(self.part, self.subject, self.key, self.after, self.before)


PARTS = {
    "decision": "ids of decisions",
    "decision_argument": "Argument for the decision, key: rule",
    "indication": "ids of indications",
    "status": "ids of statuses, subject: component (None: the knowledge of that side does not know it)",
    "session": "Session, paired where only its day or its components changed",
    "reassess": "Reassess, key: what is looked at",
    "pause": "tuple of PlannedWashout, subject: medicine",
    "plan": "any other entry of the plan, subject: its name",
    "formulation": "rank, key: the components joined with +",
    "amounts": "(syringes, blood, course) of a formulation, key: as above",
    "infeasible": "why nothing can be composed",
    "argument": "Argument, subject: component, key: rule; both sides where it only reads other values",
    "question": "the field that is asked, key: the same; both hold the Question where its answers changed",
    "assumption": "value taken for granted, key: field and value; both hold the Assumption where its rules changed",
    "disagreement": "DisagreementShown, key: topic",
    "note": "Note, subject: before, after, expect or side_effects",
    "open_rule": "NotEvaluated, subject: component, key: rule",
    "response": "Response, subject: component",
    "stocked": "whether the component is in stock, subject: component",
    "formulation_detail": "anything else of a formulation, subject: its name, key: as above",
    "order": "the order of what both have, subject: the list",
    "date": "days of the answers",
    "notice": "the sentence of intended purpose",
}
"""Every part of a difference, the weightiest first, with what `before` and `after` hold."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two answers and every change between them, the weightiest parts first."""

    before: Recommendation
    after: Recommendation
    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def of(self, *parts: str) -> tuple[Change, ...]:
        """The changes of some parts."""
        return tuple(one for one in self.changes if one.part in parts)

    def mirrored(self) -> Difference:
        """The difference in the other direction."""
        return Difference(self.after, self.before, tuple(one.mirrored() for one in self.changes))


def difference(before: Recommendation, after: Recommendation) -> Difference:
    """Every change from one answer to another, of any two profiles, knowledge bases, models or days.

    Profile, derived facts, hashes and versions are what answers are made from: they are no part of it.
    """
    changes = [
        *_whole(before, after),
        *_components(before, after),
        *_plan(before.plan, after.plan),
        *_formulations(before, after),
        *_asked(before, after),
        *_around(before, after),
    ]
    order = list(PARTS)
    changes.sort(key=lambda one: (order.index(one.part), one.subject, one.key))
    return Difference(before, after, tuple(changes))


def _value(part: str, subject: str, key: str, before: Any, after: Any) -> Iterator[Change]:
    if before != after:
        yield Change(part, subject, key, before, after)


def _listed(  # noqa: PLR0913 - two lists and how to read them
    part: str,
    subject: str,
    before: Iterable[Any],
    after: Iterable[Any],
    key: Callable[[Any], str],
    alone: Callable[[Any], Any] = lambda one: one,
) -> Iterator[Change]:
    """The changes between two lists by key; `alone` says what counts of an entry that only one list has."""
    old, new = keyed(before, key), keyed(after, key)
    for name, (left, right) in pairs_of(old, new).items():
        if left is None or right is None:
            yield Change(part, subject, name, left and alone(left), right and alone(right))
        else:
            yield from _value(part, subject, name, left, right)
    yield from _order(" ".join(filter(None, (part, subject))), tuple(old), tuple(new))


def _order(subject: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    left, right = in_other_order(before, after)
    yield from _value("order", subject, "", left, right)


def _whole(before: Recommendation, after: Recommendation) -> Iterator[Change]:
    for part in ("decision", "indication", "infeasible", "date", "notice"):
        yield from _value(part, "", "", getattr(before, part), getattr(after, part))
    yield from _listed(
        "decision_argument", "", before.decision_arguments, after.decision_arguments, lambda one: one.rule
    )


def _components(before: Recommendation, after: Recommendation) -> Iterator[Change]:
    old, new = ({one.id: one for one in answer.components} for answer in (before, after))
    for name, (left, right) in pairs_of(old, new).items():
        if left != right:
            yield from _component(name, left, right)
    for status in STATUSES:
        ids = [[one.id for one in answer.components if one.status == status] for answer in (before, after)]
        yield from _order(f"component {status}", *ids)


def _component(name: str, old: ComponentAnswer | None, new: ComponentAnswer | None) -> Iterator[Change]:
    for part in ("status", "response", "stocked"):
        yield from _value(part, name, "", getattr(old, part, None), getattr(new, part, None))
    said, says = (one.arguments if one else () for one in (old, new))
    yield from _listed("argument", name, said, says, lambda one: one.rule)
    hung, hangs = (one.not_evaluated if one else () for one in (old, new))
    yield from _listed("open_rule", name, hung, hangs, lambda one: one.rule)


def _plan(before: Plan | None, after: Plan | None) -> Iterator[Change]:
    for left, right in session_pairs(*(one.sessions if one else () for one in (before, after))):
        if unnumbered(left) != unnumbered(right):
            yield Change("session", "", earliest_day((left, right)), left, right)
    looked, looks = (one.reassess if one else () for one in (before, after))
    yield from _listed("reassess", "", looked, looks, lambda one: one.what)
    old, new = plan_values(before), plan_values(after)
    for (part, subject), (left, right) in pairs_of(old, new).items():
        yield from _value(part, subject, "", left, right)
    for name in ("washouts", "phases", "sessions"):
        yield from _order(f"plan {name}", *(entry_names(one, name) for one in (before, after)))


def _formulations(before: Recommendation, after: Recommendation) -> Iterator[Change]:
    old, new = (keyed(one.formulations, lambda one: "+".join(one.components)) for one in (before, after))
    yield from _order("formulation", tuple(old), tuple(new))
    for name, (left, right) in pairs_of(old, new).items():
        yield from _value("formulation", "", name, left and left.rank, right and right.rank)
        yield from _value("amounts", "", name, left and _amounts(left), right and _amounts(right))
        if left is None or right is None:
            continue
        for detail in _FORMULATION_DETAILS:
            yield from _value("formulation_detail", detail, name, getattr(left, detail), getattr(right, detail))


def _amounts(one: Formulation) -> tuple[Any, ...]:
    return one.syringes, one.blood, one.course


_FORMULATION_DETAILS = (
    "separate",
    "mixing",
    "response",
    "objections",
    "why",
    "components",
    "score",
    "score_parts",
    "burden",
    "limits",
    "sequence",
    "asks",
    "pareto",
)


def _asked(before: Recommendation, after: Recommendation) -> Iterator[Change]:
    yield from _listed("question", "", before.missing, after.missing, lambda one: one.field, lambda one: one.field)
    yield from _listed("assumption", "", before.assumptions, after.assumptions, _assumed, lambda one: one.value)


def _assumed(one: Assumption) -> str:
    return f"{one.field}: {one.value}"


def _around(before: Recommendation, after: Recommendation) -> Iterator[Change]:
    yield from _listed("disagreement", "", before.disagreements, after.disagreements, lambda one: one.topic)
    for name in NOTE_LISTS:
        yield from _listed("note", name, getattr(before, name), getattr(after, name), lambda one: one.id)
