"""From a parsed document to a Profile, or to every fault in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum

from formulator.faults import MOST_FAULTS, Fault, FaultsFound, Place, did_you_mean, shown
from formulator.profile.dates import ALLOWED, read_date
from formulator.profile.fields import UNKNOWN, Catalogue, Field
from formulator.profile.possible import Clash, clashes
from formulator.profile.profile import DateRange, Profile, Value
from formulator.profile.units import split_number, to_stored_unit, units_of
from formulator.strict_yaml import Node

EMPTY = ("", "~", "null", "Null", "NULL")
_TRUTH = {"true": "yes", "false": "no", "True": "yes", "False": "no"}
LONGEST_LIST = 400
_LONGEST_RANGE = 60  # signs; the pattern that splits a range takes quadratic time in blanks


class Refused(Exception):
    """A value that a field does not take: the sentence, what is allowed, and the sentence without the value.

    `problem` may begin with {}, which stands for the value as it is `shown`.
    """

    def __init__(
        self, problem: str, allowed: str, advice: str = "", *, shown: object = "", instead: str = "The value"
    ) -> None:
        self.problem, self.allowed, self.advice = problem.format(shown), allowed, advice
        self.reason = problem.format(instead)
        super().__init__(self.problem)


class Said(Enum):
    """An entry that gives no value."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"


def validate(document: Node, catalogue: Catalogue) -> Profile:
    """Check every key and value of a profile document.

    Raises FaultsFound with one fault per wrong key, value or impossible combination.
    """
    if not isinstance(document.value, dict):
        raise FaultsFound([Fault(document.place, "", "A profile is one mapping.", "lines of field: value")])
    reading = _Reading(catalogue)
    for name, node in document.value.items():
        reading.take(name, node)
        if len(reading.faults) >= MOST_FAULTS:
            reading.faults.append(Fault(node.place, "", f"Reading stopped here, after {MOST_FAULTS} faults."))
            break
    faults = [*reading.faults, *(_fault_at(document, one) for one in clashes(reading.values, catalogue))]
    if faults:
        raise FaultsFound(faults)
    places = {name: node.place for name, node in document.value.items()}
    return Profile(reading.values, frozenset(reading.asked), places)


def _fault_at(document: Node, clash: Clash) -> Fault:
    place = document.at((clash.field,)).place
    return Fault(place, clash.field, f"Impossible combination: {clash.problem}.", clash.allowed)


class _Reading:
    """What has been read so far: values, fields answered with unknown, faults."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.values: dict[str, Value] = {}
        self.asked: set[str] = set()
        self.faults: list[Fault] = []

    def take(self, name: str, node: Node) -> None:
        """Read one entry of the document."""
        field = self.catalogue.fields.get(name)
        if field is None:
            self.faults.append(_unknown_key(name, node.place, self.catalogue))
        else:
            self._entry(field, node)

    def _entry(self, field: Field, node: Node) -> None:
        try:
            value = read_entry(field, node, self.catalogue)
        except Refused as refused:
            self.faults.append(Fault(node.place, field.name, refused.problem, refused.allowed, refused.advice))
            return
        if value is Said.UNKNOWN:
            self.asked.add(field.name)
        elif not isinstance(value, Said):
            self.values[field.name] = value


def read_entry(field: Field, node: Node, catalogue: Catalogue) -> Value | Said:
    """What one entry says about a field. Raises Refused."""
    if _says_unknown(field, node):
        return Said.UNKNOWN
    return Said.NOTHING if _is_empty(node) else _READERS[field.type](field, node, catalogue)


def _is_empty(node: Node) -> bool:
    return isinstance(node.value, str) and not node.quoted and node.value in EMPTY


def _says_unknown(field: Field, node: Node) -> bool:
    """`cause: unknown` is a real answer; everywhere else unknown means that nobody knows yet."""
    return node.value == UNKNOWN and (field.type == "bool3" or UNKNOWN not in field.choices)


def _unknown_key(name: str, place: Place, catalogue: Catalogue) -> Fault:
    advice = did_you_mean(name, catalogue.fields) or "Run `formulator schema` for the list of fields."
    return Fault(place, shown(name).strip("'\""), "There is no such field.", advice=advice)


def _scalar(field: Field, node: Node) -> str:
    if not isinstance(node.value, str):
        raise Refused("One value is expected, not a list or mapping.", field.allowed())
    return node.value.strip()


def _choice(field: Field, node: Node, _: Catalogue) -> str:
    text = _scalar(field, node)
    if text not in field.choices:
        raise Refused("{} is not a choice.", field.allowed(), did_you_mean(text, field.choices), shown=shown(text))
    return text


def _flag(field: Field, node: Node, _: Catalogue) -> str:
    text = _scalar(field, node)
    text = _TRUTH.get(text, text)
    if text not in field.choices:
        raise Refused("{} is not an answer.", field.allowed(), shown=shown(text))
    return text


def _number(field: Field, node: Node, _: Catalogue) -> float:
    return float(_within(field, _in_stored_unit(field, node)))


def _integer(field: Field, node: Node, _: Catalogue) -> int:
    number = _within(field, _in_stored_unit(field, node))
    if number != number.to_integral_value():
        raise Refused("{} is not a whole number.", field.allowed(), shown=number)
    return int(number)


def _in_stored_unit(field: Field, node: Node) -> Decimal:
    text = _scalar(field, node)
    parts = split_number(text)
    if parts is None:
        raise Refused("{} is not a number.", field.allowed(), "Write digits with a decimal point.", shown=shown(text))
    number, unit = parts
    if unit.startswith(","):
        raise Refused("{} has a comma.", field.allowed(), "Write a decimal point.", shown=shown(text))
    if not unit:
        return number
    converted = to_stored_unit(field.name, number, unit)
    if converted is None:
        allowed = ", ".join(units_of(field.name)) or "a number without a unit"
        raise Refused("{} cannot be converted.", allowed, shown=f"The unit {shown(unit)}", instead="The unit")
    return converted


def _within(field: Field, number: Decimal) -> Decimal:
    too_low = field.low is not None and (number < field.low or (field.low_is_excluded and number == field.low))
    too_high = field.high is not None and number > field.high
    if too_low or too_high:
        advice = "Check the unit." if field.unit and too_high else ""
        raise Refused("{} lies outside the range.", field.allowed(), advice, shown=number)
    return number


def _date(field: Field, node: Node, _: Catalogue) -> date:
    return _day(_scalar(field, node))


def _day(text: str) -> date:
    day = read_date(text)
    if day is None:
        raise Refused("{} is not a date of the calendar.", ALLOWED, shown=shown(text))
    return day


def _jurisdiction(field: Field, node: Node, catalogue: Catalogue) -> str:
    written = _scalar(field, node)
    text = written.upper()
    if text not in catalogue.jurisdictions:
        advice = "The United Kingdom is GB." if text == "UK" else ""
        raise Refused("{} is not a country code.", field.allowed(), advice, shown=shown(written))
    return text


def _entries(field: Field, node: Node) -> list[Node]:
    if not isinstance(node.value, list):
        raise Refused("A list is expected.", f"[first, second, ...], {field.type}")
    if len(node.value) > LONGEST_LIST:
        raise Refused(f"The list has {len(node.value)} entries.", f"at most {LONGEST_LIST}")
    return node.value


def _components(field: Field, node: Node, catalogue: Catalogue) -> tuple[str, ...]:
    chosen = set()
    for entry in _entries(field, node):
        text = _scalar(field, entry)
        if text not in catalogue.component_ids:
            advice = did_you_mean(text, catalogue.component_ids)
            raise Refused(
                "{} is not a component.", "ids of `formulator knowledge components`", advice, shown=shown(text)
            )
        chosen.add(text)
    return tuple(sorted(chosen))


def _date_ranges(field: Field, node: Node, _: Catalogue) -> tuple[DateRange, ...]:
    return tuple(sorted({_date_range(field, entry) for entry in _entries(field, node)}))


def _date_range(field: Field, node: Node) -> DateRange:
    if isinstance(node.value, dict):
        if set(node.value) != {"from", "to"}:
            raise Refused("A range has exactly two keys.", "{from: date, to: date}")
        ends = [_scalar(field, node.value["from"]), _scalar(field, node.value["to"])]
    else:
        text = _scalar(field, node)
        ends = re.split(r"\s*\.\.\s*|/|\s+to\s+", text) if len(text) <= _LONGEST_RANGE else [text]
    if len(ends) > 2:
        raise Refused("{} is not a range.", "first..last", shown=shown(node.value))
    first, last = _day(ends[0]), _day(ends[-1])
    if last < first:
        raise Refused(
            "{} ends before it begins.", "first..last", shown=f"The range {first}..{last}", instead="The range"
        )
    return DateRange(first, last)


_READERS: dict[str, Callable[[Field, Node, Catalogue], Value]] = {
    "enum": _choice,
    "bool3": _flag,
    "number": _number,
    "integer": _integer,
    "date": _date,
    "string": _jurisdiction,
    "list of component ids": _components,
    "list of dates or date ranges": _date_ranges,
}
