"""The fitted model on disk: written whole or not at all, read only where its hash is the one that was written down.

Reading evidence.json needs the standard library alone. joblib runs code when it loads, so the estimator's bytes are
hashed first and those very bytes are loaded.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from formulator.evidence.answer import EvidenceModel
from formulator.faults import Fault, FaultsFound, Place
from formulator.files import written_beside
from formulator.paths import data_directory

MANIFEST, EVIDENCE, ESTIMATOR, CARD = "manifest.json", "evidence.json", "estimator.joblib", "card.md"
MANIFEST_SCHEMA = "formulator/manifest/1"
EVIDENCE_SCHEMA = "formulator/evidence/1"
_LARGEST = 64 * 1024 * 1024
_RETRAIN = "Run `formulator train` to build it from data/evidence; until then the rules answer alone."


def models_directory() -> Path:
    """The folder of the fitted model: beside the data, in a checkout and in an installed wheel."""
    return data_directory().parent / "models"


def load_evidence(folder: Path | None = None) -> EvidenceModel:
    """The model that answers at run time, checked against its manifest.

    Raises FaultsFound where a file is missing, changed or not one of ours.
    """
    root = folder or models_directory()
    manifest = load_manifest(root)
    content = _checked(root, EVIDENCE, manifest)
    document = _mapping(content, root / EVIDENCE, EVIDENCE_SCHEMA)
    try:
        return EvidenceModel(document, version=str(manifest["data"]["sha256"])[:12], sha256=_hash(content))
    except (KeyError, TypeError, ValueError) as error:
        raise _refused(root / EVIDENCE, f"A part of it is missing ({type(error).__name__}: {error}).") from None


def load_manifest(folder: Path | None = None) -> dict[str, Any]:
    """manifest.json. Raises FaultsFound where it is missing or not one of ours."""
    path = (folder or models_directory()) / MANIFEST
    manifest = _mapping(_bytes(path), path, MANIFEST_SCHEMA)
    files, data = manifest.get("files"), manifest.get("data")
    if not isinstance(files, dict) or not isinstance(data, dict) or "sha256" not in data:
        raise _refused(path, "It does not list the files and the data.")
    return manifest


def load_estimator(folder: Path | None = None) -> Any:
    """The fitted scikit-learn estimator; its bytes are checked before joblib sees them.

    Raises FaultsFound where a file is missing or changed, or was written by another version of scikit-learn.
    """
    root = folder or models_directory()
    manifest = load_manifest(root)
    content = _checked(root, ESTIMATOR, manifest)
    _same_versions(root / ESTIMATOR, manifest)
    import joblib  # noqa: PLC0415 - slow, and of no use at run time

    return joblib.load(io.BytesIO(content))


def _same_versions(path: Path, manifest: Mapping[str, Any]) -> None:
    from importlib.metadata import version  # noqa: PLC0415

    written = manifest.get("packages", {}).get("scikit-learn")
    if written != version("scikit-learn"):
        raise _refused(path, f"It was written by scikit-learn {written}, here is {version('scikit-learn')}.")


def data_hash(folder: Path) -> str:
    """SHA-256 over the names and bytes of all tables of a folder, in order of name."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_up_to_date(folder: Path | None = None, data: Path | None = None) -> bool:
    """Whether the model was trained on exactly the tables that lie there now. Raises FaultsFound as load_manifest."""
    return load_manifest(folder)["data"]["sha256"] == data_hash(data or data_directory() / "evidence")


def write_artefact(folder: Path, files: Mapping[str, bytes], about: Mapping[str, Any]) -> None:
    """Write the files, and last the manifest with their hashes; each appears whole or not at all.

    A reader between the two finds a manifest that does not fit, and says so, never a mixture that looks right.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        _replace(folder / name, content)
    hashes = {name: {"sha256": _hash(content), "bytes": len(content)} for name, content in files.items()}
    _replace(folder / MANIFEST, as_json({"schema": MANIFEST_SCHEMA, **about, "files": hashes}))


def as_json(value: Any) -> bytes:
    """JSON with sorted keys and a newline at the end: the same value gives the same bytes."""
    return (
        json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
    ).encode()


def _replace(path: Path, content: bytes) -> None:
    temporary = written_beside(path, content)
    try:
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _checked(root: Path, name: str, manifest: Mapping[str, Any]) -> bytes:
    content = _bytes(root / name)
    expected = manifest["files"].get(name, {})
    if not isinstance(expected, dict) or expected.get("sha256") != _hash(content):
        raise _refused(root / name, "It is not the file that the manifest describes: its SHA-256 differs.")
    return content


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise _refused(path, "It is far larger than a model can be.")
        return path.read_bytes()
    except OSError as error:
        raise _refused(path, f"The file cannot be read ({error.strerror}).") from None


def _mapping(content: bytes, path: Path, schema: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise _refused(path, "It is not JSON.") from None
    if not isinstance(found, dict) or found.get("schema") != schema:
        raise _refused(path, f"It is not a document of the schema {schema}.")
    return found


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _refused(path: Path, problem: str) -> FaultsFound:
    return FaultsFound([Fault(Place(str(path)), "", problem, advice=_RETRAIN)])
