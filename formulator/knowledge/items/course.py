"""How treatment runs: phases, techniques, care, washouts, planning."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from formulator.knowledge.items.parts import (
    Entry,
    Identifier,
    Item,
    OneOrMore,
    ParsedCondition,
    Position,
    Prose,
    Range,
    SourceIds,
    Statement,
)


class Phase(Entry):
    """A stretch of a course with one rhythm."""

    name: Literal["induction", "consolidation", "maintenance"]
    sessions: Range | None = None
    interval_days: Range


class ComponentCourse(Entry):
    """The published course of one component, where it differs from the indication's."""

    id: str
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    text: str = ""
    sources: SourceIds


class Reassessment(Entry):
    """When to look again, counted in weeks from the first session, and at what."""

    week: float
    text: Prose
    sources: SourceIds


class NeedleFree(Entry):
    """A way to deliver without injections, and what effect is given up."""

    technique: str
    text: Prose
    given_up: Prose
    sources: SourceIds


class Protocol(Entry):
    """The course of an indication: phases, technique, expectation, reassessment, stop rule."""

    id: Identifier = Field(alias="indication")
    reviewed: date
    status: Literal["active", "retired"]
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    components: tuple[ComponentCourse, ...] = ()
    session_minutes: Range | None = None
    technique: tuple[str, ...] = ()
    onset_weeks: Range | None = None
    durability_months: Range | None = None
    reassess: Annotated[tuple[Reassessment, ...], Field(min_length=1)]
    stop_rule: Statement
    maintenance: Statement
    needle_free: tuple[NeedleFree, ...] = ()
    sources: SourceIds


class Technique(Item):
    """How something is brought into the skin."""

    name: str
    route: str
    depth_mm: Range | None = None
    needle: str = ""
    spacing_cm: Range | None = None
    volume_per_point_ml: Range | None = None
    volume_per_session_ml: Range | None = None
    sites: tuple[str, ...] = ()
    text: str = ""


class CareNote(Item):
    """A sentence for before, after, expectations or side effects."""

    when: ParsedCondition
    components: tuple[str, ...] = ()
    text: Prose
    hours: float | None = None
    days: float | None = None
    weeks_low: float | None = None
    weeks_high: float | None = None
    frequency: str = ""
    call: Literal["now", "today"] | None = None
    audience: Literal["patient", "team"] = "patient"


class Emergency(Item):
    """What stands in the emergency box of a worksheet: how it looks and what the team does."""

    title: str
    signs: Prose
    steps: Annotated[tuple[Statement, ...], Field(min_length=1)]


class Washout(Item):
    """A medicine that is paused around a session, or explicitly is not."""

    medicine: str
    when: ParsedCondition | None = None
    subject: OneOrMore
    stop_days_before: float | None = None
    resume_days_after: float | None = None
    prescriber: bool
    text: Prose
    why: str = ""
    positions: tuple[Position, ...] = ()


class PlanningFigure(Item):
    """A number of days that the schedule keeps; where several hold, the largest counts."""

    quantity: Literal["settle_days", "horizon_days"]
    value: float
    when: ParsedCondition
    text: Prose
