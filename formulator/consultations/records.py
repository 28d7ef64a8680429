"""What is kept, as checked values: the same shapes for the file, for export and for import."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from formulator.consultations.trail import Entry
from formulator.engine import Preferences
from formulator.export.json_export import as_text_of
from formulator.keeping.connection import canonical
from formulator.keeping.records import Hash, Number, Record, Version, moment_text
from formulator.profile import read_date

EXPORT = "formulator/consultations/1"
LONGEST_LABEL = 40
LARGEST_ANSWER = 20_000_000
"""Bytes of the JSON of one answer; a long one has under one million."""
UNITS = ("mL", "mg", "mcg", "IU", "U")
"""In what an amount is recorded."""
_NUMBER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,4})?")


def _moment(text: str) -> str:
    if moment_text(datetime.fromisoformat(text)) != text:
        raise ValueError("a moment in UTC as the program writes it")
    return text


def _day(text: str) -> str:
    if read_date(text) is None:
        raise ValueError("a date of the calendar")
    return text


def _label(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("one line of printable text")
    return text


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise ValueError("a number with up to four decimals")
    return text


Moment = Annotated[str, AfterValidator(_moment)]
Day = Annotated[str, AfterValidator(_day)]
Label = Annotated[str, Field(max_length=LONGEST_LABEL), AfterValidator(_label)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,80}$")]
MaybeWord = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{0,80}$")]
Quantity = Annotated[str, AfterValidator(_number)]


class Chosen(Record):
    """How formulations were ranked: the fields of `Preferences`."""

    estimate: Literal["cautious", "mean"] = "cautious"
    actives_a_syringe: Annotated[int, Field(ge=1, le=20)] | None = None
    alternatives: Annotated[int, Field(ge=1, le=1000)] | None = None
    technique: Word | None = None


class Consultation(Record):
    """One answer as it was given, without the answer itself."""

    id: Number
    salt: Number
    kept_at: Moment
    label: Label = Field(repr=False)
    program: Version
    preferences: str
    date: Day
    decision: Word
    indication: MaybeWord
    knowledge_version: Version
    knowledge_sha256: Hash
    model_version: Annotated[str, Field(max_length=40)]
    model_sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]
    profile_sha256: Hash
    answer_sha256: Hash

    @model_validator(mode="after")
    def _chosen_well(self) -> Consultation:
        if canonical(Chosen.model_validate_json(self.preferences).model_dump()) != self.preferences:
            raise ValueError("preferences as the program writes them")
        return self

    @property
    def chosen(self) -> Preferences:
        """How formulations were ranked."""
        return Preferences(**Chosen.model_validate_json(self.preferences).model_dump())


class Amount(Record):
    """One component of a session and how much of it; without an amount, that it was given."""

    component: Word
    amount: Quantity | None = Field(default=None, repr=False)
    unit: Literal["mL", "mg", "mcg", "IU", "U"] | None = None

    @model_validator(mode="after")
    def _with_unit(self) -> Amount:
        if (self.amount is None) != (self.unit is None):
            raise ValueError("an amount with its unit, or neither")
        return self


class Given(Record):
    """What was given in one session."""

    id: Number
    salt: Number
    consultation: Number
    recorded_at: Moment
    day: Day
    technique: MaybeWord
    components: Annotated[tuple[Amount, ...], Field(min_length=1, max_length=20)]


class Outcome(Record):
    """A value on an outcome scale on one day."""

    id: Number
    salt: Number
    consultation: Number
    recorded_at: Moment
    day: Day
    scale: Word
    value: Quantity = Field(repr=False)


class Kept(Record):
    """A consultation with its answer as it was given, and everything that was added to it, in order of day."""

    consultation: Consultation
    answer: bytes = Field(repr=False)
    given: tuple[Given, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @model_validator(mode="after")
    def _of_one_piece(self) -> Kept:
        if hashlib.sha256(self.answer).hexdigest() != self.consultation.answer_sha256:
            raise ValueError("an answer with the hash that was recorded")
        if summary_of(self.document) != self.consultation.model_dump(include=set(SUMMARY)):
            raise ValueError("what stands about the answer is what it says")
        return self

    @cached_property
    def document(self) -> dict[str, Any]:
        """The answer as it was given, as plain values."""
        found = json.loads(self.answer)
        if not isinstance(found, dict):
            raise ValueError("an answer")
        return found


class Exported(Record):
    """A kept consultation in an export."""

    consultation: Consultation
    answer: dict[str, Any] = Field(repr=False)


class Document(Record):
    """Everything that is kept, in one piece, with the trail that says how it came about."""

    format: Literal["formulator/consultations/1"] = EXPORT
    consultations: Annotated[tuple[Exported, ...], Field(max_length=100_000)] = ()
    given: Annotated[tuple[Given, ...], Field(max_length=500_000)] = ()
    outcomes: Annotated[tuple[Outcome, ...], Field(max_length=500_000)] = ()
    trail: Annotated[tuple[Entry, ...], Field(max_length=2_000_000)] = ()


SUMMARY = (
    "date",
    "decision",
    "indication",
    "knowledge_version",
    "knowledge_sha256",
    "model_version",
    "model_sha256",
    "profile_sha256",
)
"""The columns that say what the answer itself says, for the list."""


def summary_of(answer: dict[str, Any]) -> dict[str, str]:
    """These columns, from an answer; raises ValueError where it is none."""
    try:
        return {
            "date": answer["date"],
            "decision": answer["decision"],
            "indication": answer["indication"] or "",
            "knowledge_version": answer["knowledge"]["version"],
            "knowledge_sha256": answer["knowledge"]["sha256"],
            "model_version": answer["model"]["version"] or "",
            "model_sha256": answer["model"]["sha256"] or "",
            "profile_sha256": answer["profile_sha256"],
        }
    except (KeyError, TypeError):
        raise ValueError("an answer") from None


def answer_bytes(answer: dict[str, Any]) -> bytes:
    """The JSON of an answer as `recommend --format json` prints it."""
    return as_text_of(answer).encode()


def packed(answer: bytes) -> bytes:
    """An answer as it lies in the file."""
    return zlib.compress(answer, 9)


def unpacked(content: bytes) -> bytes:
    """An answer from the file; raises ValueError where it is no such thing, or larger than an answer can be."""
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(content, LARGEST_ANSWER)
    except (zlib.error, TypeError):
        raise ValueError("a compressed answer") from None
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("a compressed answer")
    return found
