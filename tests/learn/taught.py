"""What the tests of the instructor share: the casebook, a session, answer files as trainees fill them in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import yaml
from click.testing import CliRunner, Result

from formulator.cli import main
from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_evidence
from formulator.knowledge import Knowledge, load_knowledge
from formulator.learn.cases import Case, Casebook, answer_of, load_casebook
from formulator.learn.commitment import plain_commitment
from formulator.learn.diagnosis import perfect_commitment
from formulator.learn.instructor.answer_form import answer_form
from formulator.learn.instructor.session import TeachingSession, session_of
from tests.conftest import TODAY

FIRST = "woman_29_handfuls_in_the_shower"


@lru_cache(maxsize=1)
def shipped() -> tuple[Knowledge, Casebook, EvidenceModel]:
    """Knowledge, casebook and model as they are shipped."""
    knowledge = load_knowledge()
    return knowledge, load_casebook(knowledge), load_evidence()


def cases() -> list[Case]:
    """Every case."""
    return list(shipped()[1].cases.values())


def some_cases() -> list[Case]:
    """The case that the tests know, and a few more from all over the casebook."""
    book = shipped()[1]
    rest = [one for one in book.cases.values() if one.id != FIRST]
    return [book.cases[FIRST], *rest[:: max(1, len(rest) // 3)]][:4]


@lru_cache(maxsize=1)
def session() -> TeachingSession:
    """A session of a few cases."""
    knowledge, book, _ = shipped()
    return session_of("Tuesday", TODAY, [one.id for one in some_cases()], book, knowledge)


def form() -> dict[str, Any]:
    """The empty answer file as plain values."""
    knowledge, book, _ = shipped()
    return yaml.load(answer_form(session(), book, knowledge), Loader=yaml.BaseLoader)


def filled(label: str, decisions: dict[int, dict[str, Any]]) -> bytes:
    """An answer file with these decisions by the number of the case."""
    plain = form()
    plain["label"] = label
    for number, decision in decisions.items():
        plain["answers"][str(number)] |= decision
    return yaml.safe_dump(plain, sort_keys=False).encode()


def run_class(*arguments: object) -> Result:
    """The command `formulator class`, in this process."""
    return CliRunner().invoke(main, ["class", *map(str, arguments)])


def perfect(case: Case) -> dict[str, Any]:
    """The decision that misses nothing about a case, as it is written into a file."""
    knowledge, _, model = shipped()
    return plain_commitment(perfect_commitment(case, answer_of(case, knowledge, model), knowledge))
