"""What one side of a disagreement says, and what it would set in the knowledge if it were the one that is used."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from formulator.knowledge.items.parts import Entry, Identifier, Line, OneOrMore, Position

Becomes = Literal[
    "off", "main", "adjunct", "optional", "caution", "not_indicated", "excluded", "treat_after", "refer_first",
    "do_not_treat",
]  # fmt: skip


class SetsCourse(Entry):
    """A number of a course, that of the indication where no `component` is named; 0 sessions leave the phase out."""

    protocol: OneOrMore
    component: str = ""
    phase: Literal["induction", "consolidation", "maintenance"] | None = None
    sessions: Annotated[int, Field(ge=0)] | None = None
    interval_days: Annotated[float, Field(gt=0)] | None = None
    session_minutes: Annotated[float, Field(gt=0)] | None = None
    first_review_week: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _sets_something_of_a_phase_or_of_the_course(self) -> SetsCourse:
        of_a_phase = self.sessions is not None or self.interval_days is not None
        of_the_course = self.session_minutes is not None or self.first_review_week is not None
        if of_a_phase != (self.phase is not None) or not (of_a_phase or of_the_course):
            raise ValueError("sessions and interval_days go with a phase; something must be set")
        if of_the_course and self.component:
            raise ValueError("session_minutes and first_review_week belong to the indication, not to a component")
        return self


class SetsRule(Entry):
    """What a rule becomes: a role if it speaks for its subject, a limit or an exclusion if it speaks against."""

    rule: OneOrMore
    becomes: Becomes
    until: str = ""


class SetsThreshold(Entry):
    """The number that a threshold takes, in its unit."""

    threshold: Identifier
    number: float


class SetsWashout(Entry):
    """Days of a pause around sessions, with the sentence that says so; or that the medicine simply goes on."""

    washout: OneOrMore
    stop_days_before: Annotated[float, Field(ge=0)] | None = None
    resume_days_after: Annotated[float, Field(ge=0)] | None = None
    continues: bool | None = None
    text: str = ""


class SetsAmount(Entry):
    """The strength that amounts are worked out with, or a lower ceiling of a dose (never a higher one)."""

    component: str
    strength: Annotated[float, Field(gt=0)] | None = None
    limit: str = ""
    high: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _a_limit_and_its_height(self) -> SetsAmount:
        if bool(self.limit) != (self.high is not None) or (self.strength is None and not self.limit):
            raise ValueError("an amount sets a strength, or a limit with its high")
        return self


class SetsNote(Entry):
    """Hours or days of a note of care, with the sentence that says so; or that the note falls away."""

    note: OneOrMore
    hours: Annotated[float, Field(ge=0)] | None = None
    days: Annotated[float, Field(ge=0)] | None = None
    text: str = ""
    off: bool | None = None


class SetsTechnique(Entry):
    """The depth that a technique is used at."""

    technique: OneOrMore
    depth_mm: Annotated[float, Field(gt=0)]


_KINDS = ("protocol", "rule", "threshold", "washout", "note", "technique", "component")
_ALLOWED = "a setter names one of protocol, rule, threshold, washout, note, technique, component"


def _kind(value: Any) -> str | None:
    names = value if isinstance(value, dict) else type(value).model_fields if isinstance(value, Entry) else ()
    return next((kind for kind in _KINDS if kind in names), None)


Setter = Annotated[
    Annotated[SetsCourse, Tag("protocol")]
    | Annotated[SetsRule, Tag("rule")]
    | Annotated[SetsThreshold, Tag("threshold")]
    | Annotated[SetsWashout, Tag("washout")]
    | Annotated[SetsNote, Tag("note")]
    | Annotated[SetsTechnique, Tag("technique")]
    | Annotated[SetsAmount, Tag("component")],
    Discriminator(_kind, custom_error_type="setter", custom_error_message=_ALLOWED),
]


def _as_list(value: Any) -> Any:
    return (value,) if isinstance(value, dict) else value


class WeighedPosition(Position):
    """A position with its meaning for the plan: a `number`, what it `sets`, or `no_plan` with the reason.

    `used` marks what the knowledge does today; `read_as` says how words or a range were turned into one value.
    """

    number: float | None = None
    sets: Annotated[tuple[Setter, ...], BeforeValidator(_as_list)] = ()
    no_plan: Line | None = None
    read_as: Line | None = None
    used: bool | None = None

    @model_validator(mode="after")
    def _exactly_one_meaning(self) -> WeighedPosition:
        if (self.number is not None) + bool(self.sets) + (self.no_plan is not None) != 1:
            raise ValueError(f"{self.value}: exactly one of number, sets, no_plan")
        return self


def setters_of(position: WeighedPosition, threshold: str | None) -> tuple[Setter, ...]:
    """What a position sets; the number of a position of a threshold sets that threshold."""
    if position.number is None or threshold is None:
        return position.sets
    return (SetsThreshold(threshold=threshold, number=position.number),)
