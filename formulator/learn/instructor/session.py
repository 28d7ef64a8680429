"""A session: which cases in which order, with the hashes that tell whether anything has changed since.

The session file belongs to the instructor: it names the cases, and their names give answers away. What trainees get
(class sheet, answer file) knows cases by their number alone.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge
from formulator.knowledge.items import Entry
from formulator.knowledge.items.parts import Identifier
from formulator.knowledge.misshapen import misshapen
from formulator.learn.cases import Case, Casebook
from formulator.profile import read_limited
from formulator.strict_yaml import read_yaml

SCHEMA = "formulator/session/1"
MOST_CASES = 30
LONGEST_TITLE = 80
DEFAULT_TITLE = "Case session"
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SessionCase(Entry):
    """A case of a session, as it was on the day when the session was made."""

    id: Identifier
    sha256: Digest


class TeachingSession(Entry):
    """Cases in the order in which they are given; `number` n stands at place n - 1."""

    schema_: Annotated[Literal["formulator/session/1"], Field(alias="schema")]
    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]
    day: date
    knowledge_version: Annotated[str, Field(min_length=1, max_length=60)]
    knowledge_sha256: Digest
    cases: Annotated[tuple[SessionCase, ...], Field(min_length=1, max_length=MOST_CASES)]

    @property
    def sha256(self) -> str:
        """Hash of everything that the session says; stands in every answer file made for it."""
        return _digest(self.model_dump(mode="json", by_alias=True))


def _digest(plain: object) -> str:
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def case_sha256(case: Case) -> str:
    """Hash of what a case says, however its file is laid out."""
    return _digest(case.model_dump(mode="json"))


def session_of(
    title: str, day: date, identifiers: Sequence[str], book: Casebook, knowledge: Knowledge
) -> TeachingSession:
    """A session of these cases.

    Raises FaultsFound where there is none, too many, one twice or one unknown, or where the title is too long.
    """
    faults = [*_unfit_number(identifiers), *_unfit_title(title)]
    cases: list[Case] = []
    for name in identifiers:
        try:
            cases.append(book.case(name))
        except FaultsFound as found:
            faults += found.faults
    if faults:
        raise FaultsFound(faults)
    return TeachingSession.model_validate(
        {
            "schema": SCHEMA,
            "title": title.strip() or DEFAULT_TITLE,
            "day": day,
            "knowledge_version": knowledge.version,
            "knowledge_sha256": knowledge.sha256,
            "cases": [{"id": one.id, "sha256": case_sha256(one)} for one in cases],
        }
    )


def _unfit_number(identifiers: Sequence[str]) -> list[Fault]:
    twice = sorted({name for name in identifiers if list(identifiers).count(name) > 1})
    faults = [
        Fault(Place("session"), "", f"The case {name[:60]!r} is chosen twice.", "each case once") for name in twice
    ]
    if not 1 <= len(identifiers) <= MOST_CASES:
        faults.append(Fault(Place("session"), "", f"{len(identifiers)} cases are chosen.", f"1 to {MOST_CASES} cases"))
    return faults


def _unfit_title(title: str) -> list[Fault]:
    if len(title.strip()) <= LONGEST_TITLE:
        return []
    return [Fault(Place("session"), "title", "The title is too long.", f"at most {LONGEST_TITLE} characters")]


def session_json(session: TeachingSession) -> str:
    """The session file: the same text for the same session."""
    return json.dumps(session.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=False) + "\n"


def session_from(content: bytes, name: str) -> TeachingSession:
    """The session in a session file. Raises FaultsFound, with every fault at its place, for anything else."""
    node = read_yaml(read_limited(io.BytesIO(content), name), name)
    plain = node.plain()
    if not isinstance(plain, dict):
        raise FaultsFound([Fault(node.place, "", "A session is one mapping.", "the file that --session wrote")])
    try:
        session = TeachingSession.model_validate(plain)
    except ValidationError as error:
        raise FaultsFound(misshapen(node, error, TeachingSession)) from None
    names = [one.id for one in session.cases]
    if len(set(names)) < len(names):
        raise FaultsFound([Fault(node.at(("cases",)).place, "cases", "A case stands twice.", "each case once")])
    return session


def cases_of(session: TeachingSession, book: Casebook) -> list[Case]:
    """The cases of a session in their order. Raises FaultsFound for each that the casebook no longer has."""
    gone = [one.id for one in session.cases if one.id not in book.cases]
    if gone:
        problem = "The casebook has no longer the case {}."
        raise FaultsFound([Fault(Place("session"), "cases", problem.format(name)) for name in gone])
    return [book.cases[one.id] for one in session.cases]


def changed_since(session: TeachingSession, book: Casebook, knowledge: Knowledge) -> list[Fault]:
    """What is not any more as it was when the session was made: the knowledge, or a case."""
    faults = []
    if session.knowledge_sha256 != knowledge.sha256:
        faults.append(Fault(Place("session"), "knowledge", _other_knowledge(session.knowledge_version, knowledge)))
    for number, one in enumerate(session.cases, 1):
        if one.id in book.cases and case_sha256(book.cases[one.id]) != one.sha256:
            faults.append(Fault(Place("session"), f"case {number}", f"{one.id} has been changed since."))
    return faults


def _other_knowledge(version: str, knowledge: Knowledge) -> str:
    return f"It was made with knowledge {version}; this is {knowledge.version} {knowledge.sha256[:12]}."
