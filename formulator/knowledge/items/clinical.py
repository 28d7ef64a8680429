"""What is treated and with what: indications and components."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

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
    """A published concentration or dose, with its unit."""

    low: float | None = None
    high: float | None = None
    unit: str = ""
    per: str = ""
    route: str = ""
    text: str = ""
    sources: SourceIds


class Regulation(Entry):
    """The legal standing of a component in one place."""

    jurisdiction: str
    status: Literal["approved", "off_label", "unapproved", "restricted", "banned", "cosmetic_only", "unknown"]
    text: Prose
    sources: SourceIds


class MixingFact(Entry):
    """What is known about two things in one syringe."""

    other: str = Field(alias="with")
    state: Literal["compatible", "incompatible", "conflicting"]
    text: Prose
    sources: SourceIds


class Chemistry(Entry):
    """A published physical or chemical property."""

    property: str
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
    routes: tuple[str, ...] = ()
    regulatory: tuple[Regulation, ...] = ()
    mixing: tuple[MixingFact, ...] = ()
    chemistry: tuple[Chemistry, ...] = ()
    adverse_events: tuple[AdverseEvent, ...] = ()
    gaps: tuple[str, ...] = ()
