"""Studies that the model has not seen are scored by the same interface as the baselines; what is skipped says why."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner

from formulator.evidence.commands import evidence

from .test_tables import ARMS, OUTCOME, SHIPPED, STUDY, write_folder

HELD_OUT = ("olsen2002_minoxidil", "humphrey2016_refine2", "sharma_mn_prp_vs_mn_jp", "puig2016_prp_fphl")
CHANGES = {"change_mean": "18.6", "change_sd": "25.4"}, {"change_mean": "3.9", "change_sd": "21.7"}


def held_out(folder: Path) -> Path:
    """The rows of a few shipped studies as a folder of their own."""
    for name in ("studies", "arms", "outcomes"):
        with (SHIPPED / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = [row for row in reader if row["study_id"].startswith(HELD_OUT)]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, reader.fieldnames or [])
            writer.writeheader()
            writer.writerows(rows)
    return folder


def scored(folder: Path) -> dict:
    """The JSON of the command."""
    done = CliRunner().invoke(evidence, ["score", str(folder), "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_studies_of_the_training_data_are_taken_out_of_the_fit(tmp_path) -> None:
    found = scored(held_out(tmp_path))
    assert found["studies_scored"] == len(HELD_OUT)
    assert len(found["already_in_training_data"]["studies"]) == len(HELD_OUT)
    assert "fitted again without" in found["already_in_training_data"]["handling"]
    assert found["trained_on_studies"] == 83 - len(HELD_OUT)
    for entry in (found["model"], *found["baselines"].values()):
        assert set(entry["coverage"]) == {"50", "80", "95"}
        assert all(math.isfinite(entry[name]) for name in ("log_score", "crps", "rmse"))


def test_a_single_new_study_of_a_component_that_nobody_knows_is_scored(tmp_path) -> None:
    arms = [{**ARMS[0], "components": "biotin"}, ARMS[1]]
    rows = [{**OUTCOME, **CHANGES[0]}, {**OUTCOME, "arm_id": "b", **CHANGES[1]}]
    found = scored(write_folder(tmp_path, arms=arms, outcomes=rows))
    assert (found["scored"], found["already_in_training_data"]["studies"]) == (1, [])
    assert found["effects"][0]["added"] == ["biotin"]


def test_what_is_skipped_is_listed_with_its_reason(tmp_path) -> None:
    rows = [{**OUTCOME, "change_mean": "18.6"}, {**OUTCOME, "arm_id": "b", "outcome": "moonshine"}]
    found = scored(write_folder(tmp_path, outcomes=rows))
    assert found["scored"] == 0
    assert found["model"]["log_score"] is None
    assert sum(found["skipped_by_reason"].values()) == found["skipped"] == len(found["skipped_rows"])
    assert "unknown_label" in found["skipped_by_reason"]


def test_the_text_names_the_figures(tmp_path) -> None:
    rows = [{**OUTCOME, **CHANGES[0]}, {**OUTCOME, "arm_id": "b", **CHANGES[1]}]
    done = CliRunner().invoke(evidence, ["score", str(write_folder(tmp_path, outcomes=rows))])
    assert done.exit_code == 0
    assert all(word in done.stdout for word in ("1 effects of 1 studies", "log score", "per_component", "CRPS", "RMSE"))


def test_a_known_doi_is_recognised_under_another_id(tmp_path) -> None:
    with (SHIPPED / "studies.csv").open(encoding="utf-8", newline="") as stream:
        ours = next(row for row in csv.DictReader(stream) if row["study_id"].startswith("humphrey2016"))
    rows = [{**OUTCOME, **CHANGES[0]}, {**OUTCOME, "arm_id": "b", **CHANGES[1]}]
    key = {"doi": ours["doi"].upper()} if ours["doi"] else {"title": ours["title"]}
    found = scored(write_folder(tmp_path, studies=[{**STUDY, **key}], outcomes=rows))
    assert found["already_in_training_data"]["studies"] == [ours["study_id"]]


@pytest.mark.parametrize("missing", ["studies.csv", "arms.csv", "outcomes.csv"])
def test_a_missing_table_is_refused_in_words(tmp_path, missing) -> None:
    folder = write_folder(tmp_path)
    (folder / missing).unlink()
    done = CliRunner().invoke(evidence, ["score", str(folder)])
    assert done.exit_code == 2
    assert missing in done.stderr
    assert "Traceback" not in done.stderr
