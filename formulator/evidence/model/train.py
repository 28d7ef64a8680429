"""`formulator train`: data/evidence in, models/ out."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib

from formulator import __version__
from formulator.evidence.artefact import CARD, ESTIMATOR, EVIDENCE, as_json, data_hash, models_directory, write_artefact
from formulator.evidence.model.card import card_text
from formulator.evidence.model.document import SCHEMA, evidence_document
from formulator.evidence.model.fitting import train_model
from formulator.evidence.model.validate import Say
from formulator.paths import data_directory

_PACKAGES = ("numpy", "scipy", "pandas", "scikit-learn", "joblib")
_VERSION = re.compile(r"^version:\s*(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Artefact:
    """The files of a model as bytes, and what the manifest says besides their hashes."""

    files: dict[str, bytes]
    about: dict[str, Any]
    document: dict[str, Any]


def build_artefact(data: Path | None = None, say: Say = lambda _: None) -> Artefact:
    """Fit and describe the model of a folder of evidence. Raises FaultsFound for bad rows."""
    folder = data or data_directory() / "evidence"
    digest = data_hash(folder)
    training = train_model(folder, say)
    say("writing the document and the card")
    document = evidence_document(training)
    about = {
        "data": {"folder": "data/evidence", "sha256": digest},
        "evidence_schema": SCHEMA,
        "knowledge_version": knowledge_version(folder),
        "formulator": __version__,
        "packages": {name: version(name) for name in _PACKAGES},
        "variant": document["model"]["variant"],
    }
    files = {
        EVIDENCE: as_json(document),
        ESTIMATOR: _pickled(training.fitted.regressor),
        CARD: card_text(document, about).encode(),
    }
    return Artefact(files, about, document)


def train_to(models: Path | None = None, data: Path | None = None, say: Say = lambda _: None) -> Artefact:
    """Build the artefact and write it to a folder, models/ by default. Nothing is written where building fails."""
    artefact = build_artefact(data, say)
    write_artefact(models or models_directory(), artefact.files, artefact.about)
    return artefact


def _pickled(estimator: Any) -> bytes:
    stream = io.BytesIO()
    joblib.dump(estimator, stream)
    return stream.getvalue()


def knowledge_version(folder: Path) -> str | None:
    """The version in knowledge.yaml beside the folder of evidence, None where there is none."""
    path = folder.parent / "knowledge.yaml"
    found = _VERSION.search(path.read_text(encoding="utf-8")) if path.exists() else None
    return found.group(1) if found else None
