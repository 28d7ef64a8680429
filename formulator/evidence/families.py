"""The vocabulary of the evidence, read from data/evidence: outcome labels and families, components, allowed words."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

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
    """Read the vocabulary of a folder; a file that it lacks is taken from data/evidence."""
    labels = [_label(row) for row in _rows("outcome_labels.csv", folder)]
    families = list(_rows("families.csv", folder))
    return Vocabulary(
        labels={label.name: label for label in labels},
        families={row["family"]: _family(row) for row in families},
        label_families={part: row["family"] for row in families for part in row["label_families"].split(";")},
        components={row["component"]: _component(row) for row in _rows("component_ids.csv", folder)},
        allowed=_allowed(_rows("enums.csv", folder)),
    )


def _rows(name: str, folder: Path | None) -> Iterator[dict[str, str]]:
    shipped = data_directory() / "evidence"
    own = folder / name if folder else None
    usable = own is not None and own.exists() and _has_columns_of(own, shipped / name)
    with (own if own is not None and usable else shipped / name).open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def _has_columns_of(own: Path, shipped: Path) -> bool:
    return set(_header(shipped)) <= set(_header(own))


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(csv.reader(stream), [])


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
        natural_factor=float(row["natural_factor"] or 1),
        reference_sd=float(row["reference_sd"]) if row["reference_sd"] else None,
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


def _allowed(rows: Iterator[dict[str, str]]) -> dict[tuple[str, str], frozenset[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        found.setdefault((row["file"], row["column"]), set()).add(row["value"])
    return {key: frozenset(values) for key, values in found.items()}
