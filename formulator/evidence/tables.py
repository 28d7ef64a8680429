"""Reading a folder of evidence: studies.csv, arms.csv, outcomes.csv; where present, overlaps.csv and regions.csv.

A folder that brings its own outcome_labels.csv is a base of evidence: every bad row is refused by file, line,
column. A folder without it holds somebody else's rows to be scored: a bad row is left out and listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from formulator.evidence.extract_rows import ARMS, OUTCOMES, OVERLAPS, REGIONS, STUDIES, Row, TableReader
from formulator.evidence.families import Vocabulary, load_vocabulary
from formulator.faults import Fault, FaultsFound, did_you_mean, shortened, shown


@dataclass(frozen=True, slots=True)
class Study:
    """One study; `n_total` in people (None: not printed), `indications` of the contract, `split`: within people."""

    id: str
    design: str
    split: bool
    n_total: float | None
    indications: tuple[str, ...]
    source: str
    row: Row

    @property
    def url(self) -> str:
        """Address of the page that was read."""
        return self.row.text("url")

    @property
    def is_review(self) -> bool:
        """Whether it pools or tells other people's trials."""
        return "review" in self.design or "meta_analysis" in self.design or self.design in ("guideline", "consensus")


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm; `n` in people (None: not printed); `n_is_printed` False where it was worked out."""

    study: str
    id: str
    role: str
    components: tuple[str, ...]
    route: str
    n: float | None
    n_is_printed: bool
    sessions: float | None
    row: Row


@dataclass(frozen=True, slots=True)
class Outcome:
    """One printed outcome; numbers in the unit of its label, `weeks` as printed (None: not printed)."""

    study: str
    arm: str
    label: str
    label_family: str
    comparison: str
    weeks: float | None
    row: Row

    def number(self, column: str) -> float | None:
        """A number of the row, None where the cell is empty."""
        return self.row.number(column)


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the world: the countries in it by the names that studies use, and its codes of jurisdictions."""

    name: str
    countries: tuple[str, ...]
    codes: tuple[str, ...]


Item = TypeVar("Item", Arm, Outcome)


@dataclass(frozen=True, slots=True)
class Tables:
    """A folder as read; `dropped` are studies whose effects another study already brings; `rejected` the bad rows.

    `regions` has a row for every region: the countries as studies name them, and the codes of jurisdictions in it.
    """

    studies: Mapping[str, Study]
    arms: Mapping[str, tuple[Arm, ...]]
    outcomes: Mapping[str, tuple[Outcome, ...]]
    dropped: Mapping[str, str]
    rejected: tuple[Fault, ...]
    vocabulary: Vocabulary
    regions: tuple[Region, ...] = ()


def read_tables(folder: Path, *, refuse: bool | None = None) -> Tables:
    """Read a folder of evidence.

    `refuse` says whether a bad row refuses the folder or is left out and listed; by default it refuses exactly where
    the folder has its own outcome_labels.csv. A missing file or column always refuses.
    Raises FaultsFound with every fault by file, line and column.
    """
    strict = (folder / "outcome_labels.csv").exists() if refuse is None else refuse
    vocabulary = load_vocabulary(folder)
    reader = TableReader(folder, vocabulary.allowed)
    studies = {row.text("study_id"): _study(row) for row in reader.rows(STUDIES)}
    arm_rows = [row for row in reader.rows(ARMS) if reader.refers(row, "study_id", studies)]
    arms = _grouped([_arm(row, vocabulary) for row in arm_rows])
    outcome_rows = [row for row in reader.rows(OUTCOMES) if _refers(row, reader, studies, arms)]
    overlaps = reader.rows(OVERLAPS) if (folder / "overlaps.csv").exists() else []
    regions = _regions(reader) if (folder / "regions.csv").exists() else ()
    if strict:
        _known_words(reader, vocabulary, arm_rows, outcome_rows)
        _known_countries(reader, regions, studies)
        overlaps = [row for row in overlaps if all(reader.refers(row, c, studies) for c in ("study_a", "study_b"))]
    if reader.broken or (strict and reader.faults):
        raise FaultsFound(shortened(sorted(reader.faults, key=_by_place), folder.name))
    return Tables(
        studies=studies,
        arms=arms,
        outcomes=_grouped([_outcome(row, vocabulary) for row in outcome_rows]),
        dropped=_dropped(overlaps, studies),
        rejected=tuple(reader.faults),
        vocabulary=vocabulary,
        regions=regions,
    )


def countries_of(study: Study) -> tuple[str, ...]:
    """The countries that a study names; none where it names none."""
    return tuple(part.strip() for part in study.row.text("country").split("/") if part.strip())


def _regions(reader: TableReader) -> tuple[Region, ...]:
    rows = reader.rows(REGIONS)
    lists = ([tuple(filter(None, row.text(column).split(";"))) for column in ("named", "codes")] for row in rows)
    return tuple(Region(row.text("region"), *parts) for row, parts in zip(rows, lists, strict=True))


def _known_countries(reader: TableReader, regions: tuple[Region, ...], studies: Mapping[str, Study]) -> None:
    """Where regions are told, each country of a study lies in one of them."""
    known = {country for region in regions for country in region.countries}
    for study in studies.values() if regions else ():
        for country in set(countries_of(study)) - known:
            problem = f"{shown(country)} is in no region of regions.csv."
            advice = did_you_mean(country, known) or "Add it to the column `named` of its region."
            reader.faults.append(Fault(study.row.place("country"), "country", problem, advice=advice))


def _by_place(fault: Fault) -> tuple[str, int, int]:
    return fault.place.file, fault.place.line, fault.place.column


def _grouped(items: list[Item]) -> dict[str, tuple[Item, ...]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.study, []).append(item)
    return {study: tuple(members) for study, members in groups.items()}


def _refers(row: Row, reader: TableReader, studies: Mapping[str, Study], arms: Mapping[str, tuple[Arm, ...]]) -> bool:
    if not reader.refers(row, "study_id", studies):
        return False
    own = {arm.id for arm in arms.get(row.text("study_id"), ())}
    return not row.text("arm_id") or reader.refers(row, "arm_id", own)


def _known_words(reader: TableReader, vocabulary: Vocabulary, arms: list[Row], outcomes: list[Row]) -> None:
    for row in outcomes:
        reader.refers(row, "outcome", vocabulary.labels)
    for row in arms:
        unknown = [c for c in row.text("components").split(";") if c not in vocabulary.components]
        for component in unknown:
            problem = f"{shown(component)} is no component of component_ids.csv."
            advice = did_you_mean(component, vocabulary.components)
            reader.faults.append(Fault(row.place("components"), "components", problem, advice=advice))


def _study(row: Row) -> Study:
    return Study(
        id=row.text("study_id"),
        design=row.text("design"),
        split=(row.text("split") or ("yes" if row.text("design") == "rct_split" else "no")) == "yes",
        n_total=row.number("n_total"),
        indications=_indications(row),
        source=row.text("source_id"),
        row=row,
    )


def _indications(row: Row) -> tuple[str, ...]:
    """The contract's indications: as written, else worked out (aga_mixed counts for the sexes that were studied)."""
    if row.text("contract_indication"):
        return tuple(row.text("contract_indication").split(";"))
    printed = [row.text("indication"), *row.text("indication_also").split(";")]
    sexes = {"male": ("aga_male",), "female": ("aga_female",)}.get(row.text("sex"), ("aga_male", "aga_female"))
    found = [name for item in printed for name in (sexes if item == "aga_mixed" else (item,))]
    return tuple(dict.fromkeys(name for name in found if name and name not in ("other", "hair_loss_other")))


def _arm(row: Row, vocabulary: Vocabulary) -> Arm:
    role, route = row.text("role"), row.text("route")
    components = {vocabulary.canonical(part, route, role) for part in row.text("components").split(";")}
    return Arm(
        study=row.text("study_id"),
        id=row.text("arm_id"),
        role=role,
        components=tuple(sorted(components)),
        route=route,
        n=row.number("n_arm"),
        n_is_printed=row.text("n_arm_source") not in ("equal_share_of_n_total", "inferred_from_percentages"),
        sessions=row.number("sessions_n"),
        row=row,
    )


def _outcome(row: Row, vocabulary: Vocabulary) -> Outcome:
    label = vocabulary.labels.get(row.text("outcome"))
    family = label.family if label else row.text("family")
    return Outcome(
        study=row.text("study_id"),
        arm=row.text("arm_id"),
        label=row.text("outcome"),
        label_family=row.text("family") if family == "by_indication" else family,
        comparison=row.text("comparison"),
        weeks=row.number("timepoint_weeks"),
        row=row,
    )


def _dropped(overlaps: list[Row], studies: Mapping[str, Study]) -> dict[str, str]:
    pairs = [row for row in overlaps if row.text("use") == "drop_study_a"]
    return {
        row.text("study_a"): f"{row.text('study_b')}: {row.text('relation')}"
        for row in pairs
        if row.text("study_a") in studies and row.text("study_b") in studies
    }
