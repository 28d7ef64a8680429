"""What decides: thresholds, derived facts, groups of components, rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from formulator.knowledge.items.parts import (
    LONGEST_LINE,
    TREATMENT,
    Certainty,
    Decision,
    Entry,
    Harm,
    Identifier,
    Item,
    Kind,
    Line,
    OneOrMore,
    ParsedCondition,
    Prose,
    Role,
)
from formulator.knowledge.items.positions import WeighedPosition


class Threshold(Item):
    """A number that conditions compare with, named once; where sources disagree, all positions are kept."""

    field: str
    value: float
    unit: str
    meaning: Prose
    why: str = ""
    positions: tuple[WeighedPosition, ...] = ()

    @model_validator(mode="after")
    def _disagreement_is_explained(self) -> Threshold:
        if self.positions and not self.why:
            raise ValueError("positions need why: the reason for the one that is used")
        if any(one.used for one in self.positions):
            raise ValueError("the position of a threshold that is used is the one with its number; do not mark it")
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

    @property
    def is_assumed_absent(self) -> bool:
        """Whether its fact is taken as absent, and named so, while it is unknown.

        An exclusion that does not block, and an objection of severe harm: neither hangs in silence.
        """
        return self.unknown == "assume" or (self.kind == "against" and self.harm == "severe")

    @property
    def delays_until_answered(self) -> bool:
        """Whether the whole procedure waits for its fact while that is unknown."""
        return self.decision is not None and self.unknown == "block"

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
