"""What is on disk is trusted only as it was written, and the shipped model is what the shipped data give."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import joblib
import pytest
from click.testing import CliRunner

from formulator.evidence.artefact import (
    CARD,
    ESTIMATOR,
    EVIDENCE,
    MANIFEST,
    as_json,
    is_up_to_date,
    load_estimator,
    load_evidence,
    load_manifest,
    models_directory,
    write_artefact,
)
from formulator.evidence.commands import train
from formulator.evidence.effects import Rules
from formulator.evidence.extract import effects_of_tables
from formulator.evidence.model.document import rounded
from formulator.evidence.model.fitting import prepared
from formulator.evidence.model.train import build_artefact
from formulator.evidence.model.validate import left_out_scores
from formulator.evidence.model.variants import variant
from formulator.evidence.tables import read_tables
from formulator.faults import FaultsFound

from .test_tables import SHIPPED


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A copy of the shipped model."""
    return Path(shutil.copytree(models_directory(), tmp_path / "models"))


def refusal(folder: Path) -> str:
    """What loading complains about."""
    with pytest.raises(FaultsFound) as found:
        load_evidence(folder)
    return str(found.value)


def test_the_shipped_model_was_trained_on_the_shipped_data() -> None:
    assert is_up_to_date()


def test_the_shipped_figures_come_out_again() -> None:
    """Leave-one-study-out of the chosen variant, computed afresh."""
    tables = read_tables(SHIPPED)
    contrasts, _, _ = prepared(tables, effects_of_tables(tables, Rules())[0], SHIPPED)
    chosen = variant(load_manifest()["variant"])
    fresh = rounded(left_out_scores(chosen.fit(contrasts), contrasts).summary())
    shipped = load_evidence().document["validation"]["variants"][chosen.id]
    assert fresh["coverage"] == shipped["coverage"]
    for name in ("log_score", "crps", "rmse"):
        assert fresh[name] == pytest.approx(shipped[name], rel=1e-3)


def test_the_shipped_figures_meet_the_target() -> None:
    found = load_evidence().document["validation"]
    model = found["variants"][found["chosen"]]
    assert 0.72 <= model["by_study"]["coverage"]["80"] <= 0.88
    assert all(entry["log_score"] < model["log_score"] for entry in found["baselines"].values())


@pytest.mark.slow
def test_the_same_data_give_the_same_bytes() -> None:
    shipped = models_directory()
    files = build_artefact().files
    assert files[EVIDENCE] == (shipped / EVIDENCE).read_bytes()
    assert files[CARD] == (shipped / CARD).read_bytes()


def test_a_changed_byte_is_refused(models: Path) -> None:
    path = models / EVIDENCE
    path.write_bytes(path.read_bytes().replace(b'"hair_density"', b'"hair_densitx"', 1))
    assert "SHA-256 differs" in refusal(models)
    assert "rules answer alone" in refusal(models)


@pytest.mark.parametrize("name", [EVIDENCE, MANIFEST])
def test_a_missing_file_is_refused(models: Path, name: str) -> None:
    (models / name).unlink()
    assert "cannot be read" in refusal(models)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b'{"schema": "other"}', b"\xff", b'{"schema": "formulator/manifest/1"}', b"[" * 99999],
)
def test_a_foreign_manifest_is_refused(models: Path, content: bytes) -> None:
    (models / MANIFEST).write_bytes(content)
    assert "models" in refusal(models)


def test_a_foreign_document_with_a_fitting_manifest_is_refused(tmp_path: Path) -> None:
    write_artefact(tmp_path, {EVIDENCE: as_json({"schema": "formulator/evidence/1"})}, {"data": {"sha256": "0"}})
    assert "A part of it is missing" in refusal(tmp_path)


def test_joblib_never_sees_changed_bytes(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> None:
        raise AssertionError("joblib was asked to load")

    (models / ESTIMATOR).write_bytes((models / ESTIMATOR).read_bytes() + b"\0")
    monkeypatch.setattr(joblib, "load", explode)
    with pytest.raises(FaultsFound, match="SHA-256 differs"):
        load_estimator(models)


def test_another_version_of_scikit_learn_is_refused(models: Path) -> None:
    manifest = json.loads((models / MANIFEST).read_bytes())
    manifest["packages"]["scikit-learn"] = "0.1"
    (models / MANIFEST).write_bytes(as_json(manifest))
    with pytest.raises(FaultsFound, match=r"written by scikit-learn 0\.1"):
        load_estimator(models)


def test_the_estimator_is_the_one_of_the_document() -> None:
    model = load_evidence()
    assert load_estimator().tau2_ == pytest.approx(model.document["model"]["tau2"], rel=1e-4)


def test_reading_the_model_needs_neither_numpy_nor_scikit_learn() -> None:
    code = (
        "import sys; from formulator.evidence.artefact import load_evidence; load_evidence();"
        "print([n for n in ('numpy', 'pandas', 'sklearn', 'scipy', 'joblib') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_bad_row_is_refused_by_file_line_and_column_and_nothing_is_written(tmp_path: Path) -> None:
    data = Path(shutil.copytree(SHIPPED, tmp_path / "evidence"))
    lines = (data / "outcomes.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    lines[1] = lines[1].replace(lines[1].split(",")[2], "hair_cuont", 1)
    (data / "outcomes.csv").write_text("".join(lines), encoding="utf-8")
    done = CliRunner().invoke(train, ["--data", str(data), "--models", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "outcomes.csv:2:3" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_too_few_trials_are_refused(tmp_path: Path) -> None:
    data = Path(shutil.copytree(SHIPPED, tmp_path / "evidence"))
    for name in ("outcomes", "overlaps"):
        path = data / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    done = CliRunner().invoke(train, ["--data", str(data), "--models", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert "Fewer than ten controlled studies" in done.stderr


def test_the_card_leaves_nothing_open() -> None:
    card = (models_directory() / CARD).read_text(encoding="utf-8")
    assert not any(words in card.lower() for words in ("to be filled", "todo", "more information needed", "nan"))
    assert all(f"## {heading}" in card for heading in ("Intended use and users", "Calibration", "Limits and fairness"))
