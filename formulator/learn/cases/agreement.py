"""Whether a case still agrees with the knowledge: flagged by the lint, never silently regraded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
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

At = Callable[..., Place]
"""Where the part of a case stands that lies at a path of keys and numbers."""
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
    at = partial(book.place, case.id)
    impossible = [*_impossible(case, {}, knowledge, at)] or [*_impossible(case, case.neighbour.change, knowledge, at)]
    if impossible:
        return impossible
    truth = truth_of(case, knowledge)
    answer = answer_of(case, knowledge, model)
    other = neighbour_of(case, knowledge, model)
    return [
        *_unmet(case, answer, knowledge, at),
        *_unread_lessons(case, answer, at),
        *_out_of_reach(case, truth, at),
        *_hanging(case, answer, truth, knowledge, at),
        *_same_as_neighbour(answer, other, at),
    ]


def _impossible(case: Case, changed: Mapping[str, Any], knowledge: Knowledge, at: At) -> Iterator[Fault]:
    """What is wrong with the patient of the case, or with the neighbour who differs in what is changed."""
    section = ("neighbour", "change") if changed else ("profile",)
    try:
        truth_of(case, knowledge, dict(changed))
    except FaultsFound as found:
        for one in found.faults:
            yield replace(one, place=at(*section, one.field), field=".".join((*section, one.field)))


def _unmet(case: Case, answer: Recommendation, knowledge: Knowledge, at: At) -> Iterator[Fault]:
    for key in _MUST_EXPECT:
        if not isinstance(case.expect.get(key), str):
            yield Fault(at("expect", key), "expect", f"{key} is missing, or is not one value.")
    for key, wanted in case.expect.items():
        found = _checked(key, wanted, answer)
        if key not in CHECKS:
            yield Fault(at("expect", key), "expect", f"Nothing is called {shown(key)}.", "", did_you_mean(key, CHECKS))
        elif found is None:
            allowed = "the forms in tests/spec/README.md"
            yield Fault(at("expect", key), f"expect.{key}", f"{shown(wanted)} cannot be checked.", allowed)
        else:
            yield from (Fault(_of_expected(key, one, at), f"expect.{key}", f"{one}.") for one in found)
            unknown = unknown_names({key: wanted}, knowledge)
            yield from (Fault(at("expect", key), "expect", one) for one in unknown)


def _of_expected(key: str, problem: str, at: At) -> Place:
    """Where an expectation stands; a problem begins with the component that it is about, where it is about one."""
    return at("expect", key, problem.partition(" ")[0])


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


def _unread_lessons(case: Case, answer: Recommendation, at: At) -> Iterator[Fault]:
    used = rules_used(answer)
    for number, rule in enumerate(case.lessons):
        if rule not in used:
            problem = f"The rule {rule} says nothing about this patient."
            yield Fault(at("lessons", number), "lessons", problem, "rules that hold here")


def _out_of_reach(case: Case, truth: Profile, at: At) -> Iterator[Fault]:
    """Every stated fact can be found out, and what is shown is known of this patient."""
    told = _told(case)
    for name in case.profile:
        if name not in told and name != "cause":
            allowed = "a place under known, or in shows of a finding"
            yield Fault(at("profile", name), name, "Nobody can find this out.", allowed)
    for name in sorted(set(told) - set(truth.values) - truth.asked_unknown):
        yield Fault(at(*told[name]), name, "This is shown, but the profile does not say it.", "a value under profile")
    if "cause" in told:
        problem = "The cause is for the trainee to find."
        yield Fault(at(*told["cause"]), "cause", problem, "no place under known or shows")
    if case.cause not in case.causes:
        yield Fault(at("causes"), "causes", f"The cause of this case, {case.cause}, is not among the choices.")
    yield from _repeated(case, at)


def _told(case: Case) -> dict[str, tuple[int | str, ...]]:
    """Each field that the story or a finding tells, with where it is said to."""
    told: dict[str, tuple[int | str, ...]] = {name: ("known", number) for number, name in enumerate(case.known)}
    for number, one in enumerate(case.findings):
        for place, name in enumerate(one.shows):
            told.setdefault(name, ("findings", number, "shows", place))
    return told


def _repeated(case: Case, at: At) -> Iterator[Fault]:
    names = [one.id for one in case.findings]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield Fault(at("findings", number), "findings", f"The finding {name} stands twice.", "each id once")


def _hanging(case: Case, answer: Recommendation, truth: Profile, knowledge: Knowledge, at: At) -> Iterator[Fault]:
    """A fact that nobody knows must not be able to change what the case expects, nor whether it is met."""
    wanted = {key: case.expect[key] for key in SHORT if key in case.expect}
    now = {key: _checked(key, value, answer) for key, value in wanted.items()}
    for name in (one.field for one in answer.missing):
        for cell in knowledge.cells.get(name, ()):
            light = _short_answer(truth, name, cell.value, knowledge, case)
            then = {key: _checked(key, value, light) for key, value in wanted.items()}
            turned = next((key for key in wanted if bool(now[key]) != bool(then[key])), None)
            if turned:
                yield _hangs(turned, then[turned] or [], f"{name} {_plain(cell.value)}", name, at)
                break


def _hangs(key: str, problems: Sequence[str], measured: str, name: str, at: At) -> Fault:
    """One expectation that a value of an unknown field turns; no problems: it would then be met."""
    would = "; ".join(problems) if problems else "it is met"
    problem = f"The answer hangs on an unknown: with {measured} expect.{key} would change: {would}."
    advice = f"Give {name} a value under profile and let a finding show it, or do not expect what hangs on it."
    return Fault(_of_expected(key, would, at), name, problem, "", advice)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _short_answer(truth: Profile, name: str, value: Any, knowledge: Knowledge, case: Case) -> ShortAnswer:
    values: dict[str, Value] = {**truth.values, name: value}
    profile = Profile(values, truth.asked_unknown - {name})
    patient = Patient(profile, facts_of(profile, knowledge, case.day), knowledge, case.day)
    return ShortAnswer(Outlook(patient, read_rules(knowledge, patient.facts)))


def _same_as_neighbour(answer: Recommendation, other: Recommendation, at: At) -> Iterator[Fault]:
    mine = {part.id: part.status for part in answer.components}
    if answer.decision == other.decision and mine == {part.id: part.status for part in other.components}:
        problem = "The neighbour gets the same decision and statuses."
        yield Fault(at("neighbour", "change"), "neighbour", problem, "a fact that changes them")
