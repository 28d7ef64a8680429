"""What a class decided, graded by the same diagnosers as a single trainee; nothing is kept on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formulator.evidence.answer import EvidenceModel
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge
from formulator.learn.cases import Case, Casebook
from formulator.learn.commitment import Commitment
from formulator.learn.commitment_reading import commitment_from
from formulator.learn.diagnosis import Feedback, feedback_of
from formulator.learn.instructor.answer_file import Answered, AnswerFile, answer_file_from
from formulator.learn.instructor.session import TeachingSession, case_sha256, cases_of
from formulator.learn.progress.exchange import read_document
from formulator.learn.progress.records import EXPORT, AttemptRecord

MOST_FILES = 200
_ANYWAY = "It can be graded with today's knowledge all the same, if you say so."


@dataclass(frozen=True, slots=True)
class Handed:
    """One decision as it was handed in, and why it does not quite fit today's knowledge; empty where it does."""

    label: str
    case: Case
    commitment: Commitment
    differs: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Graded:
    """One decision of one trainee with its feedback; `differs` where it was made for another knowledge or case."""

    label: str
    case: str
    feedback: Feedback
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Results:
    """What could be graded; what could not, and why; and what was made for another knowledge or another case."""

    graded: tuple[Graded, ...]
    refused: tuple[Fault, ...]
    differing: tuple[Fault, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The codes of the trainees of whom something was graded, in order."""
        return tuple(sorted({one.label for one in self.graded}))


def results_of(  # noqa: PLR0913 - the files, and everything that grades them
    files: Iterable[tuple[str, bytes]],
    session: TeachingSession,
    book: Casebook,
    knowledge: Knowledge,
    model: EvidenceModel | None,
    anyway: bool = False,
) -> Results:
    """Grade answer files and exports of progress, given as name and content.

    A file or an answer that cannot be read is left out and named. What was made for another knowledge or case is named
    too, and graded with today's only with `anyway`. Raises FaultsFound where the session itself no longer holds.
    """
    reading = _Reading(session, knowledge, cases_of(session, book))
    handed = [one for number, (name, content) in enumerate(files, 1) for one in reading.take(number, name, content)]
    kept = [one for one in handed if anyway or not one.differs]
    graded = [
        Graded(one.label, one.case.id, feedback_of(one.commitment, one.case, book, knowledge, model), bool(one.differs))
        for one in kept
    ]
    said = tuple(dict.fromkeys(fault for one in handed for fault in one.differs))
    return Results(tuple(graded), tuple(reading.refused), said)


class _Reading:
    """The files as they are read, one after the other: what was refused, and which codes are taken."""

    def __init__(self, session: TeachingSession, knowledge: Knowledge, cases: Sequence[Case]) -> None:
        self.session, self.knowledge, self.cases = session, knowledge, cases
        self.stamps = {case_sha256(case): case for case in cases}
        self.refused: list[Fault] = []
        self.taken: set[str] = set()

    def take(self, number: int, name: str, content: bytes) -> list[Handed]:
        """The decisions in one file; what is wrong with it is remembered."""
        try:
            if number > MOST_FILES:
                raise FaultsFound([Fault(Place(name), "", "These are too many files.", f"at most {MOST_FILES}")])
            return list(
                self._progress(number, name, content) if _is_progress(content) else self._answers(name, content)
            )
        except FaultsFound as found:
            self.refused += found.faults
            return []

    def _answers(self, name: str, content: bytes) -> Iterator[Handed]:
        file = answer_file_from(content, name)
        self._only_once(file.label, name)
        for number, answered in file.answers.items():
            if answered.decision:
                yield from self._one(name, file, number, answered)

    def _only_once(self, label: str, name: str) -> None:
        if label.casefold() in self.taken:
            problem = f"The code {label} stands in another file already; this file was left out."
            raise FaultsFound([Fault(Place(name), "label", problem, "one file for each trainee")])
        self.taken.add(label.casefold())

    def _one(self, name: str, file: AnswerFile, number: int, answered: Answered) -> Iterator[Handed]:
        place, field = Place(name), f"case {number}"
        case = self._case_of(file, number, answered)
        if case is None:
            problem = "It answers a case of another session; it was left out."
            self.refused.append(Fault(place, field, problem, f"session {self.session.sha256[:12]}"))
            return
        commitment = self._read(answered.decision, case, name, field)
        if commitment is not None:
            yield Handed(file.label, case, commitment, tuple(self._differs(place, field, file, answered)))

    def _read(self, raw: Mapping[str, Any], case: Case, name: str, field: str) -> Commitment | None:
        """The decision; None where it has faults, which are remembered."""
        try:
            commitment = commitment_from(dict(raw), case, self.knowledge)
        except FaultsFound as found:
            self.refused += [
                Fault(Place(name), f"{field}: {one.field}", one.problem, one.allowed, one.advice)
                for one in found.faults
            ]
            return None
        if commitment.decision is None:
            problem = "There is no decision; the answer was left out."
            self.refused.append(Fault(Place(name), f"{field}: decision", problem))
            return None
        return commitment

    def _case_of(self, file: AnswerFile, number: int, answered: Answered) -> Case | None:
        """The case with the hash that was answered; else, in a file of this session, the one with the number."""
        if answered.case_sha256 in self.stamps:
            return self.stamps[answered.case_sha256]
        of_session = file.session_sha256 == self.session.sha256 and number <= len(self.cases)
        return self.cases[number - 1] if of_session else None

    def _differs(self, place: Place, field: str, file: AnswerFile, answered: Answered) -> Iterator[Fault]:
        if file.knowledge_sha256 != self.knowledge.sha256:
            yield Fault(place, "knowledge", self._other(file.knowledge_sha256), advice=_ANYWAY)
        if answered.case_sha256 not in self.stamps:
            yield Fault(place, field, "The case has been changed since it was answered.", advice=_ANYWAY)

    def _other(self, sha256: str) -> str:
        return f"It was made for knowledge {sha256[:12]}; this is {self.knowledge.sha256[:12]}."

    def _progress(self, number: int, name: str, content: bytes) -> Iterator[Handed]:
        """The first decision about each case of the session in an export; later ones know the answer."""
        label = f"progress #{number}"
        attempts = sorted(read_document(content).attempts, key=lambda one: str(one.committed_at))
        found = False
        for case in self.cases:
            first = next((one for one in attempts if one.case == case.id and one.committed is not None), None)
            if first is not None:
                found = True
                yield from self._attempt(label, name, case, first)
        if not found:
            raise FaultsFound([Fault(Place(name), "", "It holds no decision about a case of this session.")])

    def _attempt(self, label: str, name: str, case: Case, attempt: AttemptRecord) -> Iterator[Handed]:
        commitment = self._read(attempt.committed or {}, case, name, case.id)
        other = attempt.knowledge_sha256 or ""
        fault = Fault(Place(name), "knowledge", self._other(other), advice=_ANYWAY)
        if commitment is not None:
            yield Handed(label, case, commitment, () if other == self.knowledge.sha256 else (fault,))


def _is_progress(content: bytes) -> bool:
    """Whether the content is JSON that says that it is an export of progress."""
    if EXPORT.encode() not in content:
        return False
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and document.get("format") == EXPORT
