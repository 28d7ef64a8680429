"""Pages, a chapter or the whole handbook as PDF: tagged, sources in full. Same input, same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from formulator import __version__
from formulator.export.typesetting import typeset
from formulator.knowledge import Knowledge
from formulator.learn.handbook.contents import contents
from formulator.learn.handbook.page import FOR_EVERY_PROCEDURE, KINDS, Line, Link, Page, Section
from formulator.learn.handbook.shelf import Handbook

_TEMPLATE = Path(__file__).parent / "template" / "book.typ"
_SHARED_TITLE = "When not to inject, needle or apply anything by a device"


def as_pdf(pages: Sequence[Page], book: Handbook) -> bytes:
    """One page, or a book with contents, chapters and an index of sources.

    Raises FaultsFound where the extra `pdf` is not installed.
    """
    reviewed = max(rule.reviewed for rule in book.knowledge.rules.values())
    return typeset(_TEMPLATE, document(pages, book), reviewed)


def document(pages: Sequence[Page], book: Handbook) -> dict[str, Any]:
    """Everything that is printed, as plain data for the template."""
    knowledge = book.knowledge
    cited = dict.fromkeys(source for page in pages for source in page.sources)
    numbers = {source: number for number, source in enumerate(cited, 1)}
    targets = frozenset(Link(page.kind, page.id) for page in pages)
    shared = _shared(pages)
    setter = _Setter(numbers, targets, shared)
    parts = {entry.id: entry.part for entry in contents(knowledge) if entry.kind == "rule"}
    return {
        "title": pages[0].title if len(pages) == 1 else _title(pages),
        "subtitle": f"Handbook of formulator, knowledge {knowledge.version}",
        "chapters": [
            {
                "title": title,
                "kind": kind,
                "pages": [setter.page(page, parts.get(page.id, "")) for page in pages if page.kind == kind],
            }
            for kind, title in KINDS.items()
            if any(page.kind == kind for page in pages)
        ],
        "shared": [setter.section(section, _SHARED_TITLE) for section in shared],
        "sources": [_source(number, source, knowledge) for source, number in numbers.items()],
        "notice": knowledge.notice,
        "versions": _versions(book),
    }


def _title(pages: Sequence[Page]) -> str:
    kinds = {page.kind for page in pages}
    return KINDS[pages[0].kind] if len(kinds) == 1 else "Handbook"


def _shared(pages: Sequence[Page]) -> tuple[Section, ...]:
    """The section that component pages share, where more than one would print it."""
    found = [page.section(FOR_EVERY_PROCEDURE) for page in pages if page.kind == "component"]
    counted = {section: found.count(section) for section in filter(None, found)}
    return tuple(section for section, times in counted.items() if times > 1)


class _Setter:
    """Turns pages into plain data: numbers for sources, links only to what is printed, shared sections once."""

    def __init__(self, numbers: Mapping[str, int], targets: frozenset[Link], shared: tuple[Section, ...]) -> None:
        self.numbers, self.targets, self.shared = numbers, targets, shared

    def page(self, page: Page, part: str) -> dict[str, Any]:
        """A page; a shared section is named and not repeated."""
        sections = [
            _elsewhere(one, self.shared.index(one)) if one in self.shared else self.section(one, one.title)
            for one in page.sections
        ]
        label = _label(Link(page.kind, page.id))
        return {
            "id": page.id,
            "label": label,
            "title": page.title,
            "subtitle": page.subtitle,
            "part": part,
            "sections": sections,
        }

    def section(self, section: Section, title: str) -> dict[str, Any]:
        """A section with its lines."""
        lines = [self._line(line) for line in section.lines]
        number = self.shared.index(section) if section in self.shared else -1
        return {"title": title, "intro": section.intro, "lines": lines, "label": _shared_label(number), "to": ""}

    def _line(self, line: Line) -> dict[str, Any]:
        return {
            "lead": line.lead,
            "text": line.text,
            "more": [*line.more, *([line.address] if line.address else [])],
            "cites": self._cites(line.sources),
            "to": _label(line.link) if line.link in self.targets else "",
        }

    def _cites(self, sources: Iterable[str]) -> str:
        found = ", ".join(str(self.numbers[one]) for one in sources)
        return f"[{found}]" if found else ""


def _elsewhere(section: Section, number: int) -> dict[str, Any]:
    """A section of which only the title is printed, and where it stands."""
    return {"title": section.title, "intro": "", "lines": [], "label": "", "to": _shared_label(number)}


def _shared_label(number: int) -> str:
    return f"shared-{number}" if number >= 0 else ""


def _label(link: Link | None) -> str:
    return f"{link.kind}-{link.id}" if link else ""


def _source(number: int, source: str, knowledge: Knowledge) -> dict[str, str]:
    one = knowledge.sources[source]
    kind = one.type.replace("_", " ")
    return {"number": str(number), "text": f"{one.citation()} ({kind})", "url": one.url}


def _versions(book: Handbook) -> str:
    knowledge, model = book.knowledge, book.model
    fitted = f"model {model.version} {model.sha256[:16]}" if model else "model: none"
    return f"formulator {__version__} · knowledge {knowledge.version} {knowledge.sha256[:16]} · {fitted}"
