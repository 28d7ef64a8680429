"""Numbers and units of the input: a closed table, exact decimal arithmetic, everything else refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from formulator.paths import data_directory
from formulator.profile.tables import number_in, rows_of

_NUMBER = re.compile(
    r"([+-]?(?:(?:0|[1-9][0-9]{0,39})(?:\.[0-9]{1,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?)(?![0-9])\s*(.*)",
    re.DOTALL,
)
_SMALLEST_STEP = Decimal("0.0001")
_LARGEST_CONVERTED = Decimal(10) ** 15  # far beyond every range: refused as it stands, whatever the unit
_MICRO_SIGNS = str.maketrans({"\u03bc": "u", "\u00b5": "u"})


Conversions = Mapping[str, Mapping[str, tuple[Decimal, Decimal]]]


@lru_cache(maxsize=1)
def conversions() -> Conversions:
    """The shipped conversions, read once."""
    return read_conversions(data_directory())


def read_conversions(root: Path) -> Conversions:
    """For each field, each accepted unit with its factor and offset to the stored unit (data/profile/units.csv).

    Raises ValueError where the table has another shape, no numbers, or names a unit of a field twice.
    """
    table: dict[str, dict[str, tuple[Decimal, Decimal]]] = {}
    for row in rows_of(root / "profile" / "units.csv", ("field", "unit", "factor", "offset", "basis")):
        unit, units = row["unit"].translate(_MICRO_SIGNS), table.setdefault(row["field"], {})
        if unit in units:
            raise ValueError(f"units.csv names {unit} of {row['field']} twice")
        units[unit] = (number_in(row["factor"], "units.csv"), number_in(row["offset"], "units.csv"))
    return table


def units_of(field: str) -> tuple[str, ...]:
    """The spellings of units that a field accepts, its own unit first."""
    return tuple(conversions().get(field, ()))


def split_number(text: str) -> tuple[Decimal, str] | None:
    """A decimal number and what follows it, or None where the text does not begin with a plain number."""
    found = _NUMBER.fullmatch(text.strip())
    return (Decimal(found[1]), found[2].strip()) if found else None


def to_stored_unit(field: str, number: Decimal, unit: str) -> Decimal | None:
    """The number in the field's own unit, or None where the unit is not in the table (data/profile/units.csv)."""
    entry = conversions().get(field, {}).get(unit.translate(_MICRO_SIGNS))
    if entry is None:
        return None
    factor, offset = entry
    if (factor == 1 and offset == 0) or abs(number) > _LARGEST_CONVERTED:
        return number
    return (number * factor + offset).quantize(_SMALLEST_STEP)
