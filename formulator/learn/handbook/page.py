"""What a page of the handbook is made of: plain immutable values that the screen, the terminal and paper read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["indication", "component", "rule"]
KINDS: dict[Kind, str] = {"indication": "Indications", "component": "Components", "rule": "Rules"}
"""The kinds of pages, in the order of the book, with the titles of their chapters."""
CASE = "case"
FOR_EVERY_PROCEDURE = "every_procedure"
"""The id of the section that all components brought into the skin share."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a line leads: a page of the handbook by its kind and id, or a case."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Line:
    """One statement: `lead` says in few words what it is, `more` holds its condition, certainty and reasons.

    `link` is the page that says everything about it, `address` a place outside the handbook; `grave` marks severe
    harm, which is never folded away.
    """

    text: str
    lead: str = ""
    more: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    link: Link | None = None
    grave: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list of lines; `intro` stands before them, and alone where there are none."""

    id: str
    title: str
    lines: tuple[Line, ...] = ()
    intro: str = ""

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.lines or self.intro)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `sources` are all that it cites, in the order in which they are first cited."""

    kind: Kind
    id: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    sources: tuple[str, ...]

    def section(self, identifier: str) -> Section:
        """A section by its id; an empty one where the page has none of that id."""
        return next((one for one in self.sections if one.id == identifier), Section(identifier, ""))

    @property
    def links(self) -> tuple[Link, ...]:
        """Every other page that this one leads to, once, in reading order; cases are not pages of the handbook."""
        found = (line.link for section in self.sections for line in section.lines if line.link)
        return tuple(dict.fromkeys(one for one in found if one.kind != CASE))


@dataclass(frozen=True, slots=True)
class Missed:
    """How often the trainee missed something, and when it was missed last."""

    times: int
    last: date | None = None


def page_of_sections(kind: Kind, identifier: str, title: str, subtitle: str, sections: Iterable[Section]) -> Page:
    """A page of the sections that say anything, with everything that they cite."""
    kept = tuple(filter(None, sections))
    cited = dict.fromkeys(source for section in kept for line in section.lines for source in line.sources)
    return Page(kind, identifier, title, subtitle, kept, tuple(cited))
