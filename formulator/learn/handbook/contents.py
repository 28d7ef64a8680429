"""The table of contents: every page with its kind, its chapter and one line, and the search over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from formulator.faults import Fault, FaultsFound, Place, did_you_mean
from formulator.knowledge import Knowledge
from formulator.learn.handbook.component import component_page
from formulator.learn.handbook.indication import indication_page
from formulator.learn.handbook.page import KINDS, Kind, Missed, Page
from formulator.learn.handbook.rule import rule_page
from formulator.learn.handbook.shelf import Handbook

CHAPTERS: dict[str, Kind] = {title.lower(): kind for kind, title in KINDS.items()}
"""Each kind of page by the word that asks for the whole chapter."""
_BUILDERS: dict[str, Callable[[str, Handbook, Mapping[str, Missed] | None], Page]] = {
    "indication": indication_page,
    "component": component_page,
    "rule": rule_page,
}
_RULES = PurePath("data/rules")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the table of contents: `part` is what its chapter is divided by, `searched` what a search looks at."""

    kind: Kind
    id: str
    title: str
    part: str
    searched: str

    @property
    def label(self) -> str:
        """What a chooser shows."""
        return f"{self.title} ({self.kind})"


def contents(knowledge: Knowledge) -> tuple[Entry, ...]:
    """Every page of the handbook, in the order of the book."""
    return tuple(_entries(knowledge))


def _entries(knowledge: Knowledge) -> Iterator[Entry]:
    for one in knowledge.indications.values():
        yield _entry("indication", one.id, one.name, one.domain.capitalize(), one.summary)
    for part in sorted(knowledge.components.values(), key=lambda one: one.name.lower()):
        words = " ".join((*part.synonyms, part.component_class, part.mechanism.text))
        yield _entry("component", part.id, part.name, "", words)
    for rule in sorted(knowledge.rules.values(), key=lambda one: _place_of_rule(one.id, knowledge)):
        subjects = " ".join((*rule.subject, rule.detail))
        yield _entry("rule", rule.id, rule.text, _part_of_rule(rule.id, knowledge), subjects)


def _entry(kind: Kind, identifier: str, title: str, part: str, words: str) -> Entry:
    return Entry(kind, identifier, title, part, f"{identifier} {identifier.replace('_', ' ')} {title} {words}".lower())


def _place_of_rule(identifier: str, knowledge: Knowledge) -> tuple[str, int]:
    place = knowledge.places.get(f"Rule {identifier}", Place())
    return place.file, place.line


def _part_of_rule(identifier: str, knowledge: Knowledge) -> str:
    """Where a rule stands in the files of the knowledge, in words, such as `Safety: bleeding`."""
    path = PurePath(_place_of_rule(identifier, knowledge)[0])
    words = path.relative_to(_RULES).with_suffix("").parts if path.is_relative_to(_RULES) else path.parts[-1:]
    return ": ".join(words).replace("_", " ").capitalize()


def search(entries: tuple[Entry, ...], words: str, kind: Kind | None = None) -> tuple[Entry, ...]:
    """The entries of a kind that hold every word, those with the words in their title first."""
    wanted = words.lower().split()
    found = [one for one in entries if kind in (None, one.kind) and all(each in one.searched for each in wanted)]
    found.sort(key=lambda one: not all(each in one.title.lower() for each in wanted))
    return tuple(found)


def page_of(kind: str, identifier: str, book: Handbook, missed: Mapping[str, Missed] | None = None) -> Page:
    """A page by its kind and id; raises KeyError where there is none."""
    return _BUILDERS[kind](identifier, book, missed)


def tables(knowledge: Knowledge) -> Mapping[str, Mapping[str, object]]:
    """What has a page, by kind and id."""
    return {"indication": knowledge.indications, "component": knowledge.components, "rule": knowledge.rules}


def kind_of(identifier: str, knowledge: Knowledge) -> str:
    """The kind of the page with this id.

    Raises FaultsFound, with the nearest id, where no page has it.
    """
    pages = tables(knowledge)
    for kind, table in pages.items():
        if identifier in table:
            return kind
    known = [*CHAPTERS, *(name for table in pages.values() for name in table)]
    problem = f"The handbook has no page {identifier[:60]!r}."
    advice = did_you_mean(identifier[:90], known)
    raise FaultsFound([Fault(Place("ID"), "", problem, "an id of `formulator handbook`, or a chapter", advice)])


def pages_of(asked: str | None, book: Handbook) -> tuple[Page, ...]:
    """The pages of an id, of a chapter, or of the whole book where nothing is asked for.

    Raises FaultsFound where there is neither a page nor a chapter of that name.
    """
    knowledge = book.knowledge
    if asked is None:
        return tuple(page_of(one.kind, one.id, book) for one in contents(knowledge))
    if asked in CHAPTERS:
        return tuple(page_of(one.kind, one.id, book) for one in contents(knowledge) if one.kind == CHAPTERS[asked])
    return (page_of(kind_of(asked, knowledge), asked, book),)
