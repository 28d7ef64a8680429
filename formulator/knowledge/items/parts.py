"""The parts that every item of the knowledge shares: ids, sentences, figures, sources."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from formulator.conditions import Condition

Certainty = Literal["high", "moderate", "low", "very_low", "expert"]
Decision = Literal["treat", "treat_after", "refer_first", "do_not_treat"]
Kind = Literal["excludes", "against", "for", "confirms"]
Role = Literal["main", "adjunct", "optional"]
Harm = Literal["severe", "moderate", "minor"]
SourceType = Literal[
    "label",
    "regulator",
    "guideline",
    "consensus",
    "trial",
    "review",
    "case_report",
    "manufacturer",
    "secondary_summary",
    "clinic_page",
    "definition",
]

TREATMENT = "treatment"
LONGEST_LINE = 140

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=90)]
Line = Annotated[str, Field(min_length=3, max_length=LONGEST_LINE)]
Prose = Annotated[str, Field(min_length=3, max_length=1500)]
SourceIds = Annotated[tuple[str, ...], Field(min_length=1)]
ParsedCondition = Annotated[Condition, PlainValidator(lambda value: value)]


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


OneOrMore = Annotated[tuple[str, ...], BeforeValidator(_as_tuple), Field(min_length=1)]


class Entry(BaseModel):
    """Any part of the knowledge: frozen, and nothing that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Item(Entry):
    """A part of the knowledge that stands on its own."""

    id: Identifier
    reviewed: date
    status: Literal["active", "retired"]
    sources: SourceIds


class About(Entry):
    """The knowledge base itself: version, intended purpose, fields that no rule reads and why."""

    version: Annotated[str, Field(pattern=r"^([0-9]{4}\.[0-9]{1,2}\.[0-9]+|unread)$")]
    notice: Prose
    unread_fields: dict[str, Prose] = Field(default_factory=dict)


class Position(Entry):
    """What one side of a disagreement says."""

    value: Prose
    sources: SourceIds


class Statement(Entry):
    """A sentence with its sources."""

    text: Prose
    sources: SourceIds


def _in_order(value: Figure) -> Figure:
    if value.high < value.low:
        raise ValueError(f"high ({value.high:g}) lies below low ({value.low:g})")
    if value.used is not None and not value.low <= value.used <= value.high:
        raise ValueError(f"used ({value.used:g}) lies outside {value.low:g} to {value.high:g}")
    return value


class Figure(Entry):
    """A published range and the value that is used."""

    low: float
    high: float
    used: float | None = None
    text: str = ""
    sources: SourceIds


Range = Annotated[Figure, AfterValidator(_in_order)]
