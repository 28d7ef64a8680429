"""What is varied: a field and its points. A range of numbers is cut where the knowledge cuts it, and nowhere else."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from formulator.faults import Fault, FaultsFound, Place, did_you_mean, shown
from formulator.knowledge import Knowledge
from formulator.profile import Field
from formulator.profile.fields import NO, UNKNOWN, YES
from formulator.proof.space import Space, SpaceCell, space_of

OPTION = "--vary"
MOST_AXES = 3
MOST_CELLS = 20_000
_RANGE = re.compile(r"(?P<low>[-+.\deE]+)\.\.(?P<high>[-+.\deE]+)(?:/(?P<step>[-+.\deE]+))?")
_FORMS = "FIELD, FIELD=value,value or FIELD=low..high (with /step for equal steps)"
_NOT_VARIED = ("date", "list of dates or date ranges", "list of component ids")


@dataclass(frozen=True, slots=True)
class Point:
    """One value on an axis: what the engine is asked with, and in words the stretch that it stands for.

    For a number, `low` and `high` are the ends of that stretch; `closed` says that the high end belongs to it.
    """

    value: Any
    words: str
    low: float | None = None
    high: float | None = None
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Axis:
    """A field and the points at which the engine is asked."""

    field: str
    points: tuple[Point, ...]


def axes_of(wanted: Sequence[str], knowledge: Knowledge) -> tuple[Axis, ...]:
    """One axis for each text such as `ferritin=5..100`, `lactation` or `cause=stress,postpartum`.

    Raises FaultsFound with every text that is no axis, and where there are too many axes or combinations.
    """
    faults: list[Fault] = []
    axes: list[Axis] = []
    space = space_of(knowledge)
    for text in wanted:
        try:
            axes.append(_axis(text, knowledge, space))
        except FaultsFound as found:
            faults += found.faults
    faults += _too_much(axes, len(wanted))
    if faults:
        raise FaultsFound(faults)
    return tuple(axes)


def component_from(name: str, knowledge: Knowledge) -> str:
    """The id of a component to be shown; raises FaultsFound with the nearest id for what is none."""
    if name not in knowledge.components:
        advice = did_you_mean(name, knowledge.components)
        problem = f"{shown(name)} is not a component."
        raise FaultsFound([Fault(Place("--show"), "", problem, "ids of `formulator knowledge components`", advice)])
    return name


def _too_much(axes: Sequence[Axis], wanted: int) -> Iterator[Fault]:
    if not 1 <= wanted <= MOST_AXES:
        yield _fault("", f"{wanted} fields are to be varied.", f"one to {MOST_AXES}")
    names = [axis.field for axis in axes]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _fault(name, "This field is varied twice.", "each field once")
    combinations = math.prod(len(axis.points) for axis in axes)
    if combinations > MOST_CELLS:
        yield _fault("", f"That makes {combinations:,} combinations.", f"at most {MOST_CELLS:,}: fewer values or steps")


def _axis(text: str, knowledge: Knowledge, space: Space) -> Axis:
    name, equals, values = text.partition("=")
    field = knowledge.catalogue.fields.get(name)
    if field is None:
        advice = did_you_mean(name, knowledge.catalogue.fields)
        raise FaultsFound([_fault("", f"There is no field {shown(name)}.", _FORMS, advice)])
    if field.type in _NOT_VARIED:
        raise FaultsFound([_fault(name, "A date or a list cannot be varied.", "numbers, choices and flags")])
    if field.is_number and not field.choices:
        return Axis(name, tuple(_numbers(field, values if equals else "", space)))
    return Axis(name, tuple(_choices(field, values if equals else "", knowledge)))


def _choices(field: Field, values: str, knowledge: Knowledge) -> Iterator[Point]:
    allowed = dict(knowledge.catalogue.jurisdictions) if field.type == "string" else dict(field.choices)
    if field.type == "bool3":
        allowed = {YES: "Yes", NO: "No", UNKNOWN: "Not known"}
    named = [one.strip() for one in values.split(",")] if values else list(allowed)
    wrong = [one for one in named if one not in allowed]
    if wrong:
        advice = did_you_mean(wrong[0], allowed)
        raise FaultsFound([_fault(field.name, f"{shown(wrong[0])} is not a value.", ", ".join(allowed), advice)])
    for one in dict.fromkeys(named):
        value: Any = int(one) if field.is_number else one
        yield Point(value, f"{field.label}: {allowed[one]}" if field.type == "bool3" else str(allowed[one]))


def _numbers(field: Field, values: str, space: Space) -> Iterator[Point]:
    if values and ".." not in values:
        yield from (_at(field, _number(one, field)) for one in dict.fromkeys(values.split(",")))
        return
    low, high, step = _ends(field, values)
    if step is not None:
        count = math.floor((high - low) / step + 1e-9) + 1
        if count > MOST_CELLS:
            raise FaultsFound([_fault(field.name, f"That makes {count:,} steps.", f"at most {MOST_CELLS:,}")])
        yield from (_at(field, low + number * step) for number in range(count))
        return
    cells = [cell for cell in space.cells[field.name] if cell.high > (low, False) and cell.low <= (high, False)]
    yield from (_stretch(cell, low, high, field) for cell in cells)


def _stretch(cell: SpaceCell, low: float, high: float, field: Field) -> Point:
    """The part of a cell inside the range; the engine is asked at its lower end, or inside where that is left out."""
    first = max(cell.low[0], low)
    last = min(cell.high[0], high)
    value = first if (first, False) >= cell.low else (first + last) / 2
    whole = field.type == "integer"
    closed = last == high and (high, False) < cell.high
    return Point(int(value) if whole else value, stretch_words(first, last, closed, field.unit), first, last, closed)


def stretch_words(low: float, high: float, closed: bool, unit: str) -> str:
    """An interval in words; `closed` says that its high end belongs to it."""
    words = f"{low:g}" if low == high else f"{low:g} to {'' if closed else 'below '}{high:g}"
    return f"{words} {unit}".strip()


def _at(field: Field, value: float) -> Point:
    return Point(int(value) if field.type == "integer" else value, f"{value:g} {field.unit}".strip(), value, value)


def _ends(field: Field, values: str) -> tuple[float, float, float | None]:
    if not values:
        if field.low is None or field.high is None:
            raise FaultsFound([_fault(field.name, "This number has no natural range.", f"{field.name}=low..high")])
        return field.low, field.high, None
    match = _RANGE.fullmatch(values)
    if match is None:
        raise FaultsFound([_fault(field.name, f"{shown(values)} is no range.", _FORMS)])
    low, high = _number(match["low"], field), _number(match["high"], field)
    step = _number(match["step"], field) if match["step"] else None
    if low > high or (step is not None and step <= 0):
        raise FaultsFound([_fault(field.name, f"{shown(values)} runs backwards.", "low..high with a step above zero")])
    return low, high, step


def _number(text: str, field: Field) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    inside = (field.low is None or value >= field.low) and (field.high is None or value <= field.high)
    if not math.isfinite(value) or not inside:
        raise FaultsFound([_fault(field.name, f"{shown(text)} is not a value.", field.allowed())])
    return value


def _fault(field: str, problem: str, allowed: str, advice: str = "") -> Fault:
    return Fault(Place(OPTION), field, problem, allowed, advice)
