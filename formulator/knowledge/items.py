"""What the knowledge base is made of: immutable items, each with sources, a review date and a status."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

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


class Threshold(Item):
    """A number that conditions compare with, named once; where sources disagree, all positions are kept."""

    field: str
    value: float
    unit: str
    meaning: Prose
    why: str = ""
    positions: tuple[Position, ...] = ()

    @model_validator(mode="after")
    def _disagreement_is_explained(self) -> Threshold:
        if self.positions and not self.why:
            raise ValueError("positions need why: the reason for the one that is used")
        return self


class Derivation(Item):
    """A fact that follows from other facts; never overrides what the clinician gave."""

    field: str
    value: str
    when: ParsedCondition
    text: Prose


class Group(Entry):
    """A named set of components that rules may speak about."""

    id: Identifier
    reviewed: date
    status: Literal["active"]
    meaning: Prose
    members: Annotated[tuple[str, ...], Field(min_length=1)]


class Rule(Item):
    """A condition, then an argument about a subject."""

    subject: OneOrMore
    kind: Kind
    when: ParsedCondition
    text: Line
    detail: str = ""
    certainty: Certainty
    role: Role | None = None
    limits_to: Literal["adjunct", "optional", "not_indicated"] | None = None
    unknown: Literal["block", "assume"] | None = None
    ask: Annotated[str, Field(max_length=LONGEST_LINE)] = ""
    until: str = ""
    decision: Decision | None = None
    when_nothing_is_left: bool = False
    harm: Harm | None = None

    @model_validator(mode="after")
    def _parts_fit_the_kind(self) -> Rule:
        for problem, broken in self._misfits().items():
            if broken:
                raise ValueError(problem)
        return self

    def _misfits(self) -> dict[str, bool]:
        excludes, speaks_for = self.kind == "excludes", self.kind in ("for", "confirms")
        about_treatment = TREATMENT in self.subject
        return {
            "excludes needs unknown: block or assume": excludes and self.unknown is None,
            "unknown, until and decision belong to excludes only": not excludes
            and any((self.unknown, self.until, self.decision)),
            "unknown: block needs ask: the question to settle first": self.unknown == "block" and not self.ask,
            "excludes and against need harm: severe, moderate or minor": not speaks_for and self.harm is None,
            "limits_to belongs to against only": self.kind != "against" and self.limits_to is not None,
            "for and confirms need role: main, adjunct or optional": speaks_for
            and not about_treatment
            and self.role is None,
            "role belongs to for and confirms only": not speaks_for and self.role is not None,
            "decision belongs to rules on procedure": self.decision is not None and self.subject != ("procedure",),
            "when_nothing_is_left belongs to rules with a decision": self.when_nothing_is_left
            and self.decision is None,
            "decision: treat is said by a rule with subject: treatment, kind: for": self.decision == "treat",
            "subject: treatment takes kind: for": about_treatment and self.kind != "for",
        }


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


class Disagreement(Item):
    """A topic on which sources differ: all positions, the one used, and why."""

    topic: Line
    when: ParsedCondition
    used: Prose
    why: Prose
    positions: Annotated[tuple[Position, ...], Field(min_length=2)]


class Claim(Item):
    """A claim of the source documents, weighed."""

    claim: Prose
    verdict: Literal["used", "contradicted", "counselling"]
    text: Prose
    refers_to: tuple[str, ...] = ()


class Source(Entry):
    """A source, from CSL JSON."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_]*$")]
    type: SourceType
    title: str
    author: str = ""
    year: str = ""
    journal: str = ""
    doi: str = ""
    url: str = ""

    def citation(self) -> str:
        """The source in one line."""
        parts = [self.author, self.title.rstrip("."), self.journal, self.year]
        return ". ".join(part for part in parts if part) + "."
