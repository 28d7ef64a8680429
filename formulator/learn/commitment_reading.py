"""A decision read from JSON that anybody may have written, or every fault in it; the inverse of `plain_commitment`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from formulator.engine.findings import CERTAINTY_ORDER, ROLE_ORDER
from formulator.engine.quantities import is_unit, quantity
from formulator.faults import Fault, FaultsFound, Place, did_you_mean, shortened, shown
from formulator.knowledge import Knowledge
from formulator.knowledge.base import GRAVEST_FIRST
from formulator.knowledge.items import TREATMENT
from formulator.learn.cases import Case
from formulator.learn.commitment import IN_GENERAL, Commitment, Course, Drawn

PLACE = "commitment"
MOST_ENTRIES = 200
"""Entries of one list or mapping: far beyond what anybody decides about one patient."""
MOST_SYRINGES = 20
LONGEST_NUMBER = 30  # signs; converting a longer one takes ever more time
LARGEST_NUMBER = Decimal(1_000_000)
_ROLES = tuple(one for one in ROLE_ORDER if one)
_AMOUNTS = ("%", "mg/mL", "ug/mL", "U/mL", "IU/mL")
_COURSE = {"sessions": 100, "interval_days": 366, "reassess_weeks": 520}
"""The numbers of a course with the largest that is taken; the smallest is 1."""

Known = Iterable[str]
Entry = TypeVar("Entry")


def commitment_from(raw: Any, case: Case, knowledge: Knowledge) -> Commitment:
    """The decision that plain JSON values hold; what is absent or null was not decided.

    A draft may lack its decision. Raises FaultsFound with one fault for every value that is no part of a decision.
    """
    reading = _Reading(case, knowledge)
    commitment = reading.commitment(raw)
    if reading.faults:
        raise FaultsFound(shortened(reading.faults, PLACE))
    return commitment


class _Reading:
    """What was found wrong so far; each reader takes one value and gives what it could read of it."""

    def __init__(self, case: Case, knowledge: Knowledge) -> None:
        self.case, self.knowledge = case, knowledge
        self.faults: list[Fault] = []

    def commitment(self, raw: Any) -> Commitment:
        """The whole decision."""
        given = self._mapping(raw, "")
        self._only([one.name for one in fields(Commitment)], given, "")
        components, catalogue = self.knowledge.components, [*self.knowledge.catalogue.fields]
        askable = [one.id for one in self.case.findings] + [name for name in catalogue if name != "cause"]
        return Commitment(
            cause=self._word(given.get("cause"), "cause", self.case.causes),
            asked=self._words(given.get("asked"), "asked", askable),
            settle=self._words(given.get("settle"), "settle", catalogue),
            decision=self._word(given.get("decision"), "decision", GRAVEST_FIRST),
            components=self._pairs(given.get("components"), "components", components, self._one_of(_ROLES)),
            exclusions=self._pairs(
                given.get("exclusions"),
                "exclusions",
                (*components, TREATMENT),
                self._one_of((IN_GENERAL, *catalogue)),
            ),
            graded=self._pairs(given.get("graded"), "graded", components, self._one_of(CERTAINTY_ORDER)),
            believed=self._pairs(given.get("believed"), "believed", self.knowledge.claims, self._truth),
            course=self._course(given.get("course")),
            syringes=self._syringes(given.get("syringes")),
            sure=self._whole(given["sure"], "sure", 0, 100) if "sure" in given else Commitment().sure,
        )

    def _fault(self, field: str, problem: str, allowed: str = "", advice: str = "") -> None:
        self.faults.append(Fault(Place(PLACE), field, problem, allowed, advice))

    def _only(self, known: list[str], given: Mapping[Any, Any], field: str) -> None:
        for key in given:
            if key not in known:
                advice = did_you_mean(key, known) if isinstance(key, str) else ""
                self._fault(field, f"There is no {quoted(key)}.", ", ".join(known), advice)

    def _mapping(self, raw: Any, field: str) -> Mapping[Any, Any]:
        """A mapping of bounded size; nothing stands for an empty one."""
        if raw is None and field:
            return {}
        if not isinstance(raw, Mapping):
            self._fault(field, f"{quoted(raw)} is no mapping.", "names with their values")
            return {}
        return raw if self._few(raw, field, MOST_ENTRIES) else {}

    def _list(self, raw: Any, field: str, most: int = MOST_ENTRIES) -> list[Any]:
        if raw is None:
            return []
        if not isinstance(raw, list | tuple):
            self._fault(field, f"{quoted(raw)} is no list.", "a list")
            return []
        return list(raw) if self._few(raw, field, most) else []

    def _few(self, raw: Any, field: str, most: int) -> bool:
        if len(raw) > most:
            self._fault(field, f"There are {len(raw)} entries.", f"at most {most}")
        return len(raw) <= most

    def _word(self, raw: Any, field: str, known: Known) -> str | None:
        """A word of a fixed list; None where nothing was decided."""
        words = list(known)
        if raw is None or (isinstance(raw, str) and raw in words):
            return raw
        advice = did_you_mean(raw[:90], words) if isinstance(raw, str) else ""
        allowed = ", ".join(words) if len(words) < 25 else "names of the knowledge"
        self._fault(field, f"{quoted(raw)} is not a choice.", allowed, advice)
        return None

    def _words(self, raw: Any, field: str, known: Known) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for entry in self._list(raw, field):
            word = self._named(entry, field, known)
            if word in found:
                self._fault(field, f"{quoted(word)} stands twice.", "each once")
            found.update(dict.fromkeys((word,) if word else ()))
        return tuple(found)

    def _named(self, raw: Any, field: str, known: Known) -> str | None:
        """A word that must be there."""
        if raw is None:
            self._fault(field, "A name is missing.")
        return self._word(raw, field, known)

    def _pairs(self, raw: Any, field: str, known: Known, read: Callable[[Any, str], Entry | None]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for key, value in self._mapping(raw, field).items():
            name = self._named(key, field, known)
            entry = read(value, f"{field}.{name}") if name else None
            if name and entry is not None:
                found[name] = entry
        return found

    def _one_of(self, words: Known) -> Callable[[Any, str], str | None]:
        return lambda raw, field: self._named(raw, field, words)

    def _truth(self, raw: Any, field: str) -> bool | None:
        if not isinstance(raw, bool):
            self._fault(field, f"{quoted(raw)} is neither true nor false.", "true, false")
            return None
        return raw

    def _whole(self, raw: Any, field: str, low: int, high: int) -> int:
        if isinstance(raw, int) and not isinstance(raw, bool) and low <= raw <= high:
            return raw
        self._fault(field, f"{quoted(raw)} does not fit.", f"a whole number from {low} to {high}")
        return low

    def _course(self, raw: Any) -> Course:
        given = self._mapping(raw, "course")
        self._only([*_COURSE], given, "course")
        numbers = {name: given.get(name) for name in _COURSE}
        return Course(
            **{
                name: None if value is None else self._whole(value, f"course.{name}", 1, _COURSE[name])
                for name, value in numbers.items()
            }
        )

    def _syringes(self, raw: Any) -> tuple[tuple[Drawn, ...], ...]:
        found = []
        for number, syringe in enumerate(self._list(raw, "syringes", MOST_SYRINGES), start=1):
            field = f"syringes.{number}"
            drawn = [self._drawn(one, field) for one in self._list(syringe, field, MOST_SYRINGES)]
            found.append(tuple(one for one in drawn if one is not None))
        return tuple(found)

    def _drawn(self, raw: Any, field: str) -> Drawn | None:
        """A component in a syringe: with a strength goes a unit, and one that the component is measured in."""
        given = self._mapping(raw, field)
        self._only([one.name for one in fields(Drawn)], given, field)
        name = self._named(given.get("component"), f"{field}.component", self.knowledge.components)
        strength = self._number(given.get("strength"), f"{field}.strength")
        volume = self._number(given.get("volume_ml"), f"{field}.volume_ml")
        unit = given.get("unit", "")
        if name is None or not self._fits(unit, name, strength, field):
            return None
        return Drawn(name, strength, unit, volume)

    def _fits(self, unit: Any, name: str, strength: Decimal | None, field: str) -> bool:
        units = units_of(name, self.knowledge)
        fits = isinstance(unit, str) and (unit in units or (unit == "" and strength is None))
        if not fits:
            self._fault(f"{field}.unit", f"{quoted(unit)} is no unit for this strength.", ", ".join(units))
        return fits

    def _number(self, raw: Any, field: str) -> Decimal | None:
        """A number from zero, exact; floats enter through their shortest decimal form."""
        if raw is None:
            return None
        number = _decimal(raw)
        if number is None or not number.is_finite() or not 0 <= number <= LARGEST_NUMBER:
            self._fault(field, f"{quoted(raw)} does not fit.", f"a number from 0 to {LARGEST_NUMBER}")
            return None
        return number


def _decimal(raw: Any) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        return None
    if isinstance(raw, int) and abs(raw) > LARGEST_NUMBER:
        return None
    text = str(raw)
    try:
        return Decimal(text) if len(text) <= LONGEST_NUMBER else None
    except InvalidOperation:
        return None


def units_of(component: str, knowledge: Knowledge) -> tuple[str, ...]:
    """The units in which the strength of a component can be given: those of the kind in which it was published."""
    published = [one.unit for one in knowledge.components[component].concentrations if is_unit(one.unit)]
    if not published:
        return _AMOUNTS
    kinds = {quantity(1, one).dimension for one in published}
    return tuple(dict.fromkeys((*published, *(one for one in _AMOUNTS if quantity(1, one).dimension in kinds))))


def quoted(raw: Any) -> str:
    """A value as it is quoted: words and small numbers themselves, anything else by its kind alone."""
    if isinstance(raw, str):
        return shown(raw[:60])
    if raw is None or isinstance(raw, bool | float) or (isinstance(raw, int) and abs(raw) <= LARGEST_NUMBER):
        return shown(raw)
    return {int: "A huge number", dict: "A mapping", list: "A list"}.get(type(raw), f"A {type(raw).__name__}")
