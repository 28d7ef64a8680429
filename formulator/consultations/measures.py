"""What an outcome is measured on: the severity scales of the profile, and the natural units of the evidence model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from formulator.consultations.records import Amount
from formulator.evidence.families import load_vocabulary
from formulator.faults import Fault, FaultsFound, Place, did_you_mean, shown
from formulator.knowledge import Knowledge
from formulator.profile.tables import number_in

_SCALE_OF_LABEL = {"mmasi": "mmasi", "salt_score": "salt"}
"""Outcome labels of trials that are severity scales of a profile under another name."""
_LARGEST = 10_000.0
_PLACE = Place("entry")


@dataclass(frozen=True, slots=True)
class Measure:
    """A scale or unit: its range, whether higher is better, and the family of trial outcomes that is measured so."""

    id: str
    name: str
    unit: str
    low: float
    high: float
    higher_is_better: bool
    family: str = ""
    concerns: frozenset[str] = frozenset()

    def gain(self, before: float, after: float) -> float:
        """The change between two values, positive where it is one for the better."""
        return round(after - before if self.higher_is_better else before - after, 4) + 0.0

    @property
    def range_words(self) -> str:
        """What a value can be."""
        return f"{self.low:g} to {self.high:g}{f' {self.unit}' if self.unit else ''}"


def measures(knowledge: Knowledge) -> dict[str, Measure]:
    """All measures by id. On a severity scale lower is better; of a natural unit data/evidence/families.csv says it."""
    families = load_vocabulary().families.values()
    natural = {_SCALE_OF_LABEL.get(one.natural_label, one.natural_label): one for one in families if one.natural_unit}
    names = knowledge.catalogue.fields["severity_scale"].choices
    found = {
        one.name: Measure(
            id=one.name,
            name=names.get(one.name, one.name),
            unit=natural[one.name].natural_unit if one.name in natural else "",
            low=one.low,
            high=one.high,
            higher_is_better=False,
            family=natural[one.name].id if one.name in natural else "",
            concerns=one.concerns,
        )
        for one in knowledge.catalogue.scales.values()
    }
    for name, family in natural.items():
        higher = family.better == "higher"
        found.setdefault(name, Measure(name, family.name, family.natural_unit, 0.0, _LARGEST, higher, family.id))
    return found


def measures_for(concern: str | None, knowledge: Knowledge) -> dict[str, Measure]:
    """The measures that can grade a concern; what is no severity scale grades any."""
    found = measures(knowledge).items()
    return {name: one for name, one in found if not one.concerns or concern is None or concern in one.concerns}


def checked_outcome(scale: str, value: str, day: date, today: date, knowledge: Knowledge) -> tuple[str, str]:
    """Scale and value as they are kept; raises FaultsFound where one of them or the day cannot be."""
    known = measures(knowledge)
    if scale not in known:
        problem = f"There is no outcome scale {shown(scale)}."
        raise FaultsFound([Fault(_PLACE, "scale", problem, ", ".join(known), did_you_mean(scale, known))])
    _not_later(day, today)
    measure, text = known[scale], value.strip().replace(",", ".")
    try:
        number = number_in(text, "entry")
    except ValueError:
        number = None
    if number is None or not measure.low <= number <= measure.high:
        problem = "This is no value on the scale."
        raise FaultsFound([Fault(_PLACE, "value", problem, measure.range_words)])
    return scale, f"{number:.4f}".rstrip("0").rstrip(".")


def checked_given(
    components: dict[str, tuple[str, str]], technique: str, day: date, today: date, knowledge: Knowledge
) -> tuple[Amount, ...]:
    """The components of a session by id with amount and unit, each perhaps empty, as they are kept.

    Raises FaultsFound where a component, technique, amount or the day cannot be.
    """
    _not_later(day, today)
    if technique and technique not in knowledge.techniques:
        problem = f"There is no technique {shown(technique)}."
        raise FaultsFound([Fault(_PLACE, "technique", problem, advice=did_you_mean(technique, knowledge.techniques))])
    if not components:
        raise FaultsFound([Fault(_PLACE, "components", "Nothing is chosen that was given.")])
    return tuple(_amount(name, *amount, knowledge) for name, amount in components.items())


def _amount(component: str, amount: str, unit: str, knowledge: Knowledge) -> Amount:
    if component not in knowledge.components:
        problem = f"{shown(component)} is not a component."
        advice = did_you_mean(component, knowledge.components)
        raise FaultsFound([Fault(_PLACE, "components", problem, advice=advice)])
    text = amount.strip().replace(",", ".")
    if not text:
        return Amount(component=component)
    try:
        return Amount.model_validate({"component": component, "amount": text, "unit": unit or None})
    except ValueError:
        problem = f"The amount of {knowledge.components[component].name} cannot be kept."
        allowed = "a number with up to four decimals, with its unit"
        raise FaultsFound([Fault(_PLACE, "amount", problem, allowed)]) from None


def _not_later(day: date, today: date) -> None:
    if day > today:
        raise FaultsFound([Fault(_PLACE, "day", "The day lies in the future.", f"up to {today}")])
