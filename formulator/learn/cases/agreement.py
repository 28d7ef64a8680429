"""Whether a case still agrees with the knowledge: flagged by the lint, never silently regraded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from formulator.engine.answer import Recommendation
from formulator.engine.facts import facts_of
from formulator.engine.findings import read_rules
from formulator.engine.patient import Patient
from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_evidence
from formulator.faults import Fault, FaultsFound, Place, did_you_mean, shown
from formulator.knowledge import Knowledge
from formulator.learn.cases.case import Case
from formulator.learn.cases.casebook import FOLDER, Casebook, load_casebook
from formulator.learn.cases.truth import answer_of, neighbour_of, truth_of
from formulator.paths import data_directory
from formulator.profile import Profile
from formulator.profile.profile import Value
from formulator.proof.expectations import CHECKS
from formulator.proof.expected_names import unknown_names
from formulator.proof.outlook import Outlook
from formulator.proof.worked import SHORT, ShortAnswer

_MUST_EXPECT = ("decision", "indication")


def all_case_faults(knowledge: Knowledge, data: Path | None = None) -> tuple[Fault, ...]:
    """Everything that is wrong with the cases of a data folder, in their order; none where it holds no cases."""
    if not ((data or data_directory()) / FOLDER).exists():
        return ()
    try:
        book = load_casebook(knowledge, data)
    except FaultsFound as found:
        return found.faults
    model = load_evidence() if data is None else None
    return tuple(fault for case in book.cases.values() for fault in faults_of(case, knowledge, model, book))


def faults_of(case: Case, knowledge: Knowledge, model: EvidenceModel | None, book: Casebook) -> list[Fault]:
    """What is wrong with one case: its patient, what it expects, what cannot be found out, what hangs on an unknown."""
    place = book.places.get(case.id, Place(case.id))
    try:
        truth = truth_of(case, knowledge)
        answer = answer_of(case, knowledge, model)
        other = neighbour_of(case, knowledge, model)
    except FaultsFound as found:
        return [Fault(place, "profile", str(fault)) for fault in found.faults]
    return [
        *_unmet(case, answer, knowledge, place),
        *_unread_lessons(case, answer, place),
        *_out_of_reach(case, truth, place),
        *_hanging(case, answer, truth, knowledge, place),
        *_same_as_neighbour(answer, other, place),
    ]


def _unmet(case: Case, answer: Recommendation, knowledge: Knowledge, place: Place) -> Iterator[Fault]:
    for key in _MUST_EXPECT:
        if not isinstance(case.expect.get(key), str):
            yield Fault(place, "expect", f"{key} is missing, or is not one value.")
    for key, wanted in case.expect.items():
        found = _checked(key, wanted, answer)
        if key not in CHECKS:
            yield Fault(place, "expect", f"Nothing is called {shown(key)}.", "", did_you_mean(key, CHECKS))
        elif found is None:
            yield Fault(
                place, f"expect.{key}", f"{shown(wanted)} cannot be checked.", "the forms in tests/spec/README.md"
            )
        else:
            yield from (Fault(place, f"expect.{key}", f"{one}.") for one in found)
            yield from (Fault(place, "expect", one) for one in unknown_names({key: wanted}, knowledge))


def _checked(key: str, wanted: Any, answer: Any) -> list[str] | None:
    """What of an expectation is not met; None where it has no form that can be checked."""
    try:
        return list(CHECKS[key](answer, wanted))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def rules_used(answer: Recommendation) -> frozenset[str]:
    """The rules whose arguments stand in an answer."""
    arguments = [*answer.decision_arguments, *(one for part in answer.components for one in part.arguments)]
    return frozenset(one.rule for one in [*arguments, *(one for part in answer.components for one in part.cautions)])


def _unread_lessons(case: Case, answer: Recommendation, place: Place) -> Iterator[Fault]:
    used = rules_used(answer)
    for rule in case.lessons:
        if rule not in used:
            yield Fault(place, "lessons", f"The rule {rule} says nothing about this patient.", "rules that hold here")


def _out_of_reach(case: Case, truth: Profile, place: Place) -> Iterator[Fault]:
    """Every stated fact can be found out, and what is shown is known of this patient."""
    shows = {name for one in case.findings for name in one.shows}
    for name in case.profile:
        if name not in shows and name not in case.known and name != "cause":
            yield Fault(place, name, "Nobody can find this out.", "a place under known, or in shows of a finding")
    for name in sorted((shows | set(case.known)) - set(truth.values) - truth.asked_unknown):
        yield Fault(place, name, "This is shown, but the profile does not say it.", "a value under profile")
    if "cause" in shows or "cause" in case.known:
        yield Fault(place, "cause", "The cause is for the trainee to find.", "no place under known or shows")
    if case.cause not in case.causes:
        yield Fault(place, "causes", f"The cause of this case, {case.cause}, is not among the choices.")
    yield from _repeated(case, place)


def _repeated(case: Case, place: Place) -> Iterator[Fault]:
    names = [one.id for one in case.findings]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(place, "findings", f"The finding {name} stands twice.", "each id once")


def _hanging(case: Case, answer: Recommendation, truth: Profile, knowledge: Knowledge, place: Place) -> Iterator[Fault]:
    """A fact that nobody knows must not be able to change what the case expects, nor whether it is met."""
    wanted = {key: case.expect[key] for key in SHORT if key in case.expect}
    unmet = {key: bool(_checked(key, value, answer)) for key, value in wanted.items()}
    for name in (one.field for one in answer.missing):
        for cell in knowledge.cells.get(name, ()):
            light = _short_answer(truth, name, cell.value, knowledge, case)
            if any(bool(_checked(key, value, light)) != unmet[key] for key, value in wanted.items()):
                problem = f"The answer hangs on an unknown: with {name} {cell.value} another one is right."
                yield Fault(place, name, problem, "a value under profile, shown by a finding")
                break


def _short_answer(truth: Profile, name: str, value: Any, knowledge: Knowledge, case: Case) -> ShortAnswer:
    values: dict[str, Value] = {**truth.values, name: value}
    profile = Profile(values, truth.asked_unknown - {name})
    patient = Patient(profile, facts_of(profile, knowledge, case.day), knowledge, case.day)
    return ShortAnswer(Outlook(patient, read_rules(knowledge, patient.facts)))


def _same_as_neighbour(answer: Recommendation, other: Recommendation, place: Place) -> Iterator[Fault]:
    mine = {part.id: part.status for part in answer.components}
    if answer.decision == other.decision and mine == {part.id: part.status for part in other.components}:
        yield Fault(
            place, "neighbour", "The neighbour gets the same decision and statuses.", "a fact that changes them"
        )
