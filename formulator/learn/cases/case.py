"""What a case is made of. The format, key by key, stands in data/cases/README.md."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from formulator.knowledge.items import Entry
from formulator.knowledge.items.parts import Identifier, OneOrMore, Prose, SourceIds

DIFFICULTIES = {1: "First steps", 2: "Some experience", 3: "Demanding"}
Short = Annotated[str, Field(min_length=3, max_length=90)]
Told = Annotated[str, Field(min_length=3, max_length=400)]


class Step(Entry):
    """A kind of finding (history, blood test, biopsy) and what asking for one costs, in points of our own scale."""

    id: Identifier
    label: Short
    effort: Annotated[int, Field(ge=1, le=20)]


class Finding(Entry):
    """Something that can be asked for: what it is called, what it says, and the fields of the profile that it shows.

    `needed` findings must be known before a decision; the others may be asked for, at their cost.
    """

    id: Identifier
    step: Identifier
    ask: Short
    says: Told
    shows: tuple[Identifier, ...] = ()
    needed: bool = False


class Published(Entry):
    """The published report behind a case, and what the case adds to it or leaves out."""

    source: Identifier
    outcome: Told
    differs: Told


class Neighbour(Entry):
    """The same patient with one fact changed, as a question."""

    change: Annotated[Mapping[str, Any], Field(min_length=1)]
    asks: Short


class Case(Entry):
    """One case; `id` is the name of its file and `folder` where it lies, both set on reading."""

    id: Identifier
    folder: str
    reviewed: date
    status: Literal["active", "retired"]
    title: Short
    difficulty: Annotated[int, Field(ge=1, le=3)]
    story: Prose
    known: OneOrMore
    profile: Annotated[Mapping[str, Any], Field(min_length=1)]
    day: date = date(2026, 11, 25)
    causes: Annotated[OneOrMore, Field(min_length=2)]
    findings: Annotated[tuple[Finding, ...], Field(min_length=2)]
    objectives: OneOrMore
    lessons: OneOrMore
    claims: tuple[Identifier, ...] = ()
    expect: Annotated[Mapping[str, Any], Field(min_length=1)]
    neighbour: Neighbour
    pearl: Told
    published: Published | None = None
    sources: SourceIds

    @property
    def cause(self) -> str:
        """The cause that the trainee must find; `unknown` is an answer where a work-up must come first."""
        return str(self.profile.get("cause", "unknown"))

    def finding(self, identifier: str) -> Finding:
        """A finding by its id; raises KeyError where the case has none of that name."""
        for one in self.findings:
            if one.id == identifier:
                return one
        raise KeyError(identifier)
