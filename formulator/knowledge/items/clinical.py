"""What is treated and with what: indications and components."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from formulator.knowledge.items.parts import (
    Entry,
    Harm,
    Item,
    ParsedCondition,
    Prose,
    SourceIds,
    Statement,
)


class WorkUp(Entry):
    """A test worth having before treatment, and why."""

    test: str
    fields: tuple[str, ...] = ()
    why: Prose
    sources: SourceIds


class ScaleUse(Entry):
    """How a severity scale is read in an indication."""

    id: str
    text: Prose
    sources: SourceIds


class Indication(Item):
    """What is treated; derived from domain, concern, cause and sex."""

    name: str
    domain: Literal["hair", "skin", "body"]
    summary: Prose
    derived_from: ParsedCondition
    recognise: tuple[Statement, ...]
    standard_treatment: tuple[Statement, ...]
    place_of_mesotherapy: Statement
    poor_idea_when: tuple[Statement, ...]
    severity_scales: tuple[ScaleUse, ...] = ()
    work_up: tuple[WorkUp, ...] = ()


class Use(Entry):
    """What a component is used for, and for whom."""

    indication: str
    text: Prose
    sources: SourceIds


class Amount(Entry):
    """A published concentration or dose, with its unit.

    `used` is what the amounts are worked out with, and `why`; `limit` names a ceiling (`high`) that is never exceeded.
    """

    low: float | None = None
    high: float | None = None
    used: float | None = None
    why: str = ""
    limit: str = ""
    unit: str = ""
    per: str = ""
    route: str = ""
    text: str = ""
    sources: SourceIds

    @model_validator(mode="after")
    def _used_and_limit_make_sense(self) -> Amount:
        low, high = (self.high if self.low is None else self.low), (self.low if self.high is None else self.high)
        if self.used is not None and (low is None or high is None or not low <= self.used <= high):
            raise ValueError("used lies outside low to high")
        if self.used is not None and not self.why:
            raise ValueError("used needs why: the reason for this value")
        if self.limit and self.high is None:
            raise ValueError("a limit needs high: the ceiling")
        return self


class Contained(Entry):
    """Another component that a ready-made product holds, with its concentration."""

    id: str
    value: float
    unit: str
    sources: SourceIds


class Regulation(Entry):
    """The legal standing of a component in one place."""

    jurisdiction: str
    status: Literal["approved", "off_label", "unapproved", "restricted", "banned", "cosmetic_only", "unknown"]
    text: Prose
    sources: SourceIds


class Chemistry(Entry):
    """A published physical or chemical property; with low, high and unit where it is a number."""

    property: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    text: Prose
    sources: SourceIds


class AdverseEvent(Entry):
    """Harm that was reported, with its frequency where somebody counted."""

    event: str
    severity: Harm
    frequency: str = ""
    text: str = ""
    sources: SourceIds


class Component(Item):
    """An active, a biologic, a vehicle, a device step, or a companion that is not injected."""

    name: str
    component_class: str = Field(alias="class")
    delivered_into_skin: bool
    synonyms: tuple[str, ...] = ()
    mechanism: Statement
    uses: tuple[Use, ...] = ()
    concentrations: tuple[Amount, ...] = ()
    doses: tuple[Amount, ...] = ()
    stock: tuple[Amount, ...] = ()
    diluent: str = ""
    contains: tuple[Contained, ...] = ()
    techniques: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    regulatory: tuple[Regulation, ...] = ()
    chemistry: tuple[Chemistry, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    gaps: tuple[str, ...] = ()
