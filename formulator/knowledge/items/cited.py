"""Where it comes from: disagreements, claims, sources."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from formulator.knowledge.items.parts import (
    Entry,
    Item,
    Line,
    ParsedCondition,
    Prose,
    SourceType,
)
from formulator.knowledge.items.positions import WeighedPosition


class Disagreement(Item):
    """A topic on which sources differ: all positions, the one used, and why."""

    topic: Line
    when: ParsedCondition
    used: Prose
    why: Prose
    positions: Annotated[tuple[WeighedPosition, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _no_bare_numbers(self) -> Disagreement:
        if any(one.number is not None for one in self.positions):
            raise ValueError("number belongs to the positions of a threshold; a topic says what a position sets")
        return self


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
