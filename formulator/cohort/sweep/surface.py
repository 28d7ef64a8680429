"""The engine asked at every combination of the axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from formulator.cohort.sweep.axes import Axis, Point, stretch_words
from formulator.engine.answer import Recommendation
from formulator.engine.facts import facts_of
from formulator.engine.findings import read_rules
from formulator.engine.patient import Patient
from formulator.explain.attribution import with_inputs
from formulator.faults import FaultsFound
from formulator.knowledge import Knowledge
from formulator.profile import Profile
from formulator.proof.outlook import Outlook

IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the engine says at one combination; `refused` says why no patient can have it."""

    decision: str
    indication: str | None
    statuses: Mapping[str, str]
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Surface:
    """The axes and an outcome for each combination of their points, in the order of `itertools.product`."""

    axes: tuple[Axis, ...]
    outcomes: tuple[Outcome, ...]

    def rows(self) -> Iterator[tuple[tuple[Point, ...], Outcome]]:
        """Each combination with its outcome."""
        return zip(product(*(axis.points for axis in self.axes)), self.outcomes, strict=True)

    @property
    def moving(self) -> tuple[str, ...]:
        """The components whose status is not the same everywhere, sorted."""
        possible = [one for one in self.outcomes if not one.refused]
        names = sorted(possible[0].statuses) if possible else []
        return tuple(name for name in names if len({one.statuses[name] for one in possible}) > 1)


def surface_of(
    profile: Profile,
    axes: Sequence[Axis],
    knowledge: Knowledge,
    today: date,
    progress: Callable[[float], object] = lambda _: None,
) -> Surface:
    """Decision, indication and statuses for each combination; `progress` is told the part that is done (0 to 1)."""
    combinations = list(product(*(axis.points for axis in axes)))
    outcomes = []
    for number, points in enumerate(combinations, start=1):
        given = {axis.field: point.value for axis, point in zip(axes, points, strict=True)}
        outcomes.append(_outcome(profile, given, knowledge, today))
        if number % 50 == 0 or number == len(combinations):
            progress(number / len(combinations))
    return Surface(tuple(axes), tuple(outcomes))


def _outcome(profile: Profile, given: Mapping[str, object], knowledge: Knowledge, today: date) -> Outcome:
    try:
        varied = with_inputs(profile, given, knowledge.catalogue)
        patient = Patient(varied, facts_of(varied, knowledge, today), knowledge, today)
    except FaultsFound as found:
        return Outcome(IMPOSSIBLE, None, {}, found.faults[0].problem)
    short = Outlook(patient, read_rules(knowledge, patient.facts))
    return Outcome(short.decision, patient.facts.get("indication"), short.statuses)


def condensed(surface: Surface, shown: Callable[[Outcome], str], units: Mapping[str, str]) -> Surface:
    """The same surface with neighbouring stretches of a number joined wherever what is shown is the same in both.

    What remains between two stretches is a threshold of what is shown. `units` names the unit of each field.
    """
    for number in range(len(surface.axes)):
        surface = _condensed(surface, number, shown, units)
    return surface


def _condensed(surface: Surface, number: int, shown: Callable[[Outcome], str], units: Mapping[str, str]) -> Surface:
    axis = surface.axes[number]
    slices = [[outcome for points, outcome in surface.rows() if points[number] == point] for point in axis.points]
    kept: list[Point] = []
    kept_slices: list[list[Outcome]] = []
    for point, outcomes in zip(axis.points, slices, strict=True):
        if kept and _follows(kept[-1], point) and list(map(shown, kept_slices[-1])) == list(map(shown, outcomes)):
            kept[-1] = _joined(kept[-1], point, units.get(axis.field, ""))
        else:
            kept.append(point)
            kept_slices.append(outcomes)
    axes = tuple(Axis(axis.field, tuple(kept)) if one is axis else one for one in surface.axes)
    return Surface(axes, tuple(_in_order(axes, number, kept_slices)))


def _follows(one: Point, other: Point) -> bool:
    return one.high is not None and one.high == other.low and not one.closed


def _joined(one: Point, other: Point, unit: str) -> Point:
    words = stretch_words(one.low or 0.0, other.high or 0.0, other.closed, unit)
    return replace(one, words=words, high=other.high, closed=other.closed)


def _in_order(axes: Sequence[Axis], number: int, slices: Sequence[Sequence[Outcome]]) -> Iterator[Outcome]:
    """The outcomes of all slices in the order of the combinations."""
    taken = [iter(one) for one in slices]
    for places in product(*(range(len(axis.points)) for axis in axes)):
        yield next(taken[places[number]])


def agrees(outcome: Outcome, answer: Recommendation) -> bool:
    """Whether a whole answer says the same as an outcome."""
    mine = (answer.decision, answer.indication, {one.id: one.status for one in answer.components})
    return mine == (outcome.decision, outcome.indication, dict(outcome.statuses))
