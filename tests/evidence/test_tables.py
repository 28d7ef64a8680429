"""Evidence tables are read as written; a bad row is refused, or left out, by file, line and column."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from formulator.evidence.families import load_vocabulary
from formulator.evidence.tables import read_tables
from formulator.faults import FaultsFound
from formulator.paths import data_directory

SHIPPED = data_directory() / "evidence"
STUDY = {
    "study_id": "s",
    "design": "rct_parallel",
    "indication": "aga_male",
    "n_total": "40",
    "split": "no",
    "url": "u",
}
ARMS = (
    {
        "study_id": "s",
        "arm_id": "a",
        "role": "intervention",
        "components": "prp",
        "route": "intradermal",
        "n_arm": "20",
    },
    {"study_id": "s", "arm_id": "b", "role": "placebo", "components": "saline", "route": "intradermal", "n_arm": "20"},
)
OUTCOME = {"study_id": "s", "arm_id": "a", "outcome": "hair_density_per_cm2", "comparison": "controlled"}
Rows = Sequence[Mapping[str, str]]


def write_folder(
    folder: Path, studies: Rows = (STUDY,), arms: Rows = ARMS, outcomes: Rows = (OUTCOME,), **more: Rows
) -> Path:
    """A folder with the three files in the shipped columns, and further files by name."""
    for name, rows in {"studies": studies, "arms": arms, "outcomes": outcomes, **more}.items():
        with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            columns = next(csv.reader(stream))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    return folder


def faults_of(folder: Path) -> list[str]:
    """What reading the folder strictly complains about."""
    with pytest.raises(FaultsFound) as found:
        read_tables(folder, refuse=True)
    return [str(fault) for fault in found.value.faults]


def test_the_shipped_evidence_is_read_without_a_fault():
    tables = read_tables(SHIPPED)
    assert tables.rejected == ()
    assert len(tables.studies) > 700


def test_every_shipped_correction_names_a_known_file_and_a_reason():
    with (SHIPPED / "corrections.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    for row in rows:
        assert (SHIPPED / row["file"]).exists()
        assert row["field"]
        assert row["reason"]
        assert row["old"] != row["new"]


def test_every_component_of_the_contract_has_an_entry_with_its_own_id():
    components = load_vocabulary().components
    ids = {path.stem for path in (data_directory() / "components").glob("*.yaml")}
    assert ids <= {entry.contract_component for entry in components.values()}


def test_every_used_label_belongs_to_a_family():
    vocabulary = load_vocabulary()
    orphans = [
        label.name
        for label in vocabulary.labels.values()
        if label.used and label.family != "by_indication" and vocabulary.family_of(label.family, ()) is None
    ]
    assert orphans == []


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("outcome", "hair_densty_per_cm2", "outcomes.csv:2:3: outcome: 'hair_densty_per_cm2' is not known here."),
        ("study_id", "t", "outcomes.csv:2:1: study_id: 't' is not known here."),
        ("arm_id", "c", "outcomes.csv:2:2: arm_id: 'c' is not known here."),
        ("comparison", "maybe", "outcomes.csv:2:5: comparison: 'maybe' is not allowed."),
        ("post_mean", "twelve", "outcomes.csv:2:10: post_mean: 'twelve' is not a number."),
        ("post_mean", "nan", "outcomes.csv:2:10: post_mean: 'nan' is not a number."),
        ("post_sd", "-1", "outcomes.csv:2:11: post_sd: -1 is not above 0."),
        ("post_sd", "0", "outcomes.csv:2:11: post_sd: 0 is not above 0."),
        ("responders_n", "-2", "outcomes.csv:2:16: responders_n: -2 is below 0."),
        ("responders_total", "0.5", "outcomes.csv:2:17: responders_total: 0.5 is below 1."),
        ("p_between", "tiny", "outcomes.csv:2:21: p_between: 'tiny' is no p-value"),
        ("p_between", "1.2", "outcomes.csv:2:21: p_between: '1.2' is no p-value"),
    ],
)
def test_a_bad_outcome_cell_is_refused_by_file_line_and_column(tmp_path, column, value, expected):
    faults = faults_of(write_folder(tmp_path, outcomes=[{**OUTCOME, column: value}]))
    assert len(faults) == 1
    assert faults[0].startswith(expected)


def test_an_unknown_component_is_refused_with_the_nearest_known_one(tmp_path):
    arms = [{**ARMS[0], "components": "microneedlin"}, ARMS[1]]
    assert "Did you mean 'microneedling'?" in faults_of(write_folder(tmp_path, arms=arms))[0]


def test_an_arm_of_less_than_one_person_is_refused(tmp_path):
    assert "n_arm: 0 is below 1." in faults_of(write_folder(tmp_path, arms=[{**ARMS[0], "n_arm": "0"}, ARMS[1]]))[0]


def test_a_study_an_arm_and_an_outcome_that_stand_twice_are_refused_with_the_line_of_the_first(tmp_path):
    folder = write_folder(tmp_path, studies=[STUDY, STUDY], arms=[*ARMS, ARMS[0]], outcomes=[OUTCOME, OUTCOME])
    faults = faults_of(folder)
    assert [fault.split(":")[0] for fault in faults] == ["arms.csv", "outcomes.csv", "studies.csv"]
    assert all("stands twice (first in line 2)" in fault for fault in faults)


def test_more_responders_than_people_and_a_reversed_interval_are_refused(tmp_path):
    bad = {**OUTCOME, "responders_n": "5", "responders_total": "4", "effect_ci_low": "2", "effect_ci_high": "1"}
    problems = " ".join(faults_of(write_folder(tmp_path, outcomes=[bad])))
    assert "More responders than people." in problems
    assert "The lower limit lies above the upper one." in problems


def test_a_line_with_too_many_cells_is_refused(tmp_path):
    folder = write_folder(tmp_path)
    with (folder / "studies.csv").open("a", encoding="utf-8") as stream:
        stream.write("x" + "," * 60 + "\n")
    assert "cells, the header" in faults_of(folder)[0]


def test_a_missing_file_and_a_missing_column_are_refused_even_where_bad_rows_are_left_out(tmp_path):
    folder = write_folder(tmp_path)
    (folder / "arms.csv").write_text("study_id,arm_id\n", encoding="utf-8")
    (folder / "outcomes.csv").unlink()
    with pytest.raises(FaultsFound) as found:
        read_tables(folder, refuse=False)
    text = str(found.value)
    assert "arms.csv:1: role, components, n_arm: The column is missing." in text
    assert "outcomes.csv: The file cannot be read" in text


def test_a_folder_without_its_own_labels_loses_bad_rows_and_keeps_the_good_ones(tmp_path):
    outcomes = [{**OUTCOME, "post_sd": "-1"}, {**OUTCOME, "post_mean": "120"}]
    tables = read_tables(write_folder(tmp_path, outcomes=outcomes))
    assert [str(fault.place) for fault in tables.rejected] == ["outcomes.csv:2:11"]
    assert len(tables.outcomes["s"]) == 1


def test_a_folder_with_its_own_labels_is_refused_for_a_bad_row(tmp_path):
    folder = write_folder(tmp_path, outcomes=[{**OUTCOME, "post_sd": "-1"}])
    (folder / "outcome_labels.csv").write_bytes((SHIPPED / "outcome_labels.csv").read_bytes())
    with pytest.raises(FaultsFound):
        read_tables(folder)


@pytest.mark.parametrize(
    ("component", "route", "role", "expected"),
    [
        ("zinc", "oral", "intervention", "oral_zinc"),
        ("zinc", "intradermal", "intervention", "zinc"),
        ("vitamin_c", "iontophoresis", "intervention", "vitamin_c"),
        ("microneedling", "topical", "intervention", "microneedling"),
        ("topical_minoxidil", "topical", "intervention", "topical_minoxidil"),
        ("none", "oral", "placebo", "placebo"),
        ("none", "none", "no_treatment", "no_treatment"),
        ("organic_silicon", "intradermal", "intervention", "silicon"),
        ("brand_new", "oral", "intervention", "brand_new"),
    ],
)
def test_a_component_counts_under_the_id_of_how_it_was_given(component, route, role, expected):
    assert load_vocabulary().canonical(component, route, role) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"indication": "aga_mixed", "sex": "both"}, ("aga_male", "aga_female")),
        ({"indication": "aga_mixed", "sex": "male"}, ("aga_male",)),
        ({"indication": "scars_other"}, ("scars_other",)),
        ({"indication": "other"}, ()),
        ({"indication": "melasma", "indication_also": "pih"}, ("melasma", "pih")),
        ({"indication": "other", "contract_indication": "striae"}, ("striae",)),
    ],
)
def test_the_indications_of_the_contract_are_worked_out_where_no_column_gives_them(tmp_path, row, expected):
    tables = read_tables(write_folder(tmp_path, studies=[{**STUDY, **row}]))
    assert tables.studies["s"].indications == expected
