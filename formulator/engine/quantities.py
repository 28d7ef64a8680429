"""Numbers with units: a closed table, decimal arithmetic, and no way to add what cannot be added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from types import MappingProxyType

Dimension = tuple[tuple[str, int], ...]

_BASES = {
    "mg": ("1", {"mass": 1}),
    "g": ("1000", {"mass": 1}),
    "ug": ("0.001", {"mass": 1}),
    "mL": ("1", {"volume": 1}),
    "U": ("1", {"units": 1}),
    "IU": ("1", {"international units": 1}),
    "cm": ("1", {"length": 1}),
    "mm": ("0.1", {"length": 1}),
    "cm2": ("1", {"length": 2}),
    "kg": ("1", {"body weight": 1}),
    "point": ("1", {"points": 1}),
    "injections": ("1", {"points": 1}),
    "sessions": ("1", {"sessions": 1}),
    "ratio": ("1", {}),
    "%": ("10", {"mass": 1, "volume": -1}),
}
"""Every unit that amounts may have; % is weight in volume (1 % = 10 mg/mL), kg is the weight of the patient."""


class UnitFault(ValueError):
    """A unit that is not in the table, or quantities that do not fit together."""


@cache
def _unit(name: str) -> tuple[Decimal, Dimension]:
    """Factor and dimension of a unit, or of one unit per another (mg/mL)."""
    if name in _BASES:
        factor, dimension = _BASES[name]
        return Decimal(factor), _dimension(dimension)
    above, slash, below = name.partition("/")
    if slash and above in _BASES and below in _BASES:
        (over, dimension), (under, divisor) = _unit(above), _unit(below)
        return over / under, _combined(dimension, divisor, -1)
    raise UnitFault(f"There is no unit {name!r}.")


def _dimension(powers: Mapping[str, int]) -> Dimension:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _combined(one: Dimension, other: Dimension, sign: int) -> Dimension:
    powers = dict(one)
    for name, power in other:
        powers[name] = powers.get(name, 0) + sign * power
    return _dimension(powers)


def is_unit(name: str) -> bool:
    """Whether amounts may have this unit."""
    try:
        _unit(name)
    except UnitFault:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in base units (mg, mL, U, IU, cm, kg of body weight, points) with its dimension."""

    base: Decimal
    dimension: Dimension

    def to(self, unit: str) -> Decimal:
        """The value in a unit; raises UnitFault where the dimension is another."""
        factor, dimension = _unit(unit)
        if dimension != self.dimension:
            raise UnitFault(f"{dict(self.dimension) or 'a plain number'} is not measured in {unit}.")
        return self.base / factor

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.base + self._same(other).base, self.dimension)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.base - self._same(other).base, self.dimension)

    def __mul__(self, other: Quantity) -> Quantity:
        return Quantity(self.base * other.base, _combined(self.dimension, other.dimension, 1))

    def __truediv__(self, other: Quantity) -> Quantity:
        return Quantity(self.base / other.base, _combined(self.dimension, other.dimension, -1))

    def __lt__(self, other: Quantity) -> bool:
        return self.base < self._same(other).base

    def __le__(self, other: Quantity) -> bool:
        return self.base <= self._same(other).base

    def _same(self, other: Quantity) -> Quantity:
        if other.dimension != self.dimension:
            raise UnitFault(f"{dict(self.dimension)} and {dict(other.dimension)} cannot be compared or added.")
        return other

    def whole(self, step: Quantity, up: bool = False) -> Quantity:
        """Rounded down (or up) to a multiple of a step of the same dimension."""
        count = (self.base / self._same(step).base).to_integral_value(ROUND_CEILING if up else ROUND_FLOOR)
        return Quantity(count * step.base, self.dimension)


def quantity(value: float | int | str | Decimal, unit: str) -> Quantity:
    """A number read from data or a profile, with its unit; floats enter through their shortest decimal form.

    Raises UnitFault for a unit outside the table.
    """
    factor, dimension = _unit(unit)
    return Quantity(Decimal(str(value)) * factor, dimension)


UNITS: Mapping[str, str] = MappingProxyType({name: factor for name, (factor, _) in _BASES.items()})
