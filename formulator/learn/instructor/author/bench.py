"""A draft of a case on the bench: what the engine answers for its patient, and every reason to refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from formulator.engine.answer import MOVABLE, Recommendation
from formulator.evidence.answer import EvidenceModel
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook, answer_of
from formulator.learn.cases.agreement import faults_of, rules_used
from formulator.learn.cases.casebook import dangling, read_case
from formulator.learn.instructor.author.case_text import case_yaml, worded

UNNAMED = "new_case"
ANY_FOLDER = "hair"
_MOST_STATUSES = 12
_FOR = ("for", "confirms")
_DAY = Case.model_fields["day"].default


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft, judged: its text, the case where it has the form of one, what is wrong, and the engine's answer.

    `answer` is there as soon as the patient is valid. A draft may be taken along only where it has no fault.
    """

    file: str
    text: str
    case: Case | None
    faults: tuple[Fault, ...]
    answer: Recommendation | None

    @property
    def hangs_on(self) -> tuple[str, ...]:
        """Fields that nobody knows of this patient and that would change something in the answer."""
        return tuple(one.field for one in self.answer.missing) if self.answer else ()

    @property
    def fired(self) -> frozenset[str]:
        """The rules whose arguments stand in the answer; the lessons are chosen from them."""
        return rules_used(self.answer) if self.answer else frozenset()


def judged(
    draft: Mapping[str, Any], name: str, book: Casebook, knowledge: Knowledge, model: EvidenceModel | None
) -> Judged:
    """Judge a draft as the lint judges a file: the text that is downloaded is the text that is read here."""
    text = case_yaml(draft)
    answer, about_patient = _answer(draft, knowledge, model)
    file = f"cases/{_folder(answer)}/{name if name.isidentifier() else UNNAMED}.yaml"
    unnamed = _unfit_name(file, name)
    try:
        case, node = read_case(text, file)
    except FaultsFound as found:
        return Judged(file, text, None, (*unnamed, *found.faults, *about_patient), answer)
    book = replace(book, nodes={**book.nodes, case.id: node})
    faults = list(dangling(case, book, knowledge)) or faults_of(case, knowledge, model, book)
    return Judged(file, text, case, (*unnamed, *faults), answer)


def _unfit_name(file: str, name: str) -> tuple[Fault, ...]:
    """Why a name cannot be that of a file: it becomes the id of the case, and a part of a path."""
    if name.isidentifier():
        return ()
    problem = "This is no name for a case." if name else "This is missing."
    return (Fault(Place(file), "id", problem, "letters, digits and underscores"),)


def _answer(
    draft: Mapping[str, Any], knowledge: Knowledge, model: EvidenceModel | None
) -> tuple[Recommendation | None, tuple[Fault, ...]]:
    """The answer for the patient of a draft that need not be finished, or what is wrong with the patient."""
    profile = draft.get("profile")
    if not isinstance(profile, Mapping) or not profile:
        return None, ()
    unfinished = Case.model_construct(id=UNNAMED, profile=worded(profile), day=_day(draft))
    try:
        return answer_of(unfinished, knowledge, model), ()
    except FaultsFound as found:
        return None, found.faults


def _day(draft: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(str(draft["day"]))
    except (KeyError, ValueError):
        return _DAY


def _folder(answer: Recommendation | None) -> str:
    """Cases lie by domain, which may follow from the concern."""
    if answer is None:
        return ANY_FOLDER
    return str(answer.profile.get("domain") or answer.derived.get("domain") or ANY_FOLDER)


def proposed_expectation(answer: Recommendation) -> dict[str, Any]:
    """What the engine answers, in the words of an expectation: a proposal, to be held against the sources.

    The statuses of what is used or waits, and as not usable what something speaks for and more speaks against.
    """
    moved = {one.id: one.status for one in answer.components if one.status in MOVABLE}
    tempting = (one for one in answer.components if any(each.kind in _FOR for each in one.arguments))
    refused = [one.id for one in tempting if one.id not in moved]
    found = {
        "decision": answer.decision,
        "indication": answer.indication or "none",
        "status": dict(list(moved.items())[:_MOST_STATUSES]),
        "not_usable": refused[:_MOST_STATUSES],
    }
    return {key: value for key, value in found.items() if value}


def case_from_upload(text: str, name: str) -> Case:
    """The case in a file that somebody chose, as a start. Raises FaultsFound with every fault of form."""
    stem = name.rsplit("/", 1)[-1].removesuffix(".yaml").removesuffix(".yml")
    if not stem.isidentifier():
        raise FaultsFound([Fault(Place(name), "", "The name of the file is no id.", "letters, digits, underscores")])
    case, _ = read_case(text, f"cases/{ANY_FOLDER}/{stem}.yaml")
    return case
