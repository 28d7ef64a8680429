"""A page of the handbook as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from formulator.knowledge import Knowledge
from formulator.learn.handbook.contents import Entry
from formulator.learn.handbook.page import CASE, KINDS, Line, Page

WIDTH = 110


def page_text(page: Page, knowledge: Knowledge) -> str:
    """The page with its sources in full, numbered as they are cited."""
    numbers = {source: number for number, source in enumerate(page.sources, 1)}
    lines = [page.title, f"{page.subtitle} [{page.id}]"]
    for section in page.sections:
        lines += ["", section.title.upper(), *_wrapped(section.intro, "  ")]
        lines += [text for line in section.lines for text in _line(line, numbers)]
    lines += ["", "SOURCES"] if numbers else []
    lines += [text for source, number in numbers.items() for text in _source(number, source, knowledge)]
    lines += ["", f"Knowledge {knowledge.version} {knowledge.sha256[:12]}"]
    return "\n".join(lines) + "\n"


def _line(line: Line, numbers: Mapping[str, int]) -> Iterator[str]:
    lead = f"{line.lead}: " if line.lead else ""
    cited = f" [{', '.join(str(numbers[one]) for one in line.sources)}]" if line.sources else ""
    where = "" if line.link is None else f" (case {line.link.id})" if line.link.kind == CASE else f" ({line.link.id})"
    yield from _wrapped(f"{lead}{line.text}{where}{cited}", "- ")
    yield from (text for one in (*line.more, line.address) for text in _wrapped(one, "    "))


def _source(number: int, source: str, knowledge: Knowledge) -> list[str]:
    one = knowledge.sources[source]
    return _wrapped(f"{one.citation()} {one.url}".rstrip(), f"[{number}] ")


def _wrapped(words: str, first: str) -> list[str]:
    rest = " " * max(4, len(first) - 1)
    return textwrap.wrap(words, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


def contents_text(entries: tuple[Entry, ...]) -> str:
    """The table of contents: chapters, their parts, each page with its id."""
    lines: list[str] = []
    part = ""
    for kind, title in KINDS.items():
        found = [one for one in entries if one.kind == kind]
        lines += ["", f"{title.upper()}  {len(found)} pages: formulator handbook {title.lower()}"]
        for one in found if kind != "rule" else ():
            lines.append(f"  {one.id:<32} {one.title}")
        for one in found if kind == "rule" else ():
            if one.part != part:
                part = one.part
                lines.append(f"  {part}")
            lines.append(textwrap.shorten(f"    {one.id}  {one.title}", WIDTH, placeholder=" ..."))
    lines += ["", "Give an id to read a page, or a chapter; --pdf FILE prints it, and the whole book without an id."]
    return "\n".join(lines[1:]) + "\n"
