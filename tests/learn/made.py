"""Decisions of diagnosers.yaml as the program reads them: a case around a patient, the perfect decision, changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_evidence
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of, load_casebook
from formulator.learn.cases.case import Finding, Neighbour
from formulator.learn.commitment import Commitment, plain_commitment
from formulator.learn.commitment_reading import commitment_from
from formulator.learn.diagnosis import perfect_commitment
from formulator.strict_yaml import read_yaml
from tests.conftest import TODAY
from tests.engine.asking import shipped

HERE = Path(__file__).resolve().parent
NOTHING = "none"
_KEPT: dict[str, Any] = {}


def decisions() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The patients and the decisions of diagnosers.yaml."""
    path = HERE / "diagnosers.yaml"
    plain = read_yaml(path.read_text(encoding="utf-8"), path.name).plain()
    return plain["patients"], plain["cases"]


def book() -> Casebook:
    """The shipped casebook, read once; decisions here need only its steps."""
    if "book" not in _KEPT:
        _KEPT["book"] = load_casebook(shipped())
    return _KEPT["book"]


def model() -> EvidenceModel:
    """The shipped evidence model, read once."""
    if "model" not in _KEPT:
        _KEPT["model"] = load_evidence()
    return _KEPT["model"]


def case_around(
    profile: Mapping[str, Any],
    day: date = TODAY,
    hidden: tuple[str, ...] = (),
    findings: tuple[Finding, ...] = (),
    causes: tuple[str, ...] = (),
) -> Case:
    """A case around a patient: the story tells everything but the cause and what is hidden.

    What nobody names is absent and was asked for, so the story tells that too, unless it is hidden.
    """
    cause = str(profile.get("cause", "unknown"))
    others = tuple(one for one in (*causes, "unknown", "stress") if one != cause)
    told = tuple(name for name in shipped().catalogue.fields if name not in (*hidden, "cause"))
    return Case(
        id="made",
        folder="made",
        reviewed=TODAY,
        status="active",
        title="A patient of the tests",
        difficulty=1,
        story="A patient of the tests.",
        known=told,
        profile=dict(profile),
        day=day,
        causes=(cause, *others),
        findings=findings or (_nothing("one"), _nothing("two")),
        objectives=("Read the rules.",),
        lessons=("treat_male_pattern_loss",),
        expect={"decision": "treat"},
        neighbour=Neighbour(change={"age": 40}, asks="And at forty?"),
        pearl="Read the rules.",
        sources=("document_a",),
    )


def _nothing(name: str) -> Finding:
    return Finding(id=name, step="history", ask="Anything else?", says="No.")


def case_of(entry: Mapping[str, Any], patients: Mapping[str, Any]) -> Case:
    """The case of an entry of diagnosers.yaml."""
    findings = tuple(
        Finding(
            id=one["id"],
            step=one["step"],
            ask=f"The {one['id']}",
            says="As it is.",
            shows=tuple(one["shows"]),
            needed=one.get("needed") == "yes",
        )
        for one in entry.get("findings", ())
    )
    if len(findings) == 1:
        findings = (*findings, _nothing("more"))
    profile = {**patients[entry["patient"]], **entry.get("with", {})}
    return case_around(profile, TODAY, tuple(entry.get("hidden", ())), findings, tuple(entry.get("causes", ())))


def decision_of(entry: Mapping[str, Any], case: Case, knowledge: Knowledge) -> Commitment:
    """The perfect decision about a case, changed by what the entry does; read as hostile JSON would be."""
    raw = plain_commitment(perfect_commitment(case, answer_of(case, knowledge, model()), knowledge))
    for part, change in entry["does"].items():
        raw[part] = _changed(raw[part], part, change)
    return commitment_from(raw, case, knowledge)


def _changed(now: Any, part: str, change: Any) -> Any:
    if part == "syringes":
        return syringes_of(change)
    if part == "course":
        return {**now, **{name: int(value) for name, value in change.items()}}
    if isinstance(now, dict):
        read = {name: value == "yes" for name, value in change.items()} if part == "believed" else change
        return {name: value for name, value in {**now, **read}.items() if value != NOTHING}
    return None if change == NOTHING else change


def syringes_of(written: list[list[list[str]]]) -> list[list[dict[str, Any]]]:
    """Syringes as JSON, from [component, strength, unit, mL]."""
    return [[_drawn(*one) for one in syringe] for syringe in written]


def _drawn(component: str, strength: str, unit: str, volume: str) -> dict[str, Any]:
    amounts = {"strength": strength, "volume_ml": volume}
    known = {name: None if value == NOTHING else value for name, value in amounts.items()}
    return {"component": component, "unit": unit, **known}
