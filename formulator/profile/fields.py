"""The catalogue of input fields, read from data/profile: names, types, ranges, units, choices, impossible pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from formulator.paths import data_directory
from formulator.profile.tables import number_in, rows_of
from formulator.profile.units import read_conversions

YES, NO, UNKNOWN = "yes", "no", "unknown"
_FIELD_COLUMNS = ("field", "label", "group", "type", "low", "high", "unit", "meaning")
_IMPOSSIBLE_COLUMNS = ("field", "value", "other_field", "other_value", "reason")
_CHANGEABLE_COLUMNS = ("field", "kind", "to", "how")
CHANGE_WORDS = {
    "lab": "when it is measured again",
    "medicine": "the prescriber changes the treatment",
    "timing": "time passes",
    "preference": "the patient or the clinic decides",
}
"""The kinds of facts that can be changed, and how that comes about unless the field says otherwise."""

MORE = "more"
"""In changeable.csv: a number that can only grow."""


@dataclass(frozen=True, slots=True)
class Field:
    """One input field; `choices` maps each allowed value to its label; a bound of None is open."""

    name: str
    label: str
    group: str
    type: str
    unit: str
    meaning: str
    choices: Mapping[str, str]
    low: float | None = None
    high: float | None = None
    low_is_excluded: bool = False

    @property
    def is_number(self) -> bool:
        return self.type in ("integer", "number")

    def allowed(self) -> str:
        """What may be entered, in words."""
        if self.choices:
            return ", ".join(self.choices)
        if self.is_number:
            return self._allowed_number()
        return {"date": "a date such as 2026-11-25", "string": "an ISO 3166 code of two letters, or EU"}.get(
            self.type, self.type
        )

    def _allowed_number(self) -> str:
        kind = "a whole number" if self.type == "integer" else "a number"
        above = "above" if self.low_is_excluded else "from"
        low = f" {above} {self.low:g}" if self.low is not None else ""
        high = f" to {self.high:g}" if self.high is not None else ""
        return f"{kind}{low}{high} {self.unit}".strip()

    def value_label(self, value: object) -> str:
        """A value as a person reads it, with its unit."""
        text = f"{value:g}" if isinstance(value, float) else str(value)
        return self.choices.get(text) or f"{text} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Impossible:
    """Two values that cannot both be true of one patient."""

    field: str
    value: str
    other_field: str
    other_value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changeable:
    """A fact that can be changed; `to` holds the values that it can be brought to (empty: any; MORE: any above)."""

    field: str
    kind: str
    to: frozenset[str]
    how: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A severity scale: its range and the concerns that it grades (empty: any)."""

    name: str
    low: float
    high: float
    concerns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that decides whether a profile is valid."""

    fields: Mapping[str, Field]
    impossible: tuple[Impossible, ...]
    changeable: Mapping[str, Changeable]
    scales: Mapping[str, Scale]
    concern_domains: Mapping[str, frozenset[str]]
    jurisdictions: Mapping[str, str]
    component_ids: frozenset[str]

    def group(self, name: str) -> tuple[Field, ...]:
        """The fields of one group, in the order of the file."""
        return tuple(entry for entry in self.fields.values() if entry.group == name)


def load_catalogue(data: Path | None = None) -> Catalogue:
    """Read data/profile; the shipped one is read once.

    Raises OSError, ValueError or KeyError where a table is missing or has another shape.
    """
    return _shipped() if data is None else _read(data)


@lru_cache(maxsize=1)
def _shipped() -> Catalogue:
    return _read(data_directory())


def _read(root: Path) -> Catalogue:
    folder = root / "profile"
    chosen = list(rows_of(folder / "choices.csv", ("field", "value", "label", "domains")))
    choices = _choices(chosen)
    read_conversions(root)
    return Catalogue(
        fields={row["field"]: _field(row, choices) for row in rows_of(folder / "fields.csv", _FIELD_COLUMNS)},
        impossible=tuple(Impossible(**row) for row in rows_of(folder / "impossible.csv", _IMPOSSIBLE_COLUMNS)),
        changeable={row["field"]: _changeable(row) for row in rows_of(folder / "changeable.csv", _CHANGEABLE_COLUMNS)},
        scales={
            row["scale"]: _scale(row) for row in rows_of(folder / "scales.csv", ("scale", "low", "high", "concerns"))
        },
        concern_domains={row["value"]: _words(row["domains"]) for row in chosen if row["field"] == "concern"},
        jurisdictions={row["code"]: row["name"] for row in rows_of(folder / "jurisdictions.csv", ("code", "name"))},
        component_ids=frozenset(path.stem for path in (root / "components").glob("*.yaml")),
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(";")) if text else frozenset()


def _choices(rows: Iterable[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    choices: dict[str, dict[str, str]] = {}
    for row in rows:
        choices.setdefault(row["field"], {})[row["value"]] = row["label"]
    return choices


def _field(row: dict[str, str], choices: dict[str, dict[str, str]]) -> Field:
    flags = {YES: "Yes", NO: "No", UNKNOWN: "Unknown"} if row["type"] == "bool3" else {}
    low = row["low"].removeprefix(">")
    return Field(
        name=row["field"],
        label=row["label"],
        group=row["group"],
        type=row["type"],
        unit=row["unit"],
        meaning=row["meaning"],
        choices=choices.get(row["field"], flags),
        low=float(number_in(low, "fields.csv")) if low else None,
        high=float(number_in(row["high"], "fields.csv")) if row["high"] else None,
        low_is_excluded=row["low"].startswith(">"),
    )


def _changeable(row: dict[str, str]) -> Changeable:
    if row["kind"] not in CHANGE_WORDS:
        raise ValueError(f"changeable.csv: the kind of {row['field']} must be one of {', '.join(CHANGE_WORDS)}")
    return Changeable(row["field"], row["kind"], _words(row["to"]), row["how"] or CHANGE_WORDS[row["kind"]])


def _scale(row: dict[str, str]) -> Scale:
    low, high = (float(number_in(row[end], "scales.csv")) for end in ("low", "high"))
    return Scale(row["scale"], low, high, _words(row["concerns"]))
