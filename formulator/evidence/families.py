"""The vocabulary of the evidence, read from data/evidence: outcome labels and families, components, allowed words."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import TypeVar

from formulator.faults import Fault, FaultsFound, Place, shown
from formulator.paths import data_directory

BY_INDICATION = "by_indication"
_OTHER_ROUTES = frozenset({"oral", "topical", "intramuscular", "intravenous"})
_HAS_OTHER_ROUTE_IDS = frozenset({"minoxidil", "dutasteride", "finasteride", "tranexamic_acid"})


@dataclass(frozen=True, slots=True)
class Label:
    """One outcome as studies print it.

    `sign` is +1 where higher is better and -1 where lower is; `rank` orders the labels of a family, 1 the most direct;
    `reference_sd` (unit of the label) is the median SD of published trials, None where too few print one;
    `reference_sd_trials` is their number, 0 where the unit varies so much that the SD may be compared, not borrowed;
    `natural_factor` turns the label's unit into `natural_unit`.
    """

    name: str
    family: str
    sign: int
    unit: str
    meaning: str
    used: bool
    rank: int
    natural_unit: str = ""
    natural_factor: float = 1.0
    reference_sd: float | None = None
    reference_sd_trials: int = 0

    @property
    def borrowed_sd(self) -> float | None:
        """The SD that a trial without one may borrow, unit of the label."""
        return self.reference_sd if self.reference_sd_trials else None


@dataclass(frozen=True, slots=True)
class Family:
    """Outcomes that a model treats as one; `better` (higher or lower) and the natural unit are those of its label."""

    id: str
    name: str
    better: str
    natural_unit: str
    natural_label: str


@dataclass(frozen=True, slots=True)
class EvidenceComponent:
    """What an arm can hold. `kind`: contract (a component of the product), control, evidence_only or alias."""

    id: str
    kind: str
    contract_component: str
    delivered_into_skin: bool
    device: bool
    becomes: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Labels, families, components and allowed values; `label_families` maps label family (@indication) to family."""

    labels: Mapping[str, Label]
    families: Mapping[str, Family]
    label_families: Mapping[str, str]
    components: Mapping[str, EvidenceComponent]
    allowed: Mapping[tuple[str, str], frozenset[str]]

    def family_of(self, label_family: str, indications: tuple[str, ...]) -> Family | None:
        """The family of a label family in a study of these indications; None where no family takes it."""
        keys = [*(f"{label_family}@{indication}" for indication in indications), label_family]
        found = next((self.label_families[key] for key in keys if key in self.label_families), None)
        return self.families.get(found) if found else None

    def canonical(self, component: str, route: str, role: str) -> str:
        """The id under which a component counts, given how and in which role an arm got it.

        A component that is meant for the skin and was swallowed, put on or infused is another one (oral_zinc).
        """
        entry = self.components.get(component)
        if component == "none":
            return "placebo" if role == "placebo" else "no_treatment"
        if entry is None:
            return component
        if entry.becomes:
            return entry.becomes
        injectable = entry.delivered_into_skin and not entry.device and entry.kind == "contract"
        moved = injectable and route in _OTHER_ROUTES
        if component in _HAS_OTHER_ROUTE_IDS:
            moved = route in ("oral", "topical")
        return f"{route}_{component}" if moved else component


def load_vocabulary(folder: Path | None = None) -> Vocabulary:
    """Read the vocabulary of a folder; a file that it lacks is taken from data/evidence.

    Raises FaultsFound where a file of the folder cannot be read, or a row of it is not whole or has no number where
    one is needed.
    """
    families = _items("families.csv", folder, dict)
    return Vocabulary(
        labels={label.name: label for label in _items("outcome_labels.csv", folder, _label)},
        families={row["family"]: _family(row) for row in families},
        label_families={part: row["family"] for row in families for part in row["label_families"].split(";")},
        components={one.id: one for one in _items("component_ids.csv", folder, _component)},
        allowed=_allowed(_items("enums.csv", folder, dict)),
    )


Made = TypeVar("Made")


def _items(name: str, folder: Path | None, make: Callable[[dict[str, str]], Made]) -> list[Made]:
    """What is made of each row of a file: the folder's own where it has one with all columns, else the shipped one."""
    shipped = data_directory() / "evidence" / name
    header, rows = _table(shipped)
    own = folder / name if folder else None
    if own is not None and own.exists():
        own_header, own_rows = _table(own)
        if set(header) <= set(own_header):
            header, rows = own_header, own_rows
    items, faults = [], []
    for line, cells in rows:
        try:
            items.append(make(dict(zip(header, cells, strict=True))))
        except ValueError as error:
            faults.append(Fault(Place(name, line), "", f"The row cannot be read: {error}."))
    if faults:
        raise FaultsFound(faults)
    return items


def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each row that is not empty with its line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            header = next(reader, [])
            return header, [(reader.line_num, cells) for cells in reader if cells]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or "it is not a table in UTF-8"
        raise FaultsFound([Fault(Place(path.name), "", f"The file cannot be read: {reason}.")]) from None


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"{shown(text)} is not a number")
    return number


def _label(row: dict[str, str]) -> Label:
    return Label(
        name=row["label"],
        family=row["family"],
        sign=1 if row["better"] == "higher" else -1,
        unit=row["unit"],
        meaning=row["meaning"],
        used=row["use"] == "yes",
        rank=int(row["rank"]),
        natural_unit=row["natural_unit"],
        natural_factor=_number(row["natural_factor"] or "1"),
        reference_sd=_number(row["reference_sd"]) if row["reference_sd"] else None,
        reference_sd_trials=int(row["reference_sd_trials"] or 0),
    )


def _family(row: dict[str, str]) -> Family:
    return Family(row["family"], row["name"], row["better"], row["natural_unit"], row["natural_label"])


def _component(row: dict[str, str]) -> EvidenceComponent:
    return EvidenceComponent(
        id=row["component"],
        kind=row["kind"],
        contract_component=row["contract_component"],
        delivered_into_skin=row["delivered_into_skin"] == "yes",
        device=row["device"] == "yes",
        becomes=row["becomes"],
        meaning=row["meaning"],
    )


def _allowed(rows: list[dict[str, str]]) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        found.setdefault((row["file"], row["column"]), set()).add(row["value"])
    return {key: frozenset(values) for key, values in found.items()}
